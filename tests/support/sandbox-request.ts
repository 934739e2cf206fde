// Plain requests to the Management API of a sandbox, for what the SDK of Auth0 hides.
import type { Sandbox } from './sandbox.ts'

export interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers: Headers
}

/** Sends `GET /clients?take=1`, a path below `/api/v2`, with a token unless other headers are given. */
export type ManagementRequest = (
  line: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>

/** @returns what sends requests with the token of the sandbox's own client */
export async function managementRequest(
  sandbox: Parameters<typeof obtainToken>[0],
): Promise<ManagementRequest> {
  const token = await obtainToken(sandbox)
  return async (line, body, headers = { authorization: `Bearer ${token}` }) => {
    const [method = '', path = ''] = line.split(' ')
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const response = await sandbox.fetch(`/api/v2${path}`, {
      method,
      headers: { ...headers, ...type },
      ...(body === undefined ? {} : { body: text }),
    })
    const answer = await response.text()
    return {
      status: response.status,
      body: answer === '' ? undefined : JSON.parse(answer),
      headers: response.headers,
    }
  }
}

/** @returns a token of the client credentials grant */
export async function obtainToken({
  fetch,
  clientId,
  clientSecret,
  domain,
}: Pick<Sandbox, 'fetch' | 'clientId' | 'clientSecret' | 'domain'>): Promise<string> {
  const response = await fetch('/oauth/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      audience: `https://${domain}/api/v2/`,
    }),
  })
  return ((await response.json()) as { access_token: string }).access_token
}

/** The body of a Management API error. */
export function errorBody(
  statusCode: number,
  error: string,
  message: string,
  errorCode?: string,
): object {
  return { statusCode, error, message, ...(errorCode === undefined ? {} : { errorCode }) }
}
