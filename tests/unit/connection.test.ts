import { generateKeyPairSync } from 'node:crypto'
import { jwtVerify } from 'jose'
import { connect } from '../../scripts/tenant/connection.ts'
import { readCredentials } from '../../scripts/tenant/credentials.ts'
import { DIRECT } from '../../scripts/tenant/network.ts'
import { explainTenantError } from '../../scripts/tenant/tenant-error.ts'

const DOMAIN = 'acme.eu.auth0.com'
const credentials = { clientId: 'CLIENT', clientSecret: 'SECRET' }
afterEach(() => jest.restoreAllMocks())

const refused = (reason: string) =>
  `\`${DOMAIN}\` refuses the client \`CLIENT\`: ${reason}\n  check \`AUTH0_CLIENT_ID\` and \`AUTH0_CLIENT_SECRET\`, and that it may use the Management API`
const answered = (status: number) =>
  `\`${DOMAIN}\` answered ${status}: no reason given\n  run the same command again: it carries on where it stopped`

// prettier-ignore
test.each([
  ['a reason',              401, '{"error":"access_denied","error_description":"Unauthorized"}', refused('Unauthorized')],
  ['a code and no reason',  403, '{"error":"access_denied"}',                                    refused('access_denied')],
  ['the page of a proxy',   403, '<html></html>',                                                refused('no reason given')],
  ['nothing',               401, 'null',                                                         refused('no reason given')],
  ['no token',              200, 'null',                                                         answered(200)],
])('a token is asked for, and the answer is %s', async (_name, status, body, message) => {
  jest.spyOn(globalThis, 'fetch').mockResolvedValue(new Response(body, { status }))
  const error = await connect({ domain: DOMAIN, credentials }).catch((thrown: unknown) =>
    explainTenantError(thrown, { domain: DOMAIN, route: DIRECT }),
  )
  expect(error).toMatchObject({ name: 'UserError', message })
})

describe('a client with a key', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const AUDIENCE = 'https://acme.eu.auth0.com/api/v2/'

  /** The form that a token is asked for with. */
  async function sentWith(env: Record<string, string>): Promise<Record<string, string>> {
    const problems: string[] = []
    const read = readCredentials(
      env,
      'login.acme.example',
      ({ message }) => void problems.push(message),
    )
    if (read === undefined) throw new Error(problems.join())
    const send = jest
      .spyOn(globalThis, 'fetch')
      .mockResolvedValue(Response.json({ access_token: 'TOKEN', scope: 'read:actions' }))
    await connect({ domain: 'login.acme.example', credentials: read })
    const [[url, init] = []] = send.mock.calls
    expect(url).toBe('https://login.acme.example/oauth/token')
    return JSON.parse(init?.body as string) as Record<string, string>
  }

  const pem = (type: 'pkcs1' | 'pkcs8') => String(privateKey.export({ type, format: 'pem' }))

  test.each([
    ['PKCS #8', pem('pkcs8'), undefined, 'RS256'],
    ['PKCS #1', pem('pkcs1'), 'PS256', 'PS256'],
    [
      'one line, as secrets of pipelines are',
      pem('pkcs8').replaceAll('\n', '\\n'),
      'RS384',
      'RS384',
    ],
  ])('signs an assertion for its tenant: %s', async (_name, key, algorithm, expected) => {
    const { client_assertion: assertion = '', ...form } = await sentWith({
      AUTH0_CLIENT_ID: 'CLIENT',
      AUTH0_CLIENT_SECRET: 'never sent beside a key',
      AUTH0_CLIENT_SIGNING_KEY: key,
      AUTH0_AUDIENCE: AUDIENCE,
      ...(algorithm !== undefined && { AUTH0_CLIENT_SIGNING_ALGORITHM: algorithm }),
    })
    expect(form).toEqual({
      grant_type: 'client_credentials',
      client_id: 'CLIENT',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      audience: AUDIENCE,
    })
    const { payload, protectedHeader } = await jwtVerify(assertion, publicKey)
    const { iat = 0, exp = 0, jti, ...claims } = payload
    expect(protectedHeader).toEqual({ alg: expected })
    expect(claims).toEqual({ iss: 'CLIENT', sub: 'CLIENT', aud: 'https://login.acme.example/' })
    expect(exp - iat).toBe(60)
    expect(jti).toMatch(/^[0-9a-f-]{36}$/)
  })

  // prettier-ignore
  test.each<[string, Record<string, string>, string]>([
    ['two keys',        { AUTH0_CLIENT_SIGNING_KEY: pem('pkcs8'), AUTH0_CLIENT_SIGNING_KEY_PATH: 'key.pem' },         '`AUTH0_CLIENT_SIGNING_KEY_PATH` is set as well, and which of the keys is meant is not known'],
    ['no such file',    { AUTH0_CLIENT_SIGNING_KEY_PATH: 'no-such.pem' },                                             'cannot read the private key: ENOENT'],
    ['no algorithm',    { AUTH0_CLIENT_SIGNING_KEY: pem('pkcs8'), AUTH0_CLIENT_SIGNING_ALGORITHM: 'none' },           '`none` is not an algorithm that Auth0 takes'],
    ['no private key',  { AUTH0_CLIENT_SIGNING_KEY: String(publicKey.export({ type: 'spki', format: 'pem' })) },      'cannot read the private key: ERR_OSSL_UNSUPPORTED'],
  ])('is refused with %s, even where it has a secret', async (_name, env, message) => {
    const client = { AUTH0_CLIENT_ID: 'CLIENT', AUTH0_CLIENT_SECRET: 'SECRET' }
    await expect(sentWith({ ...client, ...env })).rejects.toThrow(message)
  })
})
