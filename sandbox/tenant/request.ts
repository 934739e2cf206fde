import type { IncomingMessage } from 'node:http'
import { ApiError } from './http.ts'

/** A request as it came; its body is parsed when an endpoint wants it. */
export interface RawRequest {
  readonly method: string
  /** still percent-encoded */
  readonly encodedPath: string
  /** for people and for fault patterns */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly text: string
  /** the body was over the limit and has been thrown away */
  readonly isTooLarge: boolean
}

const MAX_BODY_BYTES = 1_000_000

/** Reads the whole request. */
export async function readRequest(message: IncomingMessage): Promise<RawRequest> {
  const url = new URL(message.url ?? '/', 'https://localhost')
  const headers: Record<string, string | undefined> = {}
  for (const [name, value] of Object.entries(message.headers)) {
    headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= MAX_BODY_BYTES) chunks.push(chunk)
  }
  return {
    method: message.method ?? 'GET',
    encodedPath: url.pathname,
    path: decode(url.pathname),
    query: url.searchParams,
    headers,
    text: Buffer.concat(chunks).toString('utf8'),
    isTooLarge: size > MAX_BODY_BYTES,
  }
}

/** @returns the JSON or the form in a body, `undefined` without one @throws ApiError 400, 413 */
export function parseBody({ text, headers, isTooLarge }: RawRequest): unknown {
  if (isTooLarge) {
    throw new ApiError(
      413,
      `Payload content length greater than maximum allowed: ${MAX_BODY_BYTES}`,
    )
  }
  if (text === '') return undefined
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true) {
    return Object.fromEntries(new URLSearchParams(text))
  }
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new ApiError(400, 'Invalid request payload JSON format', 'invalid_body')
  }
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
