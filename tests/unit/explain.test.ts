import type { Exception, Policy, ScopeRule } from '../../actions/step-up/policy.ts'
import { newExplainer } from '../../scripts/explain/explainer.ts'
import { readQuestion } from '../../scripts/explain/question.ts'
import { whatWouldHaveToChange } from '../../scripts/explain/why-not.ts'
import { bundlePolicy } from '../../scripts/policy/bundle.ts'
import type { Flags } from '../../scripts/terminal/command.ts'
import { BANKING, MULTI_FACTOR, NOW_MS } from '../support/event.ts'
import { FABRIKAM, scopeRule } from '../support/policies.ts'

const STRICT: Policy = {
  rules: [
    scopeRule({
      requires: { factors: ['webauthn-roaming'], maxAgeSeconds: 300 },
      whenNotEnrolled: 'deny',
      exceptions: [{ client: 'batch', untilMs: NOW_MS + 1 }],
    }),
    scopeRule({
      id: 'sign',
      scopes: ['sign:contract'],
      requires: { factors: ['otp'], maxAgeSeconds: 0 },
      exceptions: [{ client: 'batch', untilMs: NOW_MS + 1 }],
    }),
    ...(['otp', 'phone'] as const).map((factor) =>
      scopeRule({
        id: `only-${factor}`,
        scopes: ['disputed'],
        requires: { factors: [factor], maxAgeSeconds: 0 },
      }),
    ),
  ],
}

const TRANSFER: Flags = { scope: 'openid transfer:funds', audience: BANKING }
const REFRESH = { protocol: 'oauth2-refresh-token' }

async function ask(policy: Policy, flags: Flags) {
  const { explain, rules } = newExplainer({
    code: await bundlePolicy(policy, ''),
    policy,
    locate: ([, number]) => ({ file: 'policy.yaml', line: Number(number) + 1 }),
  })
  const question = readQuestion(flags, { currentMs: NOW_MS, declaredScopes: declaredBy(policy) })
  return {
    explanation: explain(question),
    rules: rules(question),
    changes: () => whatWouldHaveToChange(explain, policy, question),
  }
}

/** What the policy protects, and one everyday scope of Fabrikam's. */
function declaredBy({ rules }: Policy): ReadonlyMap<string, ReadonlySet<string>> {
  const declared = new Map([[BANKING, new Set(['read:accounts'])]])
  for (const rule of rules) {
    if ('acr' in rule) continue
    declared.set(rule.audience, new Set([...(declared.get(rule.audience) ?? []), ...rule.scopes]))
  }
  return declared
}

const DECLARED = declaredBy(FABRIKAM)

// prettier-ignore
describe.each([
  ['the shipped policy', FABRIKAM, [
    ['everyday scope', { scope: 'read:accounts', audience: BANKING },  'pass no-rule-applies',     true,  'nothing',                                                                  []],
    ['transfer',       TRANSFER,                                       'challenge mfa-every-time', true,  'a page that asks for any factor of theirs, or lets them set one up',      []],
    ['silent',         { ...TRANSFER, prompt: 'none' },                'challenge mfa-every-time', false, 'no page: the application is told `login_required`',                       [['ask without `prompt`']]],
    ['refresh token',  { ...TRANSFER, ...REFRESH },                    'remove refresh-token',     false, 'nothing',                                                                  [['ask in a browser (oidc-basic-profile)']]],
    ['acr by password',{ acr: MULTI_FACTOR, protocol: 'oauth2-password' }, 'deny no-browser',      false, 'an error: `access_denied`, this request needs multifactor authentication, which cannot be asked for here (step-up: no-browser)', [['ask in a browser (oidc-basic-profile)']]],
  ]],
  ['a strict policy', STRICT, [
    ['not enrolled',   TRANSFER,                                       'deny not-enrolled',        false, 'an error: `access_denied`, this request needs an authentication factor that is not set up (step-up: not-enrolled)', [['MFA by webauthn-roaming at most 5m ago'], ['set up webauthn-roaming'], ['ask as client `batch`']]],
    ['enrolled',       { ...TRANSFER, enrolled: 'webauthn-roaming' },  'challenge mfa-missing',    true,  'a page that asks for webauthn-roaming',                                    [['MFA by webauthn-roaming at most 5m ago'], ['ask as client `batch`']]],
    ['fresh MFA',      { ...TRANSFER, mfa: '5m:webauthn-roaming' },    'pass mfa-fresh',           true,  'nothing',                                                                  []],
    ['a second later', { ...TRANSFER, mfa: '301s:webauthn-roaming', enrolled: 'webauthn-roaming' }, 'challenge mfa-too-old', true, 'a page that asks for webauthn-roaming',          [['MFA by webauthn-roaming at most 5m ago'], ['ask as client `batch`']]],
    ['exception',      { ...TRANSFER, client: 'batch' },               'pass exception',           true,  'nothing',                                                                  []],
    ['enrolment',      { scope: 'sign:contract', audience: BANKING, enrolled: 'phone' }, 'challenge mfa-every-time', true, 'a page that asks for phone, then lets them set up otp',    [['ask as client `batch`']]],
    ['no common factor', { scope: 'transfer:funds sign:contract', audience: BANKING, enrolled: 'otp,webauthn-roaming' }, 'deny rules-disagree', false, 'an error: `access_denied`, these scopes need different factors, request them one at a time (step-up: rules-disagree)', [['MFA by webauthn-roaming at most 5m ago'], ['ask as client `batch`'], ['leave out `transfer:funds`'], ['leave out `sign:contract`']]],
    ['no common factor for one scope', { scope: 'openid disputed', audience: BANKING, enrolled: 'otp,phone' }, 'deny rules-disagree', false, 'an error: `access_denied`, these scopes need different factors, request them one at a time (step-up: rules-disagree)', []],
    ['two changes away', { ...TRANSFER, ...REFRESH },                  'remove refresh-token',     false, 'nothing',                                                                  [['ask as client `batch`']]],
    ['two changes away, once the exception has ended', { ...TRANSFER, ...REFRESH, at: '2026-11-25' }, 'remove refresh-token', false, 'nothing',                           [['ask in a browser (oidc-basic-profile)', 'MFA by webauthn-roaming at most 5m ago'], ['ask in a browser (oidc-basic-profile)', 'set up webauthn-roaming']]],
  ]],
] as const)('%s', (_title, policy, rows) => {
  test.each(rows.map(([name, flags, ...expected]) => [name, flags, expected] as const))('%s', async (_name, flags, [decision, isGranted, userSees, changes]) => {
    const { explanation, changes: find } = await ask(policy, flags)
    expect([`${explanation.outcome} ${explanation.reason}`, explanation.isGranted, explanation.userSees, find()]).toEqual([decision, isGranted, userSees, changes])
  })
})

const excepted = (kind: 'client' | 'organization', ...names: string[]) =>
  names.map((name) => ({ [kind]: name, untilMs: NOW_MS + 1 }) as Exception)

const numbered = (name: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${name}-${i + 1}`)

const exceptingRule = (name: string, exceptions: readonly Exception[]) =>
  scopeRule({ id: name, scopes: [`${name}:x`], whenNotEnrolled: 'deny', exceptions })

test('clients that the same rules except are one change, however many they are', async () => {
  const policy: Policy = {
    rules: [
      exceptingRule('a', excepted('client', ...numbered('a', 300), 'both', 'again', 'again')),
      exceptingRule('b', [...excepted('client', 'both'), ...excepted('organization', 'a-1')]),
    ],
  }
  const { changes } = await ask(policy, { scope: 'a:x', audience: BANKING, ...REFRESH })
  expect(changes()).toEqual([
    ['ask as client `a-1` (or one of 300 others with the same exceptions)'],
    ['ask as client `both`'],
  ])
})

test('a search that would take minutes ends without a finding', async () => {
  const rules = numbered('rule', 100).map((name) => exceptingRule(name, excepted('client', name)))
  const flags = { scope: 'rule-1:x rule-2:x', audience: BANKING, prompt: 'none', ...REFRESH }
  const { changes } = await ask({ rules }, flags)
  expect(changes()).toEqual([])
})

const PAYROLL = 'https://payroll.fabrikam.example'

const protecting = (scope: string, changes: Partial<ScopeRule> = {}): Policy => ({
  rules: [scopeRule({ scopes: [scope], ...changes })],
})

const REPORTED: Policy = {
  rules: [
    scopeRule({ reportUntilMs: Date.parse('2026-12-31') }),
    scopeRule({ id: 'payroll', audience: PAYROLL, scopes: ['write:salaries'] }),
  ],
}
const EXEMPT = protecting('transfer:funds', {
  exceptions: [
    { client: 'batch', untilMs: Date.parse('2027-01-31') },
    { organization: 'org_1', untilMs: Date.parse('2027-02-28') },
  ],
})
const RISKY = protecting('transfer:funds', {
  requires: { factors: ['otp', 'webauthn-roaming'], maxAgeSeconds: 300 },
  whenConfidenceIsLow: { factors: ['webauthn-roaming'], maxAgeSeconds: 0 },
})
const ANSWERS = protecting('transfer:funds', {
  withoutBrowser: { others: 'deny', 'oauth2-password': 'challenge', 'oidc-ciba': 'challenge' },
})
const LISTED = protecting('transfer:funds', {
  requires: { factors: ['otp'], maxAgeSeconds: 0 },
  withoutBrowser: { others: 'challenge' },
})
const ONLY_ACR: Policy = { rules: FABRIKAM.rules.filter((rule) => 'acr' in rule) }
const MANY = protecting('transfer:funds', { scopes: ['a:x', 'b:x', 'c:x', 'd:x', 'e:x'] })
const PLAIN = protecting('transfer:funds')
const SILENT = protecting('transfer:funds', {
  requires: { factors: 'any', maxAgeSeconds: 300 },
  whenSilent: 'remove',
})
const ME = 'https://fabrikam.auth0.example/me/'
const AUTH0_API: Policy = {
  rules: [
    scopeRule({
      id: 'enrol',
      audience: ME,
      scopes: ['create:me:authentication_methods'],
      withoutBrowser: { others: 'deny' },
      cannotRemove: true,
    }),
    scopeRule({ id: 'read', audience: ME, scopes: ['read:me'], reportUntilMs: NOW_MS + 1 }),
  ],
}
const WAITING: Policy = {
  rules: [
    scopeRule({
      whenNotEnrolled: 'deny',
      withoutBrowser: { 'oauth2-password': 'challenge', others: 'remove' },
    }),
  ],
}
const EMAIL: Policy = {
  rules: [
    scopeRule({
      requires: { factors: ['email', 'otp'], maxAgeSeconds: 0 },
      whenConfidenceIsLow: { factors: ['email'], maxAgeSeconds: 0 },
    }),
  ],
}
const FUNDS: Flags = { scope: 'transfer:funds', audience: BANKING }
const PASSES = 'The login continues with all that it asks for, because'

// prettier-ignore
test.each<[name: string, Policy, Flags, sentence: string, rule: string]>([
  ['an everyday scope',        PLAIN,    { ...FUNDS, scope: 'read:accounts' },   `${PASSES} no rule protects what it asks for`,                      'transfer-funds does not apply: `transfer:funds` is not asked for'],
  ['no scope at all',          PLAIN,    {},                                     `${PASSES} no rule protects what it asks for`,                      'transfer-funds does not apply: `transfer:funds` is not asked for'],
  ['another audience',         REPORTED, { scope: 'write:salaries', audience: PAYROLL }, 'The login waits for MFA, because the rule asks for MFA at every request', 'transfer-funds does not apply: it protects another audience, `https://banking.fabrikam.example`'],
  ['some of many scopes',      MANY,     { ...FUNDS, scope: 'read:accounts' },   `${PASSES} no rule protects what it asks for`,                      'transfer-funds does not apply: `a:x`, `b:x`, `c:x` and 2 more are not asked for'],
  ['an acr value left out',    ONLY_ACR, { audience: BANKING },                  `${PASSES} no rule protects what it asks for`,                      `salary-page does not apply: the acr value \`${MULTI_FACTOR}\` is not asked for`],
  ['a reported rule',          REPORTED, FUNDS,                                  `${PASSES} rule \`transfer-funds\` is only reported until 2026-12-31`, 'transfer-funds does not apply: it is only reported until 2026-12-31'],
  ['the day it is enforced',   REPORTED, { ...FUNDS, at: '2026-12-31' },         'The login waits for MFA, because the rule asks for MFA at every request', 'transfer-funds applies: MFA by any factor at every request'],
  ['an exempt client',         EXEMPT,   { ...FUNDS, client: 'batch' },          `${PASSES} client \`batch\` is exempt until 2027-01-31 from rule \`transfer-funds\``, 'transfer-funds does not apply: client `batch` is exempt until 2027-01-31'],
  ['an exempt organization',   EXEMPT,   { ...FUNDS, organization: 'org_1' },    `${PASSES} organization \`org_1\` is exempt until 2027-02-28 from rule \`transfer-funds\``, 'transfer-funds does not apply: organization `org_1` is exempt until 2027-02-28'],
  ['the longer exemption',     EXEMPT,   { ...FUNDS, client: 'batch', organization: 'org_1' }, `${PASSES} organization \`org_1\` is exempt until 2027-02-28 from rule \`transfer-funds\``, 'transfer-funds does not apply: organization `org_1` is exempt until 2027-02-28'],
  ['an exemption that is over', EXEMPT,  { ...FUNDS, client: 'batch', at: '2027-01-31' }, 'The login waits for MFA, because the rule asks for MFA at every request', 'transfer-funds applies: MFA by any factor at every request'],
  ['a fresh MFA',              RISKY,    { ...FUNDS, mfa: '4m:otp', confidence: 'high' }, `${PASSES} the session has an MFA that the rule accepts`,   'transfer-funds applies: MFA by otp or webauthn-roaming at most 5m ago, which the session has'],
  ['an MFA by a factor that is then set up', RISKY, { ...FUNDS, mfa: '10m:otp', confidence: 'medium' }, 'The login waits for MFA, because the newest MFA that the rule accepts is too old', 'transfer-funds applies: MFA by otp or webauthn-roaming at most 5m ago'],
  ['low confidence',           RISKY,    { ...FUNDS, mfa: '4m:otp', enrolled: 'webauthn-roaming', confidence: 'low' }, 'The login waits for MFA, because the rule asks for MFA at every request, and the confidence is low: with medium or high confidence the login continues with all that it asks for', 'transfer-funds applies: MFA by webauthn-roaming at every request, as the confidence is low (otherwise MFA by otp or webauthn-roaming at most 5m ago)'],
  ['other factors on low confidence', RISKY, { ...FUNDS, enrolled: 'otp,webauthn-roaming', confidence: 'neutral' }, 'The login waits for MFA, because the rule asks for MFA at every request, and the confidence is neutral: with medium or high confidence the login waits for MFA by otp or webauthn-roaming', 'transfer-funds applies: MFA by webauthn-roaming at every request, as the confidence is neutral (otherwise MFA by otp or webauthn-roaming at most 5m ago)'],
  ['no confidence',            RISKY,    { ...FUNDS, mfa: '4m:webauthn-roaming' }, 'The login waits for MFA, because the rule asks for MFA at every request, and the confidence is not known: with medium or high confidence the login continues with all that it asks for', 'transfer-funds applies: MFA by webauthn-roaming at every request, as the confidence is not known (otherwise MFA by otp or webauthn-roaming at most 5m ago)'],
  ['low confidence that changes nothing', PLAIN, { ...FUNDS, confidence: 'low' }, 'The login waits for MFA, because the rule asks for MFA at every request', 'transfer-funds applies: MFA by any factor at every request'],
  ['a refresh token',          PLAIN,    { ...FUNDS, protocol: 'refresh' },      'The login continues without `transfer:funds`, because a refresh token never inherits a step-up', 'transfer-funds applies: `transfer:funds` is removed'],
  ['a refresh of what cannot be told', PLAIN, { audience: BANKING, protocol: 'refresh' }, 'The login continues without `transfer:funds`, because the token may carry more than what is asked for', 'transfer-funds applies: the token may carry `transfer:funds` unasked: removed'],
  ['an acr value on a refresh', ONLY_ACR, { acr: MULTI_FACTOR, protocol: 'refresh' }, `${PASSES} acr rules do not bind a refresh token`,            'salary-page does not apply: acr rules do not bind a refresh token'],
  ['an acr value and scopes on a refresh', FABRIKAM, { ...FUNDS, acr: MULTI_FACTOR, protocol: 'refresh' }, 'The login continues without `transfer:funds`, because a refresh token never inherits a step-up. Acr rules do not bind a refresh token', 'salary-page does not apply: acr rules do not bind a refresh token'],
  ['`password`',               ANSWERS,  { ...FUNDS, protocol: 'password' },     'The login waits for MFA, because nobody can be challenged as in a browser', 'transfer-funds applies: the token is held back with `mfa_required`'],
  ['all scopes by password',   PLAIN,    { audience: BANKING, protocol: 'Password' }, 'The login continues without `transfer:funds`, because nobody can be challenged as in a browser', 'transfer-funds applies: `transfer:funds` is removed'],
  ['a token that cannot be held back', ANSWERS, { ...FUNDS, protocol: 'CIBA, push' }, 'The login is denied, because nobody can be challenged as in a browser', 'transfer-funds applies: denied, as a token cannot be held back here until MFA is passed'],
  ['a device login that may set up no factor', { rules: [scopeRule({ whenNotEnrolled: 'deny', withoutBrowser: { others: 'challenge' } })] }, { ...FUNDS, protocol: 'Device code', enrolled: 'otp' }, 'The login is denied, because nobody can be challenged as in a browser', 'transfer-funds applies: denied, as a challenge here could set up a factor'],
  ['factors that cannot be insisted on', LISTED, { ...FUNDS, protocol: 'password' }, 'The login is denied, because nobody can be challenged as in a browser', 'transfer-funds applies: denied, as `mfa_required` cannot insist on its factors'],
  ['a title of the report',    ANSWERS,  { ...FUNDS, protocol: 'Device code' },  'The login is denied, because nobody can be challenged as in a browser', 'transfer-funds applies: its answer here is to deny the login'],
  ['a silent login',           PLAIN,    { ...FUNDS, protocol: 'Silent login (`prompt=none`)' }, 'The login is answered with `login_required`, because the rule asks for MFA at every request', 'transfer-funds applies: MFA by any factor at every request'],
  ['a user who may set up no factor', STRICT, FUNDS,                            'The login is denied, because the user has set up no factor that will do, and may set up none here', 'transfer-funds applies: MFA by webauthn-roaming at most 5m ago'],
  ['a user who could set one up with a password alone', WAITING, { ...FUNDS, protocol: 'password', enrolled: 'email' }, 'The login is denied, because the user has not set up otp or phone or push-notification, and could set one up with `mfa_required` alone', 'transfer-funds applies: the token is held back with `mfa_required`'],
  ['email that is not set up, on low confidence', EMAIL, FUNDS,                 'The login is denied, because the user has set up no factor that will do, and may set up none here, and the confidence is not known: with medium or high confidence the login waits for MFA by otp', 'transfer-funds applies: MFA by email at every request, as the confidence is not known (otherwise MFA by email or otp at every request)'],
  ['a silent login that gives up the scope', SILENT, { ...FUNDS, prompt: 'none' }, 'The login continues without `transfer:funds`, because the request allows no page, and the rule gives up its scopes there', 'transfer-funds applies: `transfer:funds` is removed, as a silent login shows no page'],
  ['a silent login with a fresh MFA', SILENT, { ...FUNDS, prompt: 'none', mfa: '1m:otp' }, `${PASSES} the session has an MFA that the rule accepts`, 'transfer-funds applies: MFA by any factor at most 5m ago, which the session has'],
  ["an API of Auth0's own by refresh token", AUTH0_API, { scope: 'read:me', audience: ME, protocol: 'refresh' }, 'The login is denied, because a refresh token never inherits a step-up', 'enrol applies: its answer here is to deny the login'],
  ['a protocol that is not known', PLAIN, { ...FUNDS, protocol: 'oauth2-new-thing' }, 'The login continues without `transfer:funds`, because nobody can be challenged as in a browser. Auth0 documents no protocol `oauth2-new-thing`: it is treated as one without a browser', 'transfer-funds applies: `transfer:funds` is removed'],
  ['an exchange in an organization', ANSWERS, { ...FUNDS, protocol: 'token exchange in an organization', organization: 'org_1' }, 'The login is denied, because nobody can be challenged as in a browser', 'transfer-funds applies: its answer here is to deny the login'],
])('%s is explained', async (_name, policy, flags, sentence, expected) => {
  const { explanation, rules } = await ask(policy, flags)
  const lines = rules.map((each) => `${each.rule} ${each.sentence}`)
  const line = lines.find((each) => each.split(' ')[0] === expected.split(' ')[0])
  expect([explanation.sentence, line]).toEqual([sentence, expected])
})

test('a rule is told as data, too', async () => {
  const { rules } = await ask(REPORTED, { ...FUNDS, client: 'batch' })
  expect(rules).toEqual([
    {
      rule: 'transfer-funds',
      where: 'policy.yaml:1',
      applies: false,
      why: 'reported',
      until: '2026-12-31T00:00:00.000Z',
      sentence: 'does not apply: it is only reported until 2026-12-31',
    },
    {
      rule: 'payroll',
      where: 'policy.yaml:2',
      applies: false,
      why: 'other-audience',
      sentence: 'does not apply: it protects another audience, `https://payroll.fabrikam.example`',
    },
  ])
})

// prettier-ignore
test.each<[event: object, sentence: string]>([
  [{},                                            'The login continues without `transfer:funds`, because the token may carry more than what is asked for'],
  [{ transaction: { protocol: 'oidc-basic-profile', requested_scopes: 5 }, resource_server: { identifier: BANKING } }, 'The login is denied, because the event cannot be read well enough to tell what is asked for'],
  [{ transaction: { protocol: 'oidc-basic-profile', requested_scopes: ['transfer:funds'] }, session: { actor: {} } }, 'The login continues without `transfer:funds`, because somebody acts for the user, who cannot be challenged'],
])('the event %j is explained', async (event, sentence) => {
  const { explain } = newExplainer({
    code: await bundlePolicy(PLAIN, ''),
    policy: PLAIN,
    locate: () => ({ file: '', line: 0 }),
  })
  expect(explain({ event, nowMs: NOW_MS }).sentence).toBe(sentence)
})

test('the rule is named with its line, and the calls are those of the bundle', async () => {
  const { explanation } = await ask(STRICT, { ...TRANSFER, enrolled: 'webauthn-roaming,otp' })
  expect(explanation).toEqual({
    sentence: 'The login waits for MFA, because the session has no MFA that the rule accepts',
    outcome: 'challenge',
    reason: 'mfa-missing',
    rule: 'transfer-funds',
    where: 'policy.yaml:1',
    calls: [
      { command: 'multifactor.enable', arguments: ['any', { allowRememberBrowser: false }] },
      {
        command: 'authentication.challengeWithAny',
        arguments: [[{ type: 'webauthn-roaming' }]],
      },
    ],
    userSees: 'a page that asks for webauthn-roaming',
    isGranted: true,
  })
})

test('a bundle that does otherwise than its policy says is a defect, and both are told', () => {
  const { explain } = newExplainer({
    code: 'exports.onExecutePostLogin = async () => {}',
    policy: FABRIKAM,
    locate: () => ({ file: '', line: 0 }),
  })
  const question = readQuestion(TRANSFER, { currentMs: NOW_MS, declaredScopes: DECLARED })
  expect(() => explain(question)).toThrow(
    new Error(`the bundle does otherwise than its policy says
  policy: The login waits for MFA, because the rule asks for MFA at every request
  expected: MFA by any factor, transfer-funds named in the ID token
  bundle: no call on \`api\``),
  )
})

describe('flags that cannot be understood', () => {
  // prettier-ignore
  test.each<[Flags, string]>([
    [{ protocol: 'oidc-basic-profil' },      '--protocol: cannot be `oidc-basic-profil`\n  did you mean `oidc-basic-profile`?'],
    [{ protocol: 'pasword' },                '--protocol: cannot be `pasword`\n  did you mean `password`?'],
    [{ protocol: 'token exchange in an organization' }, '--protocol: a token exchange in an organization needs one\n  name it with `--organization`'],
    [{ protocol: 'silent', prompt: 'login' }, '--prompt: a silent login asks with `none`\n  leave it out'],
    [{ scope: 'openid transfer:fund', audience: BANKING }, '--scope: scope `transfer:fund` is not declared on `https://banking.fabrikam.example` in tenant.yaml\n  did you mean `transfer:funds`?'],
    [{ scope: 'transfer:fund' },             '--scope: scope `transfer:fund` is not declared on any resource server in tenant.yaml\n  did you mean `transfer:funds`?'],
    [{ audience: 'https://bank.fabrikam.example' }, '--audience: no resource server `https://bank.fabrikam.example` in tenant.yaml\n  did you mean `https://banking.fabrikam.example`?'],
    [{ audience: 'https://other', scope: 'zzz' }, '--audience: no resource server `https://other` in tenant.yaml\n  known are: https://banking.fabrikam.example\n--scope: scope `zzz` is not declared on any resource server in tenant.yaml\n  known are: read:accounts, transfer:funds, openid, profile, email, address, phone, offline_access'],
    [{ prompt: 'nope' },                     '--prompt: cannot be `nope`\n  did you mean `none`?'],
    [{ enrolled: 'otp,totp' },               '--enrolled: cannot be `totp`\n  did you mean `otp`?'],
    [{ confidence: 'hi' },                   '--confidence: cannot be `hi`\n  did you mean `high`?'],
    [{ mfa: '10:otp' },                      '--mfa: cannot be `10:otp`\n  write how long ago and the factor, such as `10m:otp` or `2h:webauthn-roaming`'],
    [{ mfa: '10m:opt' },                     '--mfa: no factor `opt`\n  did you mean `otp`?'],
    [{ at: 'noon' },                         '--at: cannot be `noon`\n  write a time as `2026-11-24T12:00:00Z`, or a day'],
    [{ at: '2026-02-30' },                   '--at: cannot be `2026-02-30`\n  write a time as `2026-11-24T12:00:00Z`, or a day'],
    [{ at: '2026-02-30T12:00+02:00' },       '--at: cannot be `2026-02-30T12:00+02:00`\n  write a time as `2026-11-24T12:00:00Z`, or a day'],
    [{ at: '2026-13-01' },                   '--at: cannot be `2026-13-01`\n  write a time as `2026-11-24T12:00:00Z`, or a day'],
    [{ event: 'a.json', scope: 'openid' },   '--scope: cannot be used with `--event`\n  put the value into the event'],
    [{ event: '/nowhere.json' },             '/nowhere.json: file cannot be read\n  does it exist?'],
    [{ event: 'README.md' },                 'README.md: not valid JSON\n  give the event as JSON, as the Actions editor shows it'],
  ])('%j', (flags, message) => {
    const context = { currentMs: NOW_MS, declaredScopes: DECLARED }
    expect(() => readQuestion(flags, context)).toThrow(new Error(message))
  })
})

test('where tenant.yaml declares nothing, the hint says so', () => {
  const context = { currentMs: NOW_MS, declaredScopes: new Map() }
  expect(() => readQuestion({ audience: BANKING }, context)).toThrow(
    new Error(`--audience: no resource server \`${BANKING}\` in tenant.yaml
  declare it there under \`resourceServers\``),
  )
})

test.each([
  ['Browser login', 'oidc-basic-profile'],
  ['Silent login (`prompt=none`)', 'oidc-basic-profile'],
  ['Implicit flow', 'oidc-implicit-profile'],
  ['Hybrid flow', 'oidc-hybrid-profile'],
  ['CIBA, page behind a link', 'oidc-ciba-web-link'],
  ['SAML', 'samlp'],
  ['WS-Federation', 'wsfed'],
  ['WS-Trust', 'wstrust-usernamemixed'],
  ['refresh', 'oauth2-refresh-token'],
  ['Refresh token', 'oauth2-refresh-token'],
  ['Multi-resource refresh token', 'oauth2-refresh-token'],
  ['password', 'oauth2-password'],
  ['Token exchange', 'oauth2-token-exchange'],
  ['Device code', 'oauth2-device-code'],
  ['CIBA', 'oidc-ciba'],
  ['WebAuthn grant', 'oauth2-webauthn'],
  ['Legacy resource owner', 'oauth2-resource-owner'],
  ['Legacy resource owner, JWT bearer', 'oauth2-resource-owner-jwt-bearer'],
  ['Legacy social access token', 'oauth2-access-token'],
  ['a protocol that is not known', 'unknown'],
  ['something-new', 'something-new'],
])('`--protocol %s` is %s', (protocol, expected) => {
  const context = { currentMs: NOW_MS, declaredScopes: DECLARED }
  expect(readQuestion({ protocol }, context).event.transaction?.protocol).toBe(expected)
})
