import { parse } from 'yaml'
import { renderChanges } from '../../scripts/deploy/render-deployment.ts'
import { assetsOf } from '../../scripts/tenant/deploy-cli-assets.ts'
import { explainDeployCliFailure } from '../../scripts/tenant/deploy-cli-failure.ts'
import type { SettingChange } from '../../scripts/tenant/plan.ts'
import { type Setting, type SettingSection } from '../../scripts/tenant/setting.ts'
import { compareSetting, mergedWith } from '../../scripts/tenant/settings.ts'
import { deployCliText } from '../../scripts/tenant/whole-import.ts'

const setting = (section: SettingSection, values: Setting['values']): Setting => ({
  section,
  name: 'x',
  values,
})

// prettier-ignore
test.each<[string, Setting['values'], Setting['values'], object[]]>([
  ['equal',                        { a: 1 },                 { a: 1 },                       []],
  ['a field the tenant has besides', { a: 1 },               { a: 1, b: 2 },                 []],
  ['another value',                { a: 1 },                 { a: 2 },                       [{ field: 'a', before: 2, after: 1 }]],
  ['true instead of nothing',      { a: true },              {},                             [{ field: 'a', after: true }]],
  ['a list in another order',      { a: ['x', 'y'] },        { a: ['y', 'x'] },              []],
  ['a list with one more',         { a: ['x'] },             { a: ['x', 'y'] },              [{ field: 'a', before: ['x', 'y'], after: ['x'] }]],
  ['a list with one less',         { a: ['x', 'y'] },        { a: ['x'] },                   [{ field: 'a', before: ['x'], after: ['x', 'y'] }]],
  ['a list with one other',        { a: ['x', 'y'] },        { a: ['x', 'z'] },              [{ field: 'a', before: ['x', 'z'], after: ['x', 'y'] }]],
  ['a list with one twice',        { a: ['x', 'x'] },        { a: ['x', 'y'] },              [{ field: 'a', before: ['x', 'y'], after: ['x', 'x'] }]],
  ['a list with one twice, as a set', { a: ['x', 'x'] },     { a: ['x'] },                   []],
  ['no list at all',               { a: ['x'] },             { a: 'x' },                     [{ field: 'a', before: 'x', after: ['x'] }]],
  ['an object with a field more',  { a: { b: 1 } },          { a: { b: 1, c: 2 } },          []],
  ['an object with another value', { a: { b: 1 } },          { a: { b: 2, c: 2 } },          [{ field: 'a.b', before: 2, after: 1 }]],
  ['an object with a new value',   { a: { b: { c: 1 } } },   { a: { b: {} } },               [{ field: 'a.b.c', after: 1 }]],
  ['null instead of an object',    { a: { b: 1 } },          { a: null },                    [{ field: 'a', before: null, after: { b: 1 } }]],
])('%s', (_name, wanted, existing, fields) => {
  const comparison = compareSetting(setting('clients', wanted), setting('clients', existing))
  const values = fields.length === 0 ? {} : wanted
  expect(comparison).toEqual({ fields, values, keptScopes: [], notes: [] })
})

test('a scope that comes back without a description reads as a whole', () => {
  const scopes = setting('resourceServers', { scopes: [{ value: 'transfer:funds' }] })
  const { fields } = compareSetting(scopes, setting('resourceServers', { scopes: [] }))
  const change = {
    op: 'change',
    section: 'resourceServers',
    name: 'x',
    values: {},
    fields,
  } as const
  expect(renderChanges((_style, text) => text, [change])).toEqual([
    '~ resource server x',
    '    scope transfer:funds',
  ])
})

// Auth0 leaves out of an answer, or never stores, what is off, empty or null.
// prettier-ignore
test.each<[string, Setting['values'], number]>([
  ['off',                       { sso: false },                   0],
  ['null',                      { default_organization: null },   0],
  ['an empty text',             { initiate_login_uri: '' },       0],
  ['an empty list',             { web_origins: [] },              0],
  ['an empty object',           { addons: {} },                   0],
  ['an object with all off',    { native_social_login: { apple: { enabled: false } } }, 0],
  ['zero',                      { par_request_expiry: 0 },        1],
  ['off where on is the default', { custom_login_page_on: false }, 1],
])('%s where the tenant shows nothing: %j', (_name, wanted, differences) => {
  const { fields } = compareSetting(setting('clients', wanted), setting('clients', {}))
  expect(fields).toHaveLength(differences)
})

// prettier-ignore
test.each<[string, Setting['values'], Setting['values'], number]>([
  ['minutes, shown in hours',       { session_lifetime_in_minutes: 90 },      { session_lifetime: 1.5 },       0],
  ['other minutes',                 { session_lifetime_in_minutes: 91 },      { session_lifetime: 1.5 },       1],
  ['minutes, shown as such too',    { session_lifetime_in_minutes: 90 },      { session_lifetime_in_minutes: 90, session_lifetime: 2 }, 0],
  ['hours',                         { session_lifetime: 12 },                 { session_lifetime: 12 },        0],
  ['hours that are whole minutes',  { idle_session_lifetime: 0.333 },         { idle_session_lifetime: 1 / 3 }, 0],
  ['other hours',                   { idle_session_lifetime: 0.3 },           { idle_session_lifetime: 1 / 3 }, 1],
])('a lifetime in %s', (_name, wanted, existing, differences) => {
  const { fields } = compareSetting(setting('tenant', wanted), setting('tenant', existing))
  expect(fields).toHaveLength(differences)
})

test('only what differs is sent, and what the entity is known by', () => {
  const wanted = { name: 'App', app_type: 'spa', refresh_token: { leeway: 5 }, callbacks: ['a'] }
  const existing = { ...wanted, refresh_token: { leeway: 9 } }
  const { values } = compareSetting(setting('clients', wanted), setting('clients', existing))
  expect(values).toEqual({ name: 'App', refresh_token: { leeway: 5 } })
})

const server = (...scopes: readonly object[]) => setting('resourceServers', { scopes })
const READ = { value: 'read', description: 'Read' }
const SEND = { value: 'send', description: 'Send' }

// prettier-ignore
test.each<[string, Setting, Setting | undefined, object]>([
  ['no resource server',   server(READ),              undefined,                                   { fields: [{ field: 'scope read', after: 'Read' }], keptScopes: [] }],
  ['equal, other order',   server(READ, SEND),        server(SEND, READ),                          { fields: [], keptScopes: [] }],
  ['one is missing',       server(READ, SEND),        server(SEND),                                { fields: [{ field: 'scope read', after: 'Read' }], keptScopes: [] }],
  ['one of another team',  server(READ),              server(SEND, READ),                          { fields: [], keptScopes: ['send'] }],
  ['another description',  server(READ),              server({ value: 'read', description: 'R' }), { fields: [{ field: 'scope read', before: 'R', after: 'Read' }], keptScopes: [] }],
  ['no wish to describe',  server({ value: 'read' }), server(READ),                                { fields: [], keptScopes: [] }],
])('scopes are compared one by one: %s', (_name, wanted, existing, expected) => {
  expect(compareSetting(wanted, existing)).toMatchObject(expected)
})

// prettier-ignore
test.each<[string, SettingSection, Setting['values'], Setting['values'], Setting['values']]>([
  ['scopes of others',        'resourceServers', { scopes: [READ] },                 { scopes: [SEND] },                                     { scopes: [SEND, READ] }],
  ['another description',     'resourceServers', { scopes: [READ] },                 { scopes: [{ value: 'read', description: 'R' }, SEND] }, { scopes: [READ, SEND] }],
  ['other keys of an object', 'clients',         { refresh_token: { leeway: 1 } },   { refresh_token: { leeway: 9, policies: [{ audience: 'a' }] } }, { refresh_token: { leeway: 1, policies: [{ audience: 'a' }] } }],
  ['keys of inner objects',   'clients',         { mobile: { ios: { team_id: 'x' } } }, { mobile: { ios: { app_bundle_identifier: 'y' } } }, { mobile: { ios: { team_id: 'x', app_bundle_identifier: 'y' } } }],
  ['a list of ours',          'clients',         { callbacks: ['a'] },               { callbacks: ['b'] },                                   { callbacks: ['a'] }],
  ['an object taken away',    'clients',         { refresh_token: null },            { refresh_token: { leeway: 9 } },                       { refresh_token: null }],
  ['flags that it may send',  'tenant',          { flags: { enable_sso: true } },    { flags: { enable_pipeline2: true, universal_login: true } }, { flags: { enable_sso: true, enable_pipeline2: true } }],
  ['a key that no update may have', 'clients',   { jwt_configuration: { alg: 'RS256' } }, { jwt_configuration: { alg: 'HS256', secret_encoded: true } }, { jwt_configuration: { alg: 'RS256' } }],
])('what is sent is merged with what the tenant has: %s', (_name, section, sent, current, merged) => {
  expect(mergedWith(section, current, sent)).toEqual(merged)
})

test('what others wrote is no keyword to auth0-deploy-cli, which would put the access token in its place', () => {
  const scopes = [{ value: 'x', description: '##AUTH0_ACCESS_TOKEN## \\##a @@AUTH0_DOMAIN@@' }]
  const text = deployCliText({ resourceServers: [{ scopes }] })
  expect(text).not.toMatch(/##|@@/)
  expect(parse(text)).toEqual({ resourceServers: [{ scopes }] })
})

test('auth0-deploy-cli is given lists of entities, and the tenant as one', () => {
  const change = (section: SettingSection, values: Setting['values']): SettingChange => ({
    op: 'change',
    section,
    name: 'x',
    fields: [],
    values,
  })
  const assets = assetsOf([
    change('clients', { name: 'one' }),
    change('tenant', { flag: true }),
    change('clients', { name: 'two' }),
  ])
  expect(assets).toEqual({
    clients: [{ name: 'one' }, { name: 'two' }],
    tenant: { flag: true },
  })
})

const AT = '2026-11-24T09:22:15.912Z - '
const STAGE = `${AT}\u001b[31merror\u001b[39m: Problem running command import during stage processChanges when processing type tenant\n`
const HINT =
  '\n  the Action is live and bound; put right what it says and run the same command again'

// prettier-ignore
test.each<[string, string, string]>([
  ['a refusal by Auth0', `${AT}info: Getting access token\n${STAGE}${AT}\u001b[31merror\u001b[39m: BadRequestError\nStatus code: 400\nBody: {\n  "statusCode": 400,\n  "message": "unknown field \\"foo\\"."\n}\n${AT}info: Please refer to the docs\n`,
    'auth0-deploy-cli could not write `tenant`: unknown field "foo"'],
  ['a lost connection',  `${STAGE}${AT}error: fetch failed\n`,                   'auth0-deploy-cli could not write `tenant`: fetch failed'],
  ['a crash',            'TypeError: x is not a function\n    at run (a.js:1)\n', 'auth0-deploy-cli could not write the settings: TypeError: x is not a function at run (a.js:1)'],
  ['silence',            '\n',                                                   'auth0-deploy-cli could not write the settings: it gave no reason'],
  ['a secret in a crash', 'Error: token s3cr3t is wrong\n',                     'auth0-deploy-cli could not write the settings: Error: token *** is wrong'],
  ['a secret',           `${AT}error: token s3cr3t is wrong\n`,                  'auth0-deploy-cli could not write the settings: token *** is wrong'],
])('auth0-deploy-cli fails with %s', (_name, output, expected) => {
  const failure = { output, secret: 's3cr3t', stage: 'write' } as const
  expect(explainDeployCliFailure(failure).message).toBe(`${expected}${HINT}`)
})

// prettier-ignore
test.each<[string, string, string | undefined, string]>([
  ['its schema',  'Schema validation failed loading [\n    {\n        "dataPath": ".clients[0].mobile",\n        "message": "should be object"\n    }\n]', undefined,
    'auth0-deploy-cli does not accept the settings: `clients[0].mobile` should be object'],
  ['a handler',   'There are multiple clients with the same name', 'clients',
    'auth0-deploy-cli does not accept `clients`: There are multiple clients with the same name'],
])('auth0-deploy-cli refuses by %s before anything is written', (_name, output, section, expected) => {
  const failure = { output, section, secret: 's3cr3t', stage: 'check' } as const
  expect(explainDeployCliFailure(failure).message).toBe(
    `${expected}\n  nothing was written; put right what it says and run the same command again`,
  )
})
