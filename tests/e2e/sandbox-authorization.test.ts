// Who may call the emulated Management API, and how one gets a token for it.
import {
  errorBody,
  managementRequest,
  obtainToken,
  type ManagementRequest,
} from '../support/sandbox-request.ts'
import { startSandbox, type Sandbox } from '../support/sandbox.ts'

let sandbox: Sandbox
let request: ManagementRequest

beforeAll(async () => {
  sandbox = await startSandbox()
  request = await managementRequest(sandbox)
})
afterAll(() => sandbox.stop())

describe('the token endpoint', () => {
  /** A parameter that is `undefined` is not sent. */
  const grant = (change: Record<string, string | undefined> = {}): object => ({
    grant_type: 'client_credentials',
    client_id: sandbox.clientId,
    client_secret: sandbox.clientSecret,
    audience: `https://${sandbox.domain}/api/v2/`,
    ...change,
  })

  // prettier-ignore
  test.each<[name: string, change: Record<string, string | undefined>, status: number, body: object]>([
    ['a wrong secret',      { client_secret: 'guess' },        401, { error: 'access_denied', error_description: 'Unauthorized' }],
    ['an unknown client',   { client_id: 'nobody' },           401, { error: 'access_denied', error_description: 'Unauthorized' }],
    ['no grant type',       { grant_type: undefined },         403, { error: 'invalid_request', error_description: 'Missing required parameter: grant_type' }],
    ['another grant type',  { grant_type: 'nonsense' },        403, { error: 'unsupported_grant_type', error_description: 'Unsupported grant type: nonsense' }],
    ['another audience',    { audience: 'https://x.example' }, 403, { error: 'access_denied', error_description: 'Service not found: https://x.example' }],
  ])('refuses %s', async (_name, change, status, body) => {
    const response = await sandbox.fetch('/oauth/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(grant(change)),
    })
    expect({ status: response.status, body: await response.json() }).toEqual({ status, body })
  })

  test('takes a form, and the token lasts a day', async () => {
    const response = await sandbox.fetch('/oauth/token', {
      method: 'POST',
      body: new URLSearchParams(Object.entries(grant())).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect(await response.json()).toMatchObject({ expires_in: 86_400, token_type: 'Bearer' })
  })

  test('gives the scopes of the client grant, and no endpoint beyond them', async () => {
    const { body: client } = await request('POST /clients', { name: 'Reader' })
    const { client_id, client_secret } = client as { client_id: string; client_secret: string }
    await request('POST /client-grants', {
      client_id,
      audience: `https://${sandbox.domain}/api/v2/`,
      scope: ['read:actions'],
    })
    const reader = await obtainToken({
      ...sandbox,
      clientId: client_id,
      clientSecret: client_secret,
    })
    const { status, body } = await request(
      'POST /actions/actions',
      {},
      { authorization: `Bearer ${reader}` },
    )
    expect({ status, body }).toEqual({
      status: 403,
      body: errorBody(
        403,
        'Forbidden',
        'Insufficient scope, expected any of: create:actions',
        'insufficient_scope',
      ),
    })
  })
})

describe('authentication', () => {
  // prettier-ignore
  test.each<[name: string, headers: Record<string, string>, status: number, body: object]>([
    ['no token',         {},                                    401, errorBody(401, 'Unauthorized', 'Missing authentication')],
    ['no bearer',        { authorization: 'Basic eDp5' },       400, errorBody(400, 'Bad Request', 'Bad HTTP authentication header format', 'Bearer')],
    ['no token at all',  { authorization: 'Bearer nonsense' },  401, errorBody(401, 'Unauthorized', 'Invalid token')],
    ['a forged token',   { authorization: 'Bearer e30.e30.e30' }, 401, errorBody(401, 'Unauthorized', 'Invalid signature received for JSON Web Token validation')],
  ])('refuses %s', async (_name, headers, status, body) => {
    const answer = await request('GET /actions/actions', undefined, headers)
    expect({ status: answer.status, body: answer.body }).toEqual({ status, body })
  })
})
