import { join } from 'node:path'
import { API_METHODS } from '../../scripts/reading/api-methods.ts'
import documented from '../support/documented-fields.json' with { type: 'json' }
import { fieldsOfType } from '../support/type-fields.ts'

// A field that Auth0 does not document is always missing, and nobody is told that it is never read.

const EVENT_TYPES = join(__dirname, '../../actions/step-up/event.ts')

/** What the reference pages leave open: the elements of lists, and the keys of dictionaries. */
const MFA_PAGES = 'https://auth0.com/docs/secure/multi-factor-authentication/customize-mfa'
const ENROLMENTS = `${MFA_PAGES}/customize-mfa-enrollments-universal-login`
const SELECTION = `${MFA_PAGES}/customize-mfa-selection-universal-login`
const TYPES = 'https://github.com/auth0/auth0-actions (types of post-login/v3)'
const FACTOR = 'parameter `factor` of challengeWith and enrollWith'
// prettier-ignore
const ELSEWHERE = [
  ['event.authentication.methods[].name',                              'string',          ENROLMENTS],
  ['event.authentication.methods[].timestamp',                         'string',          ENROLMENTS],
  ['event.authentication.methods[].type',                              'string',          ENROLMENTS],
  ['event.client.refresh_token.policies[].audience',                   'string',          TYPES],
  ['event.client.refresh_token.policies[].scope',                      'array of string', TYPES],
  ['event.refresh_token.resource_servers[].audience',                  'string',          TYPES],
  ['event.refresh_token.resource_servers[].scopes',                    'string',          TYPES],
  ['event.request.body.audience',                                      'string',          'Use Refresh Tokens; Resource Owner Password Flow'],
  ['event.request.body.scope',                                         'string',          'RFC 6749 sections 4.3.2 and 6'],
  ['event.user.enrolledFactors[].type',                                'string',          ENROLMENTS],
  ['api.authentication.challengeWithAny.factors[].type',               'string',          FACTOR],
  ['api.authentication.challengeWithAny.factors[].options',            'dictionary',      FACTOR],
  ['api.authentication.challengeWithAny.factors[].options.otpFallback', 'boolean',        SELECTION],
  ['api.authentication.enrollWithAny.factors[].type',                  'string',          FACTOR],
  ['api.authentication.enrollWithAny.factors[].options',               'dictionary',      FACTOR],
  ['api.authentication.enrollWithAny.factors[].options.otpFallback',   'boolean',         SELECTION],
] as const

const DOCUMENTED = new Map<string, string>([
  ...Object.entries(documented.event),
  ...Object.entries(documented.api),
  ...ELSEWHERE.map(([path, type]) => [path, type] as const),
])

const OURS = new Map([
  ...fieldsOfType(EVENT_TYPES, 'PostLoginEvent', 'event'),
  ...fieldsOfType(EVENT_TYPES, 'PostLoginApi', 'api'),
])

/** Auth0 names the types of some objects; a dictionary is an object whose keys are not fixed. */
function inOurWords(type: string): string {
  const plain = ['string', 'number', 'boolean', 'unknown', 'array of objects', 'array of string']
  return plain.includes(type) || type.startsWith('(') ? type : 'object'
}

/** What is wrong with a field of ours; a method may leave out the last parameters. */
function faultOf([path, type]: readonly [string, string]): string | undefined {
  const known = DOCUMENTED.get(path)
  if (known === undefined) return `\`${path}\` is not documented`
  const expected = inOurWords(known)
  const isSame = type.startsWith('(')
    ? expected.startsWith(type.slice(0, -1))
    : type === 'unknown' || type === expected
  return isSame ? undefined : `\`${path}\` is \`${type}\`, documented is \`${expected}\``
}

const faults = (fields: Iterable<readonly [string, string]>) =>
  [...fields].flatMap((field) => faultOf(field) ?? [])

test('every field and method that the Action knows is documented, with the same type', () => {
  expect([OURS.size > 0, faults(OURS)]).toEqual([true, []])
})

test('a field, a type or a parameter that Auth0 does not document is named', () => {
  const invented = [
    ['event.transaction.scopes', 'array of string'],
    ['event.transaction.protocol', 'number'],
    ['api.multifactor.enable', '(options)'],
    ['api.multifactor.require', '()'],
    ['event.session.actor', 'unknown'],
  ] as const
  expect(faults(invented)).toEqual([
    '`event.transaction.scopes` is not documented',
    '`event.transaction.protocol` is `number`, documented is `string`',
    '`api.multifactor.enable` is `(options)`, documented is `(provider, options)`',
    '`api.multifactor.require` is not documented',
  ])
})

test('nothing is excused that the reference pages have, or that the Action does not know', () => {
  const pages = new Set([...Object.keys(documented.event), ...Object.keys(documented.api)])
  const needless = ELSEWHERE.filter(([path]) => pages.has(path) || !OURS.has(path))
  expect(needless).toEqual([])
})

/** Documented, but missing in the audit's list: an Action that calls one would seem to throw. */
test('the audit knows every documented method and no other', () => {
  const methods = Object.entries(documented.api)
    .filter(([, type]) => type.startsWith('('))
    .map(([path]) => path.replace('api.', ''))
  expect([...API_METHODS].toSorted()).toEqual(methods.toSorted())
})
