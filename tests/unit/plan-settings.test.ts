import { parse } from 'yaml'
import { explainImportFailure } from '../../scripts/tenant/deploy-cli-failure.ts'
import { deployCliText } from '../../scripts/tenant/deploy-cli.ts'
import type { SettingChange } from '../../scripts/tenant/plan.ts'
import { compareSetting, type Setting, type SettingSection } from '../../scripts/tenant/settings.ts'

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
  ['false instead of nothing',     { a: false },             {},                             [{ field: 'a', after: false }]],
  ['a list in another order',      { a: ['x', 'y'] },        { a: ['y', 'x'] },              []],
  ['a list with one more',         { a: ['x'] },             { a: ['x', 'y'] },              [{ field: 'a', before: ['x', 'y'], after: ['x'] }]],
  ['a list with one less',         { a: ['x', 'y'] },        { a: ['x'] },                   [{ field: 'a', before: ['x'], after: ['x', 'y'] }]],
  ['a list with one other',        { a: ['x', 'y'] },        { a: ['x', 'z'] },              [{ field: 'a', before: ['x', 'z'], after: ['x', 'y'] }]],
  ['a list with one twice',        { a: ['x', 'x'] },        { a: ['x', 'y'] },              [{ field: 'a', before: ['x', 'y'], after: ['x', 'x'] }]],
  ['a list with one twice, as a set', { a: ['x', 'x'] },     { a: ['x'] },                   []],
  ['no list at all',               { a: ['x'] },             { a: 'x' },                     [{ field: 'a', before: 'x', after: ['x'] }]],
  ['an object with a field more',  { a: { b: 1 } },          { a: { b: 1, c: 2 } },          []],
  ['an object with another value', { a: { b: 1 } },          { a: { b: 2, c: 2 } },          [{ field: 'a', before: { b: 2, c: 2 }, after: { b: 1 } }]],
  ['null instead of an object',    { a: { b: 1 } },          { a: null },                    [{ field: 'a', before: null, after: { b: 1 } }]],
])('%s', (_name, wanted, existing, fields) => {
  const comparison = compareSetting(setting('clients', wanted), setting('clients', existing))
  expect(comparison).toEqual({ fields, values: wanted, keptScopes: [] })
})

const server = (...scopes: readonly object[]) => setting('resourceServers', { scopes })
const READ = { value: 'read', description: 'Read' }
const SEND = { value: 'send', description: 'Send' }

// prettier-ignore
test.each<[string, Setting, Setting | undefined, object]>([
  ['no resource server',   server(READ),              undefined,                                   { fields: [{ field: 'scope read', after: 'Read' }], values: { scopes: [READ] }, keptScopes: [] }],
  ['equal, other order',   server(READ, SEND),        server(SEND, READ),                          { fields: [], values: { scopes: [SEND, READ] }, keptScopes: [] }],
  ['one is missing',       server(READ, SEND),        server(SEND),                                { fields: [{ field: 'scope read', after: 'Read' }], values: { scopes: [SEND, READ] }, keptScopes: [] }],
  ['one of another team',  server(READ),              server(SEND, READ),                          { fields: [], values: { scopes: [SEND, READ] }, keptScopes: ['send'] }],
  ['another description',  server(READ),              server({ value: 'read', description: 'R' }), { fields: [{ field: 'scope read', before: 'R', after: 'Read' }], values: { scopes: [READ] }, keptScopes: [] }],
  ['no wish to describe',  server({ value: 'read' }), server(READ),                                { fields: [], values: { scopes: [READ] }, keptScopes: [] }],
])('scopes are merged: %s', (_name, wanted, existing, expected) => {
  expect(compareSetting(wanted, existing)).toEqual(expected)
})

test('what others wrote is no keyword to auth0-deploy-cli, which would put the access token in its place', () => {
  const scopes = [{ value: 'x', description: '##AUTH0_ACCESS_TOKEN## \\##a @@AUTH0_DOMAIN@@' }]
  const text = deployCliText([
    { op: 'change', section: 'resourceServers', name: 'x', fields: [], values: { scopes } },
  ])
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
  const text = deployCliText([
    change('clients', { name: 'one' }),
    change('tenant', { flag: true }),
    change('clients', { name: 'two' }),
  ])
  expect(parse(text)).toEqual({
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
  ['a secret',           `${AT}error: token s3cr3t is wrong\n`,                  'auth0-deploy-cli could not write the settings: token *** is wrong'],
])('auth0-deploy-cli fails with %s', (_name, output, expected) => {
  expect(explainImportFailure(output, 's3cr3t').message).toBe(`${expected}${HINT}`)
})
