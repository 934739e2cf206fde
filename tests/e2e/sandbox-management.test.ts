// The emulated Management API: what it refuses, and its smaller resources.
import { ManagementClient } from 'auth0'
import { errorBody, managementRequest, type ManagementRequest } from '../support/sandbox-request.ts'
import { startSandbox, type Sandbox } from '../support/sandbox.ts'

const TRIGGER = { id: 'post-login', version: 'v3' } as const

let sandbox: Sandbox
let request: ManagementRequest
let management: ManagementClient

beforeAll(async () => {
  sandbox = await startSandbox()
  request = await managementRequest(sandbox)
  management = new ManagementClient({
    domain: sandbox.domain,
    clientId: sandbox.clientId,
    clientSecret: sandbox.clientSecret,
    fetch: sandbox.fetch,
    maxRetries: 0,
  })
})
afterAll(() => sandbox.stop())

describe('validation', () => {
  const action = { name: 'Valid', supported_triggers: [TRIGGER] }
  const invalid = (fault: string): object =>
    errorBody(400, 'Bad Request', `Payload validation error: ${fault}.`, 'invalid_body')

  // prettier-ignore
  test.each<[name: string, line: string, body: unknown, answer: object]>([
    ['an unknown field',     'POST /actions/actions', { ...action, foo: 1 },   invalid(`'Additional properties not allowed: foo'`)],
    ['a nested one',         'POST /actions/actions', { ...action, secrets: [{ name: 'a', value: 'b', c: 1 }] }, invalid(`'Additional properties not allowed: c' on property secrets[0]`)],
    ['a missing field',      'POST /actions/actions', { name: 'x' },           invalid(`'Missing required property: supported_triggers'`)],
    ['a wrong type',         'POST /actions/actions', { ...action, name: 7 },  invalid(`'Expected type string but found type number' on property name`)],
    ['an empty name',        'POST /actions/actions', { ...action, name: '' }, invalid(`'String is too short (0 chars), minimum 1' on property name`)],
    ['an unknown trigger',   'POST /actions/actions', { ...action, supported_triggers: [{ id: 'pre-login' }] }, invalid(`'No enum match for: pre-login' on property supported_triggers[0].id`)],
    ['two triggers',         'POST /actions/actions', { ...action, supported_triggers: [TRIGGER, TRIGGER] }, invalid(`'Array is too long (2), maximum 1' on property supported_triggers`)],
    ['31 secrets',           'POST /actions/actions', { ...action, secrets: Array.from({ length: 31 }, (_, index) => ({ name: `S${index}`, value: 'x' })) }, invalid(`'Array is too long (31), maximum 30' on property secrets`)],
    ['11 dependencies',      'POST /actions/actions', { ...action, dependencies: Array.from({ length: 11 }, () => ({ name: 'x', version: '1' })) }, invalid(`'Array is too long (11), maximum 10' on property dependencies`)],
    ['code over 100 kB',     'POST /actions/actions', { ...action, code: ' '.repeat(100_001) }, errorBody(400, 'Bad Request', 'The code of an action cannot be larger than 100000 bytes.', 'invalid_body')],
    ['a secret without its value', 'POST /actions/actions', { ...action, secrets: [{ name: 'KEY' }] }, errorBody(400, 'Bad Request', 'The secret "KEY" has no value.', 'invalid_body')],
    ['a body that is no JSON', 'POST /actions/actions', '{',                   errorBody(400, 'Bad Request', 'Invalid request payload JSON format', 'invalid_body')],
    ['a body that is a list', 'POST /actions/actions', [],                     invalid(`'Expected type object but found type array'`)],
    ['an audience that is missing', 'POST /resource-servers', { name: 'x' },   invalid(`'Missing required property: identifier'`)],
    ['an identifier in an update', 'PATCH /resource-servers/x', { identifier: 'y' }, invalid(`'Additional properties not allowed: identifier'`)],
    ['an unknown factor',    'PUT /guardian/factors/pigeon', { enabled: true }, errorBody(400, 'Bad Request', `Path validation error: 'No enum match for: pigeon' on property name (Factor name).`, 'invalid_uri')],
    ['an unknown setting',   'PATCH /tenants/settings', { frendly_name: 'x' }, invalid(`'Additional properties not allowed: frendly_name'`)],
    ['an unknown trigger in the path', 'GET /actions/triggers/pre-login/bindings', undefined, errorBody(400, 'Bad Request', `Path validation error: 'No enum match for: pre-login' on property triggerId (An actions extensibility point.).`, 'invalid_uri')],
    ['a page of 101',        'GET /clients?per_page=101', undefined, errorBody(400, 'Bad Request', `Query validation error: 'Value 101 is greater than maximum 100' on property per_page.`, 'invalid_query_string')],
    ['a page with a name',   'GET /clients?page=first', undefined, errorBody(400, 'Bad Request', `Query validation error: 'Expected type integer but found type string' on property page.`, 'invalid_query_string')],
  ])('refuses %s', async (_name, line, body, expected) => {
    const answer = await request(line, body)
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 400, body: expected })
  })

  // prettier-ignore
  test.each<[line: string, body: object]>([
    ['GET /actions/actions/none',   errorBody(404, 'Not Found', 'That action does not exist.')],
    ['GET /resource-servers/none',  errorBody(404, 'Not Found', 'The resource server does not exist', 'inexistent_resource_server')],
    ['GET /clients/none',           errorBody(404, 'Not Found', 'The client does not exist', 'inexistent_client')],
    ['GET /connections/none',       errorBody(404, 'Not Found', 'The connection does not exist', 'inexistent_connection')],
    ['GET /users/auth0%7Cnone',     errorBody(404, 'Not Found', 'The user does not exist.', 'inexistent_user')],
    ['GET /nothing',                errorBody(501, 'Not Implemented', 'GET /api/v2/nothing is not emulated by the sandbox', 'not_emulated')],
    ['GET /clients?q=x',            errorBody(501, 'Not Implemented', 'The query parameter `q` is not emulated by the sandbox', 'not_emulated')],
    ['GET /logs?q=type:(s%20OR%20f)', errorBody(501, 'Not Implemented', 'The query `type:(s OR f)` is not emulated by the sandbox', 'not_emulated')],
    ['GET /logs?sort=type:1',       errorBody(501, 'Not Implemented', 'The order `type:1` is not emulated by the sandbox', 'not_emulated')],
  ])('%s is not there', async (line, body) => {
    expect((await request(line)).body).toEqual(body)
  })
})

describe('the other resources', () => {
  test('a resource server is found by id and by identifier, and is there once', async () => {
    const identifier = 'https://api.fabrikam.example/banking'
    const created = await management.resourceServers.create({
      identifier,
      scopes: [{ value: 'transfer:funds' }],
    })
    const found = await management.resourceServers.get(identifier)
    expect(found).toEqual(created)
    await management.resourceServers.update(created.id ?? '', { token_lifetime: 300 })
    expect(await management.resourceServers.get(created.id ?? '')).toMatchObject({
      identifier,
      token_lifetime: 300,
      scopes: [{ value: 'transfer:funds' }],
    })
    expect(await request('POST /resource-servers', { identifier })).toMatchObject({
      status: 409,
      body: { error: 'Conflict' },
    })
  })

  test('the Management API itself cannot be changed', async () => {
    const identifier = encodeURIComponent(`https://${sandbox.domain}/api/v2/`)
    expect((await request(`DELETE /resource-servers/${identifier}`)).status).toBe(403)
  })

  test('factors, policies and settings stay as they are put', async () => {
    await management.guardian.factors.set('webauthn-roaming', { enabled: true })
    await request('PUT /guardian/policies', ['all-applications'])
    await management.tenants.settings.update({ customize_mfa_in_postlogin_action: true })
    const [factors, policies, settings] = await Promise.all([
      management.guardian.factors.list(),
      request('GET /guardian/policies'),
      management.tenants.settings.get(),
    ])
    expect(factors.filter(({ enabled }) => enabled).map(({ name }) => name)).toEqual([
      'webauthn-roaming',
    ])
    expect(policies.body).toEqual(['all-applications'])
    expect(settings).toMatchObject({ customize_mfa_in_postlogin_action: true })
  })

  test('lists are paged by offset and by checkpoint', async () => {
    const names = ['Alpha', 'Beta', 'Gamma']
    for (const name of names) await management.clients.create({ name })
    const all = await request(
      'GET /clients?is_global=false&per_page=2&include_totals=true&fields=name',
    )
    expect(all.body).toMatchObject({
      start: 0,
      limit: 2,
      clients: [{ name: 'Sandbox deployer' }, {}],
    })
    const seen: unknown[] = []
    for await (const { name } of await management.clients.list({ per_page: 2 })) seen.push(name)
    expect(seen).toEqual(expect.arrayContaining(names))
    const first = (await request('GET /clients?take=1&fields=name')).body as { next: string }
    const second = await request(`GET /clients?take=1&fields=name&from=${first.next}`)
    expect([first, second.body]).toMatchObject([
      { clients: [{ name: 'Sandbox deployer' }] },
      { clients: [{ name: 'All Applications' }] },
    ])
  })

  test('a user has one password, never shown, and enrolled methods', async () => {
    const user = {
      connection: 'Username-Password-Authentication',
      email: 'ada@fabrikam.example',
      password: 'correct horse',
    }
    const created = await request('POST /users', user)
    const { user_id } = created.body as { user_id: string }
    const path = `/users/${encodeURIComponent(user_id)}`
    await request(`POST ${path}/authentication-methods`, { type: 'totp', totp_secret: 'JBSWY3DP' })
    const methods = await request(`GET ${path}/authentication-methods`)
    const again = await request('POST /users', user)
    expect(JSON.stringify([created.body, methods.body])).not.toMatch(
      /correct horse|password|JBSWY3DP/,
    )
    expect(methods.body).toMatchObject([{ type: 'totp', confirmed: true }])
    expect({ status: again.status, body: again.body }).toEqual({
      status: 409,
      body: errorBody(409, 'Conflict', 'The user already exists.', 'auth0_idp_error'),
    })
  })

  test('changes are in the tenant log, with the client and without the body', async () => {
    await request('PATCH /tenants/settings', { friendly_name: 'Logged' })
    const { body } = await request('GET /logs?per_page=1')
    expect(body).toMatchObject([
      {
        type: 'sapi',
        description: 'Update tenant settings',
        client_id: sandbox.clientId,
        details: { request: { method: 'patch', path: '/api/v2/tenants/settings' } },
      },
    ])
    expect(JSON.stringify(body)).not.toContain('Logged')
  })
})

test('a deletion is dated by the clock of the tenant', async () => {
  const { body } = await request('POST /connections', { name: 'short-lived', strategy: 'auth0' })
  await sandbox.control.advanceClock(3_600)
  const now = await sandbox.control.now()
  const deletion = await request(`DELETE /connections/${(body as { id: string }).id}`)
  const { deleted_at } = deletion.body as { deleted_at: string }
  expect(Date.parse(deleted_at)).toBeGreaterThanOrEqual(now)
})
