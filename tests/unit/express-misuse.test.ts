// Whoever writes JavaScript has no compiler: what would protect less than it seems to is said at the start.
import { readRequirements } from '../../express/requirements.ts'
import { stepUp } from '../../express/step-up.ts'
import { usedInRedis } from '../../express/used-in-redis.ts'
import { usedInMemory } from '../../express/used-tokens.ts'
import { webStepUp } from '../../express/web-app.ts'
import { requirementsOf } from '../../scripts/policy/requirements.ts'
import { BANKING, MULTI_FACTOR } from '../support/event.ts'
import { FABRIKAM } from '../support/policies.ts'

type Any = Readonly<Record<string, unknown>>

const FILE = {
  version: 1,
  id_token_claim: 'https://fabrikam.example/step_up_rules',
  audiences: { [BANKING]: { 'transfer:funds': { factors: 'any' } } },
  logins: { 'salary-page': { acr_values: MULTI_FACTOR } },
}

const OPTIONS = {
  issuerBaseUrl: 'https://acme.eu.auth0.com',
  audience: BANKING,
  requirements: FILE,
  used: usedInMemory(),
}

/** Called as JavaScript calls it. */
const make = (changes: Any) => stepUp({ ...OPTIONS, ...changes } as never)
const asks = (...given: readonly unknown[]) =>
  (make({}).requireScope as (...g: unknown[]) => unknown)(...given)
const asksAll = (...given: readonly unknown[]) =>
  (make({}).requireScopes as (...g: unknown[]) => unknown)(...given)

const ONE = "requireScope takes one scope; for more there is requireScopes(['a', 'b'])"
const LIST = "requireScopes takes one list of scopes, such as ['a', 'b']"

// prettier-ignore
test.each<[string, () => unknown, string]>([
  ['two scopes',            () => asks('a', 'b'),              ONE],
  ['two scopes in a word',  () => asks('a b'),                 ONE],
  ['a list of scopes',      () => asks(['a', 'b']),            ONE],
  ['no scope',              () => asks(),                      ONE],
  ['an empty scope',        () => asks(''),                    ONE],
  ['undefined',             () => asks(undefined),             ONE],
  ['scopes without a list', () => asksAll('a', 'b'),           LIST],
  ['one that is no list',   () => asksAll('a'),                LIST],
  ['an empty list',         () => asksAll([]),                 LIST],
  ['a list of two in one',  () => asksAll(['a b']),            LIST],
  ['a list with nothing',   () => asksAll(['a', undefined]),   LIST],
  ['a list with a hole',    () => asksAll([, 'a']),            LIST],
])('a guard of %s throws', (_name, guard, message) => {
  expect(guard).toThrow(new TypeError(message))
})

// prettier-ignore
test.each<[string, Any, string]>([
  ['a word that nobody reads', { delegate: 'accepted' },                 'options of stepUp: unknown key `delegate`'],
  ['no issuer',                { issuerBaseUrl: undefined },             'options of stepUp: no `issuerBaseUrl`'],
  ['a domain as issuer',       { issuerBaseUrl: 'acme.eu.auth0.com' },   'options of stepUp: expected a URL of https or http as `issuerBaseUrl`'],
  ['two audiences',            { audience: [BANKING, 'https://other'] }, 'options of stepUp: expected a string that is not empty as `audience`'],
  ['another audience',         { audience: 'https://other' },            'requirements: nothing about the audience `https://other`'],
  ['an inherited audience',    { audience: 'constructor' },              'requirements: nothing about the audience `constructor`'],
  ['no memory',                { used: undefined },                      'options of stepUp: no `used`'],
  ['a memory of another kind', { used: { consume: () => true } },        'options of stepUp: expected `usedInRedis(…)` or `usedInMemory()` as `used`'],
  ['a switch for DPoP',        { dpop: false },                          'options of stepUp: expected accepted or required or refused as `dpop`'],
  ['a switch for delegation',  { delegated: true },                      'options of stepUp: expected accepted or refused as `delegated`'],
  ['a symmetric key',          { signingAlg: 'HS256' },                  'options of stepUp: expected RS256 or PS256 as `signingAlg`'],
  ['a certificate, not how to get one', { getCertificate: 'PEM' },       'options of stepUp: expected a function as `getCertificate`'],
  ['the text of the file',     { requirements: JSON.stringify(FILE) },   'options of stepUp: expected an object as `requirements`'],
])('an API with %s does not start', (_name, changes, message) => {
  expect(() => make(changes)).toThrow(new TypeError(message))
})

test('what stands in a second object is not passed over', () => {
  const call = (of: unknown) => of as (...given: readonly unknown[]) => unknown
  expect(() => call(stepUp)(OPTIONS, { dpop: 'required' })).toThrow(
    new TypeError('stepUp takes one object of options'),
  )
  expect(() => call(webStepUp)({ requirements: FILE }, { openSeconds: 60 })).toThrow(
    new TypeError('webStepUp takes one object of options'),
  )
})

test('options that an object inherits are none', () => {
  expect(() => stepUp(Object.create(OPTIONS) as never)).toThrow(
    new TypeError('options of stepUp: no `issuerBaseUrl`'),
  )
})

test('an API whose audience is no URL says where clients find it', () => {
  const requirements = { version: 1, audiences: { 'urn:banking': { 'transfer:funds': {} } } }
  const api = { audience: 'urn:banking', requirements }
  expect(() => make(api)).toThrow(
    new TypeError('options of stepUp: no `resource`, and clients find no API at `urn:banking`'),
  )
  expect(() => make({ ...api, resource: 'https://banking.example' })).not.toThrow()
})

const withRequirement = (requirement: unknown) => ({
  ...FILE,
  audiences: { [BANKING]: { 'a:b': requirement } },
})
const OF_AB = `requirements of \`a:b\` on \`${BANKING}\``

// prettier-ignore
test.each<[string, unknown, string]>([
  ['a later version',               { ...FILE, version: 2 },                         'requirements: expected 1 as `version`'],
  ['a demand that it does not know', withRequirement({ factors: 'any', device: 1 }), `${OF_AB}: unknown key \`device\``],
  ['an age in words',               withRequirement({ max_age: '300' }),             `${OF_AB}: expected a whole number from 1 to 86400 as \`max_age\``],
  ['an age of nothing',             withRequirement({ max_age: 0 }),                 `${OF_AB}: expected a whole number from 1 to 86400 as \`max_age\``],
  ['a day that never comes',        withRequirement({ report_until: 'soon' }),       `${OF_AB}: expected a day as \`report_until\``],
  ['a time before that never ends', withRequirement({ before: [{ max_age: 60 }] }),  `\`before\` in ${OF_AB}: no \`until\``],
  ['a demand before that it does not know', withRequirement({ before: [{ until: '2027-01-31', device: 1 }] }), `\`before\` in ${OF_AB}: unknown key \`device\``],
  ['one of several demands that it does not know', withRequirement({ each: [{ factors: 'any', device: 1 }] }), `\`each\` in ${OF_AB}: unknown key \`device\``],
  ['one of several before that it does not know', withRequirement({ before: [{ until: '2027-01-31', each: [{ max_age: 0 }] }] }), `\`each\` in \`before\` in ${OF_AB}: expected a whole number from 1 to 86400 as \`max_age\``],
  ['no list of several demands',    withRequirement({ each: {} }),                   `${OF_AB}: expected a list as \`each\``],
  ['no list of what was before',    withRequirement({ before: {} }),                 `${OF_AB}: expected a list as \`before\``],
  ['acr values that break out',     withRequirement({ acr_values: 'a", scope="b' }), `${OF_AB}: expected words without quotes as \`acr_values\``],
  ['a demand that is none',         withRequirement(null),                           `${OF_AB}: expected an object`],
  ['audiences in a list',           { ...FILE, audiences: [] },                      'requirements: expected an object as `audiences`'],
  ['no audiences',                  { version: 1 },                                  'requirements: no `version` and `audiences`, as `step-up build` writes them'],
  ['a page without acr values',     { ...FILE, logins: { salary: {} } },             'requirements of `salary`: no `acr_values`'],
])('a file with %s is refused', (_name, file, message) => {
  expect(() => readRequirements(file)).toThrow(new TypeError(message))
})

test('a file of the build is what the middleware reads', () => {
  const policy = { ...FABRIKAM, claim: 'https://a/mfa', idTokenClaim: 'https://a/rules' }
  const file: unknown = JSON.parse(JSON.stringify(requirementsOf(policy, 'hash')))
  expect(readRequirements(file)).toEqual(file)
  expect(() => make({ requirements: file })).not.toThrow()
  expect(() => webStepUp({ requirements: readRequirements(file) })('salary-page')).not.toThrow()
})

const page = (...rules: readonly unknown[]) =>
  (webStepUp({ requirements: FILE } as never) as (...g: readonly unknown[]) => unknown)(...rules)

// prettier-ignore
test.each<[string, () => unknown, string]>([
  ['a rule that the policy does not have', () => page('salary'),                                      'the policy has no acr rule `salary`'],
  ['a rule that everything has',           () => page('constructor'),                                 'the policy has no acr rule `constructor`'],
  ['two rules',                            () => page('salary-page', 'board-page'),                   'requireStepUp takes one rule'],
  ['no rule',                              () => page(),                                              'requireStepUp takes one rule'],
  ['a policy without the claim',           () => webStepUp({ requirements: { ...FILE, id_token_claim: undefined } } as never), 'the policy names no `idTokenClaim` to look at'],
  ['an age that never ends',               () => webStepUp({ requirements: FILE, openSeconds: Infinity } as never), 'options of webStepUp: expected a whole number from 1 to 86400 as `openSeconds`'],
  ['a word that nobody reads',             () => webStepUp({ requirements: FILE, maxAge: 60 } as never), 'options of webStepUp: unknown key `maxAge`'],
])('a page with %s does not start', (_name, start, message) => {
  expect(start).toThrow(new TypeError(message))
})

test.each<[string, readonly unknown[]]>([
  ['that nobody hears fail', ['redis://localhost']],
  ['without a URL, which would be one on this machine', [undefined, () => undefined]],
  ['at something else', ['https://redis.example', () => undefined]],
])('a Redis %s is refused', (_name, given) => {
  expect(() => (usedInRedis as (...g: unknown[]) => unknown)(...given)).toThrow(
    new TypeError('usedInRedis takes a URL of redis and a function that hears of failures'),
  )
})
