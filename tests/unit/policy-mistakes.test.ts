import { BANKING } from '../support/event.ts'
import { refusal, ruleWith } from '../support/policy-text.ts'

const ACR = 'protects: { acr: x }'
const MY_ACCOUNT =
  'protects: { audience: https://login.fabrikam.example/me/, scopes: [create:me:authentication_methods] }'

const EXPECTED_AGE =
  '\n  expected: how old an accepted MFA of the session may be, at most a day: `90s`, `5m`, `1h`, or a number of seconds; `0` asks for a challenge at every request'

describe('a mistake is named with its place and its remedy', () => {
  // prettier-ignore
  test.each([
    ['unknown key',                 ruleWith({ x: 'max_age: 3' }),                             'policy.yaml:8:5: unknown key `max_age` in `rules[0]`\n  known are: id, reason, protects, requires, whenConfidenceIsLow, whenNotEnrolled, withoutBrowser, exceptions, report'],
    ['misspelt key',                ruleWith({ x: 'whenNotEnroled: deny' }),                   'policy.yaml:8:5: unknown key `whenNotEnroled` in `rules[0]`\n  did you mean `whenNotEnrolled`?'],
    ['key of a level below',        ruleWith({ x: 'refreshTokens: deny' }),                    'policy.yaml:8:5: unknown key `refreshTokens` in `rules[0]`\n  it belongs in `withoutBrowser`'],
    ['key of two places below',     ruleWith({ x: 'maxAge: 0' }),                              'policy.yaml:8:5: unknown key `maxAge` in `rules[0]`\n  it belongs in `requires` or `whenConfidenceIsLow`'],
    ['key of the level above',      ruleWith({ requires: 'requires: { factors: any, whenNotEnrolled: deny }' }), 'policy.yaml:7:31: unknown key `whenNotEnrolled` in `rules[0].requires`\n  it belongs in `rules[0]`'],
    ['one scope, and no list',      ruleWith({ protects: `protects: { audience: ${BANKING}, scopes: transfer:funds }` }), 'policy.yaml:6:69: `rules[0].protects.scopes` cannot be `"transfer:funds"`\n  expected a list: its high-value scopes'],
    ['unknown factor',              ruleWith({ requires: 'requires: { factors: [otp, fingerprint] }' }), 'policy.yaml:7:32: `rules[0].requires.factors[1]` cannot be `"fingerprint"`\n  known are: webauthn-roaming, webauthn-platform, push-notification, otp, phone, email'],
    ['misspelt factor',             ruleWith({ requires: 'requires: { factors: [webauthn-romaing] }' }), 'policy.yaml:7:27: `rules[0].requires.factors[0]` cannot be `"webauthn-romaing"`\n  did you mean `webauthn-roaming`?'],
    ['misspelt protocol',           ruleWith({ x: 'withoutBrowser: { oauth2-pasword: deny }' }), 'policy.yaml:8:23: unknown key `oauth2-pasword` in `rules[0].withoutBrowser`\n  did you mean `oauth2-password`?'],
    ['protocol with a browser',     ruleWith({ x: 'withoutBrowser: { samlp: deny }' }),        'policy.yaml:8:23: unknown key `samlp` in `rules[0].withoutBrowser`\n  known are: silent, refreshTokens, wstrust-usernamemixed, oauth2-device-code, oidc-ciba, oauth2-password, oauth2-resource-owner, oauth2-resource-owner-jwt-bearer, oauth2-access-token, oauth2-webauthn, oauth2-token-exchange, others'],
    ['unknown answer',              ruleWith({ x: 'withoutBrowser: { others: allow }' }),      'policy.yaml:8:31: `rules[0].withoutBrowser.others` cannot be `"allow"`\n  known are: remove, challenge, deny'],
    ['missing id',                  ruleWith({ id: '' }),                                      'policy.yaml:5:5: missing `rules[0].id`\n  expected: the name of the rule in logs and findings: lower case, digits and hyphens'],
    ['id with a space',             ruleWith({ id: 'id: Transfer funds' }),                    'policy.yaml:4:9: `rules[0].id` cannot be `"Transfer funds"`\n  expected: the name of the rule in logs and findings: lower case, digits and hyphens'],
    ['empty reason',                ruleWith({ reason: 'reason: ""' }),                        'policy.yaml:5:13: `rules[0].reason` is empty\n  expected: why this is high-value, for whoever reviews the policy'],
    ['empty scopes',                ruleWith({ protects: `protects: { audience: ${BANKING}, scopes: [] }` }), 'policy.yaml:6:69: `rules[0].protects.scopes` is empty\n  expected: its high-value scopes'],
    ['scope pattern',               ruleWith({ protects: `protects: { audience: ${BANKING}, scopes: ["delete:*"] }` }), 'policy.yaml:6:70: `rules[0].protects.scopes[0]` cannot be `"delete:*"`\n  expected: a scope by its full name; patterns are not supported'],
    ['undeclared scope',            ruleWith({ protects: `protects: { audience: ${BANKING}, scopes: [transfer:fund] }` }), `policy.yaml:6:70: scope \`transfer:fund\` is not declared on \`${BANKING}\` in tenant.yaml\n  did you mean \`transfer:funds\`?`],
    ['undeclared audience',         ruleWith({ protects: 'protects: { audience: https://banking.fabrikam.exmple, scopes: [x] }' }), `policy.yaml:6:27: no resource server \`https://banking.fabrikam.exmple\` in tenant.yaml\n  did you mean \`${BANKING}\`?`],
    ['audience without scopes',     ruleWith({ protects: `protects: { audience: ${BANKING} }` }), 'policy.yaml:6:15: `protects` names audience\n  expected `audience` with `scopes`, or `acr` alone'],
    ['scopes without audience',     ruleWith({ protects: 'protects: { scopes: [transfer:funds] }' }), 'policy.yaml:6:15: `protects` names scopes\n  expected `audience` with `scopes`, or `acr` alone'],
    ['acr beside scopes',           ruleWith({ protects: `protects: { audience: ${BANKING}, scopes: [transfer:funds], acr: x }` }), 'policy.yaml:6:15: `protects` names audience and scopes and acr\n  expected `audience` with `scopes`, or `acr` alone'],
    ['protects nothing',            ruleWith({ protects: 'protects: {}' }),                    'policy.yaml:6:15: `protects` names nothing\n  expected `audience` with `scopes`, or `acr` alone'],
    ['scope twice',                 ruleWith({ protects: `protects: { audience: ${BANKING}, scopes: [transfer:funds, transfer:funds] }` }), 'policy.yaml:6:86: `transfer:funds` is listed twice\n  keep one of the two'],
    ['factor twice',                ruleWith({ requires: 'requires: { factors: [otp, phone, otp] }' }), 'policy.yaml:7:39: `otp` is listed twice\n  keep one of the two'],
    ['factor twice on low confidence', ruleWith({ x: 'whenConfidenceIsLow: { factors: [otp, otp] }' }), 'policy.yaml:8:43: `otp` is listed twice\n  keep one of the two'],
    ['factors that are a word',     ruleWith({ requires: 'requires: { factors: otp }' }),      'policy.yaml:7:26: `rules[0].requires.factors` cannot be `"otp"`\n  expected: `any`, or the list of factors of which one must be passed'],
    ['empty factors',               ruleWith({ requires: 'requires: { factors: [] }' }),       'policy.yaml:7:26: `rules[0].requires.factors` is empty\n  expected: `any`, or the list of factors of which one must be passed'],
    ['negative age',                ruleWith({ requires: 'requires: { factors: any, maxAge: -1 }' }), `policy.yaml:7:39: \`rules[0].requires.maxAge\` is \`-1\`, at least 0 is expected${EXPECTED_AGE}`],
    ['age of a week',               ruleWith({ requires: 'requires: { factors: any, maxAge: 604800 }' }), `policy.yaml:7:39: \`rules[0].requires.maxAge\` is too large, at most 86400 is expected${EXPECTED_AGE}`],
    ['age: unit that is a word',    ruleWith({ requires: 'requires: { factors: any, maxAge: 5min }' }), `policy.yaml:7:39: \`rules[0].requires.maxAge\` cannot be \`"5min"\`${EXPECTED_AGE}`],
    ['age: space before the unit',  ruleWith({ requires: 'requires: { factors: any, maxAge: 5 m }' }), `policy.yaml:7:39: \`rules[0].requires.maxAge\` cannot be \`"5 m"\`${EXPECTED_AGE}`],
    ['age: large unit',             ruleWith({ requires: 'requires: { factors: any, maxAge: 5M }' }), `policy.yaml:7:39: \`rules[0].requires.maxAge\` cannot be \`"5M"\`${EXPECTED_AGE}`],
    ['age: age of no minutes',      ruleWith({ requires: 'requires: { factors: any, maxAge: 0m }' }), `policy.yaml:7:39: \`rules[0].requires.maxAge\` cannot be \`"0m"\`${EXPECTED_AGE}`],
    ['age: negative seconds',       ruleWith({ requires: 'requires: { factors: any, maxAge: -1s }' }), `policy.yaml:7:39: \`rules[0].requires.maxAge\` cannot be \`"-1s"\`${EXPECTED_AGE}`],
    ['age: two units',              ruleWith({ requires: 'requires: { factors: any, maxAge: 1h30m }' }), `policy.yaml:7:39: \`rules[0].requires.maxAge\` cannot be \`"1h30m"\`${EXPECTED_AGE}`],
    ['age: fraction',               ruleWith({ requires: 'requires: { factors: any, maxAge: 1.5h }' }), `policy.yaml:7:39: \`rules[0].requires.maxAge\` cannot be \`"1.5h"\`${EXPECTED_AGE}`],
    ['age of 25 hours',             ruleWith({ requires: 'requires: { factors: any, maxAge: 25h }' }), `policy.yaml:7:39: \`rules[0].requires.maxAge\` is too large, at most 86400 is expected${EXPECTED_AGE}`],
    ['earlier MFA for an acr value', ruleWith({ protects: ACR, requires: 'requires: { factors: any, maxAge: 5 }' }), 'policy.yaml:7:39: the app could not check this: an ID token tells of MFA, and not by which rule\n  name an `idTokenClaim` at the top of the file, and let the app look for `transfer-funds` in it'],
    ['listed factors for an acr value', ruleWith({ protects: ACR, requires: 'requires: { factors: [otp] }' }), 'policy.yaml:7:26: the app could not check this: an ID token tells of MFA, and not by which rule\n  name an `idTokenClaim` at the top of the file, and let the app look for `transfer-funds` in it'],
    ['listed factors and an age for an acr value without an id', ruleWith({ id: '', protects: ACR, requires: 'requires: { factors: [otp], maxAge: 5 }' }), 'policy.yaml:5:5: missing `rules[0].id`\n  expected: the name of the rule in logs and findings: lower case, digits and hyphens\npolicy.yaml:7:26: the app could not check this: an ID token tells of MFA, and not by which rule\n  name an `idTokenClaim` at the top of the file, and let the app look for its id in it'],
    ['earlier MFA on low confidence', ruleWith({ protects: ACR, requires: 'requires: { factors: any, maxAge: 0 }', x: 'whenConfidenceIsLow: { factors: any, maxAge: 5 }' }), 'policy.yaml:8:50: the app could not check this: an ID token tells of MFA, and not by which rule\n  name an `idTokenClaim` at the top of the file, and let the app look for `transfer-funds` in it\npolicy.yaml:8:50: 5s on low confidence is laxer than 0\n  choose the same or less'],
    ['listed factors on low confidence', ruleWith({ protects: ACR, x: 'whenConfidenceIsLow: { factors: [otp] }' }), 'policy.yaml:8:37: the app could not check this: an ID token tells of MFA, and not by which rule\n  name an `idTokenClaim` at the top of the file, and let the app look for `transfer-funds` in it'],
    ['refresh answer for an acr value', ruleWith({ protects: ACR, x: 'withoutBrowser: { refreshTokens: deny }' }), 'policy.yaml:8:38: an acr rule does not bind refresh token exchanges\n  their ID tokens carry no `amr`, so the app refuses them by itself: leave it out'],
    ['acr value to remove',         ruleWith({ protects: ACR, x: 'withoutBrowser: { others: remove }' }), 'policy.yaml:8:31: an acr rule has no scopes to `remove`\n  choose `challenge` or `deny`'],
    ['silent acr value to remove',  ruleWith({ protects: ACR, x: 'withoutBrowser: { silent: remove }' }), 'policy.yaml:8:31: an acr rule has no scopes to `remove`\n  leave it out'],
    ['silent login to deny',        ruleWith({ x: 'withoutBrowser: { silent: deny }' }),       'policy.yaml:8:31: `rules[0].withoutBrowser.silent` cannot be `"deny"`\n  known are: remove, challenge'],
    ["removal from Auth0's own API", ruleWith({ protects: MY_ACCOUNT, x: 'withoutBrowser: { silent: remove, refreshTokens: remove, oauth2-password: challenge, others: remove }' }), [['8:31', 'leave it out'], ['8:54', 'choose `challenge` or `deny`'], ['8:98', 'choose `challenge` or `deny`']].map(([at, hint]) => `policy.yaml:${at}: Auth0 gives the scopes of \`https://login.fabrikam.example/me/\`, its own API, whatever an Action removes\n  ${hint}`).join('\n')],
    ["misspelt scope of Auth0's own API", ruleWith({ protects: 'protects: { audience: https://login.fabrikam.example/me/, scopes: [create:me:authentication_method] }' }), 'policy.yaml:6:72: scope `create:me:authentication_method` is unknown on `https://login.fabrikam.example/me/`, one of Auth0\'s own APIs\n  did you mean `create:me:authentication_methods`?'],
    ['challenge with listed factors', ruleWith({ requires: 'requires: { factors: [otp] }', x: 'withoutBrowser: { others: challenge }' }), 'policy.yaml:8:31: `challenge` without a browser cannot insist on listed factors\n  choose `remove` or `deny`, or `factors: any`'],
    ['challenge with factors listed for low confidence', ruleWith({ x: 'whenConfidenceIsLow: { factors: [otp] }', y: 'withoutBrowser: { others: challenge }' }), 'policy.yaml:9:31: `challenge` without a browser cannot insist on listed factors\n  choose `remove` or `deny`, or `factors: any`'],
    ['challenge in a device login that may enrol nobody', ruleWith({ x: 'withoutBrowser: { oauth2-device-code: challenge, others: challenge }' }), 'policy.yaml:8:43: `challenge` in a device login lets a user set up a factor, which the rule denies\n  choose `remove` or `deny`, or `whenNotEnrolled: enroll`'],
    ['email to enrol',              ruleWith({ requires: 'requires: { factors: [email] }', x: 'whenNotEnrolled: enroll' }), 'policy.yaml:8:22: nobody can `enroll` email: Auth0 uses the address that is verified\n  choose `deny`, or list a factor that can be enrolled'],
    ['laxer age on low confidence', ruleWith({ x: 'whenConfidenceIsLow: { factors: any, maxAge: 60 }' }), 'policy.yaml:8:50: 1m on low confidence is laxer than 0\n  choose the same or less'],
    ['age twice as lax on low confidence', ruleWith({ requires: 'requires: { factors: any, maxAge: 30 }', x: 'whenConfidenceIsLow: { factors: any, maxAge: 60 }' }), 'policy.yaml:8:50: 1m on low confidence is laxer than 30s\n  choose the same or less'],
    ['other factors on low confidence', ruleWith({ requires: 'requires: { factors: [otp] }', x: 'whenConfidenceIsLow: { factors: [otp, phone] }' }), 'policy.yaml:8:37: low confidence accepts factors that `requires` does not\n  choose some of those in `requires`'],
    ['report without a day',        ruleWith({ x: 'report: { reason: x }' }),                  'policy.yaml:8:13: missing `rules[0].report.until`\n  expected: the day (UTC) from which the rule is enforced, YYYY-MM-DD'],
    ['exception for nobody',        ruleWith({ x: 'exceptions: [{ reason: x, expires: 2027-01-31 }]' }), 'policy.yaml:8:18: an exception names either a `client` or an `organization`\n  write two exceptions for two of them'],
    ['exception for two',           ruleWith({ x: 'exceptions: [{ client: c, organization: o, reason: x, expires: 2027-01-31 }]' }), 'policy.yaml:8:18: an exception names either a `client` or an `organization`\n  write two exceptions for two of them'],
    ['exception without a reason',  ruleWith({ x: 'exceptions: [{ client: c, expires: 2027-01-31 }]' }), 'policy.yaml:8:18: missing `rules[0].exceptions[0].reason`\n  expected: why the rule does not bind it'],
    ['exception on no such day',    ruleWith({ x: 'exceptions: [{ client: c, reason: x, expires: 2027-02-30 }]' }), 'policy.yaml:8:51: `rules[0].exceptions[0].expires` cannot be `"2027-02-30"`\n  expected: the day (UTC) on which the rule binds it again, YYYY-MM-DD'],
    ['other version',               ruleWith({}).replace('version: 1', 'version: 2'),          'policy.yaml:1:10: `version` cannot be `2`\n  did you mean `1`?'],
    ['no rules',                    'version: 1\nrules: []',                                   'policy.yaml:2:8: `rules` is empty'],
    ['unknown key of the file',     `rulez: []\n${ruleWith({ protects: 'protects: {}' })}`, 'policy.yaml:1:1: unknown key `rulez`\n  did you mean `rules`?\npolicy.yaml:7:15: `protects` names nothing\n  expected `audience` with `scopes`, or `acr` alone'],
    ['two on one line',             ruleWith({ protects: 'protects: { audience: https://banking.fabrikam.exmple, scopes: ["delete:*"] }' }), `policy.yaml:6:27: no resource server \`https://banking.fabrikam.exmple\` in tenant.yaml\n  did you mean \`${BANKING}\`?\npolicy.yaml:6:69: \`rules[0].protects.scopes[0]\` cannot be \`"delete:*"\`\n  expected: a scope by its full name; patterns are not supported`],
    ['claim without a namespace',   `claim: step_up\n${ruleWith({})}`,                         'policy.yaml:1:8: `claim` cannot be `"step_up"`\n  expected: namespaced access-token claim that records an MFA already proven'],
    ['ID-token claim without a namespace', `idTokenClaim: rules\n${ruleWith({})}`,          'policy.yaml:1:15: `idTokenClaim` cannot be `"rules"`\n  expected: namespaced ID-token claim with the ids of the rules that a browser login was held to, for apps to check'],
    ['claim under a domain of Auth0', `claim: https://auth0.com/step_up\n${ruleWith({})}`,  'policy.yaml:1:8: Auth0 reserves `auth0.com`, and adds no claim of that namespace to a token\n  use a domain of your own'],
    ['ID-token claim under the domain of the tenant', `idTokenClaim: https://Fabrikam.eu.Auth0.com/x\n${ruleWith({})}`, 'policy.yaml:1:15: Auth0 reserves `fabrikam.eu.auth0.com`, and adds no claim of that namespace to a token\n  use a domain of your own'],
    ['claim under a name before an @', `claim: https://fabrikam.example@webtask.run./x\n${ruleWith({})}`, 'policy.yaml:1:8: Auth0 reserves `webtask.run.`, and adds no claim of that namespace to a token\n  use a domain of your own'],
  ])('%s', (_name, text, message) => {
    expect(refusal(text)).toBe(message)
  })
})

test('all mistakes are reported at once, in the order of the file', () => {
  const text = `version: 1
rules:
  - id: transfer-funds
    reason: Moves money
    protects:
      audience: ${BANKING}
      scopes: [transfer:fund]
    requires:
      factors: [otpp]
      max_age: 3
  - id: transfer-funds
    id: twice
    reason: Moves money
    protects:
      audience: ${BANKING}
      scopes: []
    requires: { factors: any }
`
  expect(
    refusal(text)
      .split('\n')
      .filter((line) => !line.startsWith('  ')),
  ).toEqual([
    `policy.yaml:7:16: scope \`transfer:fund\` is not declared on \`${BANKING}\` in tenant.yaml`,
    'policy.yaml:9:17: `rules[0].requires.factors[0]` cannot be `"otpp"`',
    'policy.yaml:10:7: unknown key `max_age` in `rules[0].requires`',
    'policy.yaml:12:5: duplicate key in this map',
    'policy.yaml:16:15: `rules[1].protects.scopes` is empty',
  ])
})

// prettier-ignore
test.each([
  ['email alone, where nobody enrols',     { requires: 'requires: { factors: [email] }' }],
  ['email beside a factor to enrol',       { requires: 'requires: { factors: [email, otp] }', x: 'whenNotEnrolled: enroll' }],
  ['the same age on low confidence',       { requires: 'requires: { factors: any, maxAge: 60 }', x: 'whenConfidenceIsLow: { factors: [otp], maxAge: 60 }' }],
  ['a stricter age on low confidence',     { requires: 'requires: { factors: [otp, phone], maxAge: 300 }', x: 'whenConfidenceIsLow: { factors: [otp], maxAge: 60 }' }],
  ['an age with a unit',                   { requires: 'requires: { factors: any, maxAge: 5m }' }],
  ['a whole day',                          { requires: 'requires: { factors: any, maxAge: 24h }' }],
  ['the same age, in two units',           { requires: 'requires: { factors: any, maxAge: 5m }', x: 'whenConfidenceIsLow: { factors: any, maxAge: 300s }' }],
  ['listed factors, and no challenge',     { requires: 'requires: { factors: [otp] }', x: 'withoutBrowser: { others: deny }' }],
  ['an exception that is long over',       { x: 'exceptions: [{ client: c, reason: x, expires: 2001-01-01 }]' }],
  ['a report that is long over',           { x: 'report: { until: 2001-01-01, reason: x }' }],
  ['who approved, and where',              { x: 'report: { until: 2001-01-01, reason: x, approvedBy: R. Lead, ticket: SEC-12 }' }],
  ['a challenge for an acr value',         { protects: ACR, requires: 'requires: { factors: any, maxAge: 0 }', x: 'withoutBrowser: { others: challenge }' }],
  ['silent logins that are removed, and listed factors', { requires: 'requires: { factors: [otp] }', x: 'withoutBrowser: { silent: remove }' }],
  ['silent logins that are challenged',    { requires: 'requires: { factors: [otp] }', x: 'withoutBrowser: { silent: challenge }' }],
  ["Auth0's own API, with a slash",        { protects: MY_ACCOUNT }],
  ["Auth0's own API, without a slash",     { protects: 'protects: { audience: https://login.fabrikam.example/me, scopes: [read:me:factors] }', x: 'withoutBrowser: { others: challenge }' }],
  ["Auth0's own API, scopes not counted",  { protects: 'protects: { audience: https://fabrikam.eu.auth0.com/api/v2/, scopes: [update:current_user_metadata] }' }],
])('no mistake: %s', (_name, changes) => {
  expect(refusal(ruleWith(changes))).toBe('accepted')
})

// prettier-ignore
test.each([
  ['listed factors',       { requires: 'requires: { factors: [otp] }' }],
  ['an earlier MFA',       { requires: 'requires: { factors: any, maxAge: 300 }' }],
  ['an odd claim',         { requires: 'requires: { factors: [otp] }' }, 'https://[x/'],
  ["a domain like Auth0's", { requires: 'requires: { factors: [otp] }' }, 'https://notauth0.com/x'],
])('an acr rule with %s is good where an ID token tells of it', (_name, changes, claim = 'https://fabrikam.example/x') => {
  expect(refusal(`idTokenClaim: ${claim}\n${ruleWith({ protects: ACR, ...changes })}`)).toBe('accepted')
})

describe('nothing more is said of what is missing or misspelt', () => {
  const low = (requirement: string) => `whenConfidenceIsLow: { ${requirement} }`
  // prettier-ignore
  test.each([
    ['no protects',           ruleWith({ protects: '' }),                              'policy.yaml:4:5: missing `rules[0].protects`\n  expected: an audience with scopes, or an acr value'],
    ['no requires',           ruleWith({ requires: '', x: low('factors: [otp], maxAge: 60'), y: 'whenNotEnrolled: enroll', z: 'withoutBrowser: { others: deny }' }), 'policy.yaml:4:5: missing `rules[0].requires`\n  expected: which MFA'],
    ['no requires for an acr value', ruleWith({ protects: ACR, requires: '' }),        'policy.yaml:4:5: missing `rules[0].requires`\n  expected: which MFA'],
    ['scope twice',           ruleWith({ protects: `protects: { audience: ${BANKING}, scopes: ["x*", "x*"] }` }), 'policy.yaml:6:70: `rules[0].protects.scopes[0]` cannot be `"x*"`\n  expected: a scope by its full name; patterns are not supported\npolicy.yaml:6:76: `rules[0].protects.scopes[1]` cannot be `"x*"`\n  expected: a scope by its full name; patterns are not supported'],
    ['factor',                ruleWith({ requires: 'requires: { factors: [otpp] }', x: low('factors: [otp]') }), 'policy.yaml:7:27: `rules[0].requires.factors[0]` cannot be `"otpp"`\n  did you mean `otp`?'],
    ['factor on low confidence', ruleWith({ requires: 'requires: { factors: [otp] }', x: low('factors: [otpp]') }), 'policy.yaml:8:38: `rules[0].whenConfidenceIsLow.factors[0]` cannot be `"otpp"`\n  did you mean `otp`?'],
    ['ID-token claim',        `idTokenClaim: 5\n${ruleWith({ protects: ACR, requires: 'requires: { factors: [otp] }' })}`, 'policy.yaml:1:15: `idTokenClaim` cannot be `5`\n  expected: namespaced ID-token claim with the ids of the rules that a browser login was held to, for apps to check'],
    ['age',                   ruleWith({ requires: 'requires: { factors: any, maxAge: soon }', x: low('factors: any, maxAge: 60') }), `policy.yaml:7:39: \`rules[0].requires.maxAge\` cannot be \`"soon"\`${EXPECTED_AGE}`],
    ['protocol for an acr value', ruleWith({ protects: ACR, x: 'withoutBrowser: { oauth2-pasword: remove }' }), 'policy.yaml:8:23: unknown key `oauth2-pasword` in `rules[0].withoutBrowser`\n  did you mean `oauth2-password`?'],
    ['protocol beside another mistake', ruleWith({ protects: ACR, x: 'withoutBrowser: { oauth2-pasword: remove, others: remove }' }), 'policy.yaml:8:23: unknown key `oauth2-pasword` in `rules[0].withoutBrowser`\n  did you mean `oauth2-password`?\npolicy.yaml:8:55: an acr rule has no scopes to `remove`\n  choose `challenge` or `deny`'],
    ['exception without a day', ruleWith({ x: 'exceptions: [{ client: c, reason: x }]' }), 'policy.yaml:8:18: missing `rules[0].exceptions[0].expires`\n  expected: the day (UTC) on which the rule binds it again, YYYY-MM-DD'],
    ['exception that is a word', ruleWith({ x: 'exceptions: [x]' }),                   'policy.yaml:8:18: `rules[0].exceptions[0]` cannot be `"x"`\n  expected: a client or an organization that the rule does not bind for a time'],
    ['rule that is a word',   'version: 1\nrules: [x]',                                'policy.yaml:2:9: `rules[0]` cannot be `"x"`'],
    ['no rules at all',       'version: 1',                                            'policy.yaml:1:1: missing `rules`'],
  ])('%s', (_name, text, message) => {
    expect(refusal(text)).toBe(message)
  })
})
