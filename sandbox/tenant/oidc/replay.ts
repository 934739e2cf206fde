import { IncomingMessage } from 'node:http'
import type { RawRequest } from '../request.ts'

export interface Rewritten {
  /** path and query */
  readonly url: string
  readonly method?: string
  /** a form, in place of the body; without it the body stays as it came */
  readonly form?: URLSearchParams
}

/** @returns a request that has been read already, rewritten, for a reader that knows only streams */
export function replay(
  message: IncomingMessage,
  request: RawRequest,
  { url, method = request.method, form }: Rewritten,
): IncomingMessage {
  const text = form?.toString() ?? request.text
  const copy = new IncomingMessage(message.socket)
  copy.httpVersion = message.httpVersion
  copy.method = method
  copy.url = url
  copy.headers = {
    ...message.headers,
    'content-length': String(Buffer.byteLength(text)),
    ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
  }
  delete copy.headers['transfer-encoding']
  // The credentials of the client are in the form, wherever the client has put them.
  if (form?.has('client_secret') === true) delete copy.headers.authorization
  copy.push(text)
  copy.push(null)
  copy.complete = true
  return copy
}
