import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Ajv from 'ajv'
import { parse } from 'yaml'
import { newTenant } from '../../sandbox/tenant/new-tenant.ts'
import { readSeedFile } from '../../sandbox/tenant/seed-file.ts'
import { seedSchema } from '../../sandbox/tenant/seed-schema.ts'
import { plantSeed } from '../../sandbox/tenant/seed.ts'
import type { TenantState } from '../../sandbox/tenant/state.ts'

const directory = mkdtempSync(join(tmpdir(), 'sandbox-'))
const file = join(directory, 'seed.yaml')
afterAll(() => rmSync(directory, { recursive: true, force: true }))

async function plant(text: string): Promise<TenantState> {
  writeFileSync(file, text)
  return plantSeed(newTenant(), readSeedFile(file))
}

/** @returns all that is said of a seed */
async function refusalOf(text: string): Promise<string> {
  return plant(text).then(
    () => 'it was planted',
    (error: unknown) => (error as Error).message,
  )
}

// prettier-ignore
test.each<[name: string, seed: string, line: string]>([
  ['YAML that is none',       'actions: [',                                         'SEED:1:11: Flow sequence in block collection must be sufficiently indented and end with a ]'],
  ['an unknown key',          'actoins: []\n',                                      'SEED:1:10: unknown key `actoins`'],
  ['a section that is no list', 'clients: 7\n',                                     'SEED:1:10: expected lists of entities in the shape of Management API bodies'],
  ['a field that is unknown', 'resourceServers:\n  - identifier: https://a.example\n    scops: []\n', "SEED:2:5: Payload validation error: 'Additional properties not allowed: scops'."],
  ['a wrong type',            'clients:\n  - name: Web\n    callbacks: yes\n',      "SEED:3:16: Payload validation error: 'Expected type array but found type string' on property callbacks."],
  ['a factor without a name', 'guardianFactors:\n  - enabled: true\n',             'SEED:2:5: expected lists of entities in the shape of Management API bodies'],
  ['a factor that is none',   'guardianFactors:\n  - {name: a/b, enabled: true}\n', "SEED:2:5: Path validation error: 'No enum match for: a/b' on property name (Factor name)."],
  ['a client id that is none', 'clients:\n  - {name: Web, client_id: 7}\n',         'SEED:2:28: expected lists of entities in the shape of Management API bodies'],
  ['methods that are no list', 'users:\n  - {connection: Username-Password-Authentication, authentication_methods: {type: totp}}\n', 'SEED:2:76: expected lists of entities in the shape of Management API bodies'],
  ['a binding that is neither true nor false', 'actions:\n  - {name: A, code: "", bound: "yes"}\n', 'SEED:2:32: expected lists of entities in the shape of Management API bodies'],
  ['a role of a user that there is not', 'users:\n  - {connection: Username-Password-Authentication, email: a@b.example, roles: [Boss]}\n', 'SEED:2:80: there is no role `Boss`'],
  ['a permission of no API', 'roles:\n  - {name: A, permissions: [{resource_server_identifier: x, permission_name: y}]}\n', 'SEED:2:5: Resource server with identifier x not found'],
  ['a member who is no user', 'organizations:\n  - {name: a, members: [{email: a@b.example}]}\n', 'SEED:2:33: no user has the email a@b.example'],
  ['a connection that there is not', 'organizations:\n  - {name: a, connections: [{name: none}]}\n', 'SEED:2:29: The connection does not exist'],
  ['a client id that is there twice', 'clients:\n  - {name: A, client_id: a}\n  - {name: B, client_id: a}\n', 'SEED:3:26: there are two clients `a`'],
  ['a device that says too much', 'users:\n  - {connection: Username-Password-Authentication, authentication_methods: [{type: push, pin: 1}]}\n', 'SEED:2:77: a device for push notifications has a `name` and no more'],
  ['a secret that no app takes', 'users:\n  - {connection: Username-Password-Authentication, authentication_methods: [{type: totp, totp_secret: "no!"}]}\n', "SEED:2:103: Payload validation error: 'String does not match pattern: /^[A-Za-z2-7]+=*$/' on property totp_secret."],
  ['a password where there is none', 'connections:\n  - {name: g, strategy: google-oauth2}\nusers:\n  - {connection: g, email: a@b.example, password: secret}\n', 'SEED:4:51: A user of a connection of the strategy google-oauth2 has no password.'],
  ['a profile without its Action', 'tokenExchangeProfiles:\n  - {name: Old, subject_token_type: urn:acme:old, action: None}\n', 'SEED:2:59: there is no Action `None`'],
  ['a name that is there twice', 'actions:\n  - {name: A, code: ""}\n  - {name: A, code: ""}\n', 'SEED:3:5: An action with that name already exists.'],
])('%s is refused with its position', async (_name, text, line) => {
  await expect(plant(text)).rejects.toThrow(line.replace('SEED', file))
})

test('all mistakes are told at once, and of what hangs on them nothing', async () => {
  const text = `
tenant: { friendly_nam: A }
guardianFactors: [{ name: otp, enabled: 1 }]
resourceServers:
  - { identifier: https://a.example, scops: [], token_lifetime: soon }
  - { identifier: https://b.example }
  - { identifier: https://b.example }
clientGrants:
  - { client_id: web, audience: https://a.example, scope: [] }
users:
  - { connection: None, email: ada@example.com }
actions:
  - { name: A, code: ./none.js }
`
  const refusal = await refusalOf(text)
  expect(refusal.replaceAll(file, 'SEED').split('\n')).toEqual([
    "SEED:2:9: Payload validation error: 'Additional properties not allowed: friendly_nam'.",
    "SEED:3:41: Payload validation error: 'Expected type boolean but found type number' on property enabled.",
    "SEED:5:65: Payload validation error: 'Expected type number but found type string' on property token_lifetime.",
    "SEED:5:5: Payload validation error: 'Additional properties not allowed: scops'.",
    'SEED:7:5: A resource server with the same identifier already exists.',
    'SEED:9:3: not checked, as there are mistakes in `resourceServers`',
    'SEED:11:5: The connection does not exist.',
    'SEED:13:22: cannot read the code `./none.js`',
  ])
})

test('all mistakes of the syntax are told at once', async () => {
  const refusal = await refusalOf('users: []\nusers: []\nactions: []\nactions: []\n')
  expect(refusal.replaceAll(file, 'SEED').split('\n')).toEqual([
    'SEED:2:1: Map keys must be unique',
    'SEED:4:1: Map keys must be unique',
  ])
})

test('the code of an Action may be in a file beside the seed', async () => {
  writeFileSync(join(directory, 'greet.js'), 'exports.onExecutePostLogin = async () => {}')
  const { actions } = await plant('actions: [{ name: A, code: ./greet.js }]')
  expect(actions[0]?.code).toBe('exports.onExecutePostLogin = async () => {}')
})

describe('the JSON Schema', () => {
  test('is as written', () => {
    const written = readFileSync('sandbox/tenant/seed.schema.json', 'utf8')
    // node --import ./scripts/typescript.js tests/support/write-seed-schema.ts
    expect(written).toBe(seedSchema())
  })

  const holds = new Ajv({ unknownFormats: 'ignore', format: false }).compile(
    JSON.parse(seedSchema()) as object,
  )

  // prettier-ignore
  test.each<[name: string, seed: string, isGood: boolean]>([
    ['nothing',                            '{}',                                                     true],
    ['an unknown section',                 'actoins: []',                                            false],
    ['a section that is no list',          'clients: 7',                                             false],
    ['a setting of the tenant',            'tenant: { friendly_name: A }',                           true],
    ['a setting that there is not',        'tenant: { friendly_nam: A }',                            false],
    ['a factor',                           'guardianFactors: [{ name: otp, enabled: true }]',        true],
    ['a factor without its name',          'guardianFactors: [{ enabled: true }]',                   false],
    ['a factor that there is not',         'guardianFactors: [{ name: pigeon, enabled: true }]',     false],
    ['an API',                             'resourceServers: [{ identifier: https://a.example, scopes: [{ value: read }] }]', true],
    ['an API without identifier',          'resourceServers: [{ name: A }]',                         false],
    ['a client with its credentials',      'clients: [{ name: A, client_id: a, client_secret: b }]', true],
    ['a client whose id is a number',      'clients: [{ name: A, client_id: 7 }]',                   false],
    ['callbacks that are no list',         'clients: [{ name: A, callbacks: yes }]',                 false],
    ['a grant whose scope is no list',     'clientGrants: [{ client_id: a, audience: https://a.example, scope: read }]', false],
    ['a user with a factor and a risk',    'users: [{ connection: Username-Password-Authentication, email: a@b.example, authentication_methods: [{ type: totp }], risk_assessment: { confidence: low } }]', true],
    ['a user without connection',          'users: [{ email: a@b.example }]',                        false],
    ['an authentication method that there is not', 'users: [{ connection: Username-Password-Authentication, email: a@b.example, authentication_methods: [{ type: pigeon }] }]', false],
    ['an Action',                          'actions: [{ name: A, code: "1", bound: true }]',         true],
    ['an Action with all it can have',     'actions: [{ name: A, code: "1", runtime: node22, secrets: [{ name: a, value: b }], supported_triggers: [{ id: post-login, version: v3 }] }]', true],
    ['a device for push notifications',    'users: [{ connection: Username-Password-Authentication, email: a@b.example, authentication_methods: [{ type: push }] }]', true],
    ['a connection that is there',         'connections: [{ name: Username-Password-Authentication, strategy: auth0 }]', true],
    ['a profile without an Action',        'tokenExchangeProfiles: [{ name: Old, subject_token_type: urn:acme:old }]', false],
    ['a way of rotation that there is not', 'clients: [{ name: A, refresh_token: { rotation_type: often } }]', false],
    ['an Action without name',             'actions: [{ code: "1" }]',                               false],
    ['a binding that is neither',          'actions: [{ name: A, bound: maybe }]',                   false],
  ])('and the reader agree on %s', async (_name, text, isGood) => {
    const isRead = await plant(text).then(
      () => true,
      () => false,
    )
    expect({ schema: holds(parse(text)), reader: isRead }).toEqual({ schema: isGood, reader: isGood })
  })
})

test('a file that is not there is named', () => {
  expect(() => readSeedFile('none.yaml')).toThrow('cannot read the seed `none.yaml`')
})

test('entities become what requests would have made of them', async () => {
  const { settings, factors, resourceServers, clients, users, actions, bindings } = await plant(`
    tenant: { customize_mfa_in_postlogin_action: true }
    guardianFactors: [{ name: otp, enabled: true }]
    resourceServers: [{ identifier: https://api.fabrikam.example/banking }]
    clients: [{ name: Web, client_id: web, client_secret: a secret that is known }]
    users:
      - { connection: Username-Password-Authentication, user_id: ada, email: ada@fabrikam.example,
          authentication_methods: [{ type: totp }] }
    actions:
      - { name: Bound, code: '1', bound: true }
      - { name: Loose, code: '2' }
  `)
  expect({
    mfa: settings['customize_mfa_in_postlogin_action'],
    factors,
    audience: resourceServers.at(-1)?.identifier,
    client: clients.at(-1),
    user: users.at(-1),
    versions: actions.map(({ name, versions }) => [name, versions.length]),
    bound: bindings['post-login']?.map(({ display_name }) => display_name),
  }).toMatchObject({
    mfa: true,
    factors: { otp: true },
    audience: 'https://api.fabrikam.example/banking',
    client: { name: 'Web', client_id: 'web', client_secret: 'a secret that is known' },
    user: { user_id: 'auth0|ada', authentication_methods: [{ type: 'totp', confirmed: true }] },
    versions: [
      ['Bound', 1],
      ['Loose', 1],
    ],
    bound: ['Bound'],
  })
})

test('users have the roles and permissions of a seed, and members those of their organization', async () => {
  const { roles, users, organizations } = await plant(`
    resourceServers: [{ identifier: https://api.example, scopes: [{ value: read }, { value: write }] }]
    roles:
      - name: Reader
        permissions: [{ resource_server_identifier: https://api.example, permission_name: read }]
      - name: Boss
    users:
      - { connection: Username-Password-Authentication, user_id: ada, email: ada@fabrikam.example, roles: [Reader],
          permissions: [{ resource_server_identifier: https://api.example, permission_name: write }] }
    organizations:
      - id: org_fabrikam
        name: fabrikam
        connections: [{ name: Username-Password-Authentication, assign_membership_on_login: true }]
        members: [{ email: ada@fabrikam.example, roles: [Boss] }]
  `)
  const [reader, boss] = roles
  expect({
    reader: [reader?.permissions, reader?.users],
    ada: users.at(-1)?.permissions,
    organization: organizations[0],
  }).toMatchObject({
    reader: [[{ permission_name: 'read' }], ['auth0|ada']],
    ada: [{ permission_name: 'write' }],
    organization: {
      id: 'org_fabrikam',
      members: [{ user_id: 'auth0|ada', roles: [boss?.id] }],
      enabled_connections: [{ assign_membership_on_login: true }],
    },
  })
})

test('Actions are bound to the trigger that they are of, and to the tokens that they judge', async () => {
  const { actions, bindings, tokenExchangeProfiles } = await plant(`
    actions:
      - { name: Login, code: '1', bound: true }
      - { name: Machine, code: '2', bound: true, supported_triggers: [{ id: credentials-exchange, version: v2 }] }
      - { name: Judge, code: '3', supported_triggers: [{ id: custom-token-exchange, version: v1 }] }
    tokenExchangeProfiles:
      - { name: Old tokens, subject_token_type: 'urn:acme:old', action: Judge }
  `)
  const namesOf = (trigger: string): unknown =>
    bindings[trigger]?.map(({ display_name }) => display_name)
  expect([namesOf('post-login'), namesOf('credentials-exchange')]).toEqual([['Login'], ['Machine']])
  expect(tokenExchangeProfiles).toMatchObject([
    { name: 'Old tokens', subject_token_type: 'urn:acme:old', action_id: actions.at(-1)?.id },
  ])
})

test('a seed sets the options of the database that is always there, and enrols devices', async () => {
  const { connections, users } = await plant(`
    connections:
      - { name: Username-Password-Authentication, strategy: auth0, options: { disable_signup: true } }
    users:
      - connection: Username-Password-Authentication
        email: ada@fabrikam.example
        authentication_methods: [{ type: push, name: Phone of Ada }]
  `)
  expect(connections).toMatchObject([{ options: { disable_signup: true } }])
  expect(users.at(-1)?.authentication_methods).toMatchObject([
    { type: 'push', name: 'Phone of Ada', confirmed: true },
  ])
})

test('what a seed sets without effect is told', async () => {
  writeFileSync(
    file,
    `
    tenant: { session_cookie: { mode: non-persistent } }
    clients: [{ name: Web, sso: true }]
    actions:
      - { name: Welcome, code: '1', bound: true, supported_triggers: [{ id: post-user-registration, version: v2 }] }
  `,
  )
  const told: string[] = []
  await plantSeed(newTenant(), readSeedFile(file), { report: (line) => void told.push(line) })
  expect(told).toEqual([
    'kept without effect (tenant): session_cookie',
    'kept without effect (client): sso',
    'Actions of the trigger post-user-registration are kept and never run',
  ])
})

// Their code is in files that the reader has.
test('the seeds of docs/sandbox.md can be planted as they stand there', async () => {
  const text = readFileSync('docs/sandbox.md', 'utf8')
  const seeds = [...text.matchAll(/```yaml\n(.*?)```/gs)].map(([, seed = '']) => seed)
  for (const seed of seeds) await plant(seed.replaceAll(/code: \.\/[\w-]+\.js/g, "code: '1'"))
  expect(seeds).toHaveLength(3)
})
