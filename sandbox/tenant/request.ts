import type { IncomingMessage, ServerResponse } from 'node:http'
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

/** A request that has been read, and where its answer goes. */
export interface Exchange {
  readonly message: IncomingMessage
  readonly response: ServerResponse
  readonly request: RawRequest
}

const MAX_BODY_BYTES = 1_000_000
/** Assumed; what is deeper could be read, but neither copied nor written again. */
const MAX_LEVELS = 200

/** Reads the whole request. @throws ApiError 400 for an address that is none */
export async function readRequest(message: IncomingMessage): Promise<RawRequest> {
  const { url: address = '/' } = message
  if (!URL.canParse(address, 'https://localhost')) throw new ApiError(400, 'Bad Request')
  const url = new URL(address, 'https://localhost')
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
  if (isFormType(headers['content-type'])) {
    return Object.fromEntries(new URLSearchParams(text))
  }
  const body = parseJson(text)
  if (body === undefined || isDeep(body)) {
    throw new ApiError(400, 'Invalid request payload JSON format', 'invalid_body')
  }
  return body
}

/** @returns the fields of a form, or the strings of a JSON object @throws ApiError 400, 413 */
export function readForm(request: RawRequest): URLSearchParams {
  const isForm = isFormType(request.headers['content-type'])
  if (isForm && !request.isTooLarge) return new URLSearchParams(request.text)
  const body = parseBody(request)
  if (typeof body !== 'object' || body === null) return new URLSearchParams()
  const fields = Object.entries(body).filter(([, value]) => typeof value === 'string')
  return new URLSearchParams(fields as [string, string][])
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function isDeep(body: unknown): boolean {
  let values: unknown[] = [body]
  for (let level = 0; values.length > 0; level++) {
    if (level > MAX_LEVELS) return true
    values = values.flatMap((value) =>
      isStructured(value) ? (Object.values(value) as unknown[]) : [],
    )
  }
  return false
}

function isStructured(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isFormType(contentType: string | undefined): boolean {
  return contentType?.startsWith('application/x-www-form-urlencoded') === true
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
