// Requests to the Management API, as JSON: of known routes with bodies that are nearly right, and of none.
import { METHODS } from 'node:http'
import fc from 'fast-check'
import { MANAGEMENT_ROUTES } from '../../sandbox/tenant/management/routes.ts'

export interface FuzzRequest {
  readonly method: string
  /** As it is sent, but for its `{…}` segments. */
  readonly path: string
  /** What stands for each `{…}`: a place in the list that is there, or text. */
  readonly segments: readonly (number | string)[]
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: FuzzBody
}

export type FuzzBody =
  | { readonly json: unknown }
  /** An object with one more field, an object within an object so many times. */
  | { readonly json: object; readonly deep: string; readonly times: number }
  | { readonly text: string }

/** The text of a body as it is sent. */
export function textOf(body: FuzzBody): string {
  if ('text' in body) return body.text
  if (!('deep' in body)) return JSON.stringify(body.json)
  const { json, deep, times } = body
  const [before = '', after = ''] = JSON.stringify({ ...json, [deep]: '@@' }).split('"@@"')
  return `${before}${'{"a":'.repeat(times)}0${'}'.repeat(times)}${after}`
}

const TRIGGER = { id: 'post-login', version: 'v3' }
const CODE = 'exports.onExecutePostLogin = async () => {}'
const ENRICH = { ref: { type: 'action_name', value: 'Enrich profile' }, display_name: 'E' }
// prettier-ignore
const BODIES: readonly (readonly [path: string, body: Readonly<Record<string, unknown>>])[] = [
  ['/actions/actions',       { name: 'A', supported_triggers: [TRIGGER], code: CODE }],
  ['/actions/actions',       { name: 'B', supported_triggers: [TRIGGER], secrets: [{ name: 'K', value: 'v' }], deploy: true }],
  ['/actions/actions/{id}',  { name: 'C', code: 'x', dependencies: [{ name: 'x', version: '1' }], runtime: 'node22' }],
  ['/actions/actions/{id}',  { payload: { event: { user: {} } } }],
  ['/actions/actions/{id}',  { update_draft: true }],
  ['/actions/triggers',      { bindings: [ENRICH] }],
  ['/actions/triggers',      { bindings: [] }],
  ['/resource-servers',      { name: 'API', identifier: 'https://api.example', scopes: [{ value: 'read:x' }] }],
  ['/resource-servers/{id}', { name: 'API', scopes: [], token_lifetime: 60, enforce_policies: true }],
  ['/clients',               { name: 'App', app_type: 'spa', callbacks: ['https://app.example'], grant_types: ['implicit'] }],
  ['/client-grants',         { client_id: 'x', audience: 'https://api.example', scope: ['read:x'] }],
  ['/connections',           { name: 'db', strategy: 'auth0', options: {}, enabled_clients: [] }],
  ['/connections/{id}',      { options: {}, metadata: {} }],
  ['/users',                 { connection: 'Username-Password-Authentication', email: 'eve@example.com', password: 'x' }],
  ['/users/{id}',            { user_metadata: { a: 1 }, app_metadata: { b: null }, blocked: true, name: 'E' }],
  ['/users/{id}/authentication-methods', { type: 'totp', name: 'App', totp_secret: 'JBSWY3DPEHPK3PXP' }],
  ['/users/{id}/authentication-methods', { type: 'phone', name: 'Phone', phone_number: '+4912345', preferred_authentication_method: 'sms' }],
  ['/guardian',              { enabled: true }],
  ['/tenants/settings',      { friendly_name: 'T', session_lifetime: 1, flags: {} }],
]

const NAMES = [...new Set(BODIES.flatMap(([, body]) => Object.keys(body)))]
const VALUES = [
  ...['Enrich profile', 'Username-Password-Authentication', 'post-login', 'v3', 'action_id'],
  ...['https://api.example', 'read:x', '__proto__', 'constructor', '\u0000', '\ud800', ''],
]

const name = fc.oneof(fc.constantFrom(...NAMES, '__proto__', 'constructor', 'id'), fc.string())
const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(...VALUES, null, 0, -1, 1e308, true),
  fc.jsonValue(),
  fc.array(fc.constantFrom(...VALUES), { maxLength: 3 }),
  fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom<unknown>(...VALUES, null, 7)),
)
type Part = 'as it is' | 'without' | 'changed' | 'added' | 'deep'

const nearlyRight = (path: string): fc.Arbitrary<FuzzBody> => {
  const fitting = BODIES.filter(([prefix]) => path.startsWith(`/api/v2${prefix}`))
  return fc
    .record({
      body: fc.constantFrom(...(fitting.length > 0 ? fitting : BODIES)),
      part: fc.constantFrom<Part>('as it is', 'without', 'changed', 'added', 'deep'),
      place: fc.nat(9),
      name,
      value,
      times: fc.constantFrom(2, 3_000, 90_000),
    })
    .map(({ body: [, json], part, place, name, value, times }) => {
      const names = Object.keys(json)
      const own = names[place % names.length] ?? name
      const others = Object.fromEntries(Object.entries(json).filter(([each]) => each !== own))
      switch (part) {
        case 'as it is':
          return { json }
        case 'without':
          return { json: others }
        case 'changed':
          return { json: { ...json, [own]: value } }
        case 'added':
          return { json: { ...json, [name]: value } }
        case 'deep':
          return { json: others, deep: own, times }
      }
    })
}
const bodyFor = (path: string): fc.Arbitrary<FuzzBody> =>
  fc.oneof(
    { weight: 8, arbitrary: nearlyRight(path) },
    { weight: 1, arbitrary: fc.record({ json: value }) },
    { weight: 1, arbitrary: fc.record({ text: fc.string() }) },
  )

const word = fc.oneof(
  fc.constantFrom('0', '1', '-1', '100', '1e9', 'true', 'false', 'null', '%00', '%', 'name,id'),
  fc.string().map(encodeURIComponent),
)
const QUERIES = [
  ...['page', 'per_page', 'include_totals', 'take', 'from', 'fields', 'include_fields', 'q'],
  ...['sort', 'search_engine', 'email', 'force', 'deployed', 'actionName', 'triggerId', 'strategy'],
]
const query = fc
  .array(fc.tuple(fc.constantFrom(...QUERIES), word), { maxLength: 3 })
  .map((pairs) => pairs.map(([key, text]) => `${key}=${text}`).join('&'))

const headerValue = fc.string().map((text) => text.replace(/[^\x20-\x7e]/g, ''))
const headers = fc.dictionary(
  fc.constantFrom('content-type', 'accept', 'content-encoding', 'cookie', 'auth0-client', 'dpop'),
  fc.oneof(
    headerValue,
    fc.constantFrom('application/x-www-form-urlencoded', 'application/json', 'gzip'),
  ),
  { maxKeys: 2 },
)
const authorization = fc.oneof(
  { weight: 12, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc
      .oneof(headerValue, fc.constantFrom('Bearer x', 'Bearer a.b.c', 'Bearer ..', 'Basic eDp5'))
      .map((text) => ({ authorization: text })),
  },
)

const known = fc.constantFrom(...MANAGEMENT_ROUTES.map(({ method, path }) => ({ method, path })))
const unknown = fc.record({
  method: fc.constantFrom(...METHODS.filter((each) => !['CONNECT', 'HEAD'].includes(each))),
  path: fc.oneof(
    known.map(({ path }) => path),
    fc
      .array(fc.oneof(word, fc.constantFrom('actions', 'users', '..', '', ';')))
      .map((segments) => `/api/v2/${segments.join('/')}`),
  ),
})

const request: fc.Arbitrary<FuzzRequest> = fc
  .oneof({ weight: 9, arbitrary: known }, { weight: 1, arbitrary: unknown })
  .chain(({ method, path }) =>
    fc.record(
      {
        method: fc.constant(method),
        path: fc.constant(path),
        segments: fc.array(
          fc.oneof({ weight: 4, arbitrary: fc.nat(9) }, { weight: 1, arbitrary: word }),
          { minLength: 3, maxLength: 3 },
        ),
        query,
        headers: fc
          .tuple(headers, authorization)
          .map((parts) => Object.assign({}, ...parts) as Record<string, string>),
        body: bodyFor(path),
      },
      { requiredKeys: ['method', 'path', 'segments', 'query', 'headers'] },
    ),
  )

export const requests = fc.array(request, { minLength: 1, maxLength: 6 })
