import type { Exception, Policy } from '../../actions/step-up/policy.ts'
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
    ['not enrolled',   TRANSFER,                                       'deny not-enrolled',        false, 'an error: `access_denied`, this request needs an authentication factor that is not set up (step-up: not-enrolled)', [['MFA by webauthn-roaming at most 300 s ago'], ['set up webauthn-roaming'], ['ask as client `batch`']]],
    ['enrolled',       { ...TRANSFER, enrolled: 'webauthn-roaming' },  'challenge mfa-missing',    true,  'a page that asks for webauthn-roaming',                                    [['MFA by webauthn-roaming at most 300 s ago'], ['ask as client `batch`']]],
    ['fresh MFA',      { ...TRANSFER, mfa: '5m:webauthn-roaming' },    'pass mfa-fresh',           true,  'nothing',                                                                  []],
    ['a second later', { ...TRANSFER, mfa: '301s:webauthn-roaming', enrolled: 'webauthn-roaming' }, 'challenge mfa-too-old', true, 'a page that asks for webauthn-roaming',          [['MFA by webauthn-roaming at most 300 s ago'], ['ask as client `batch`']]],
    ['exception',      { ...TRANSFER, client: 'batch' },               'pass exception',           true,  'nothing',                                                                  []],
    ['enrolment',      { scope: 'sign:contract', audience: BANKING, enrolled: 'phone' }, 'challenge mfa-every-time', true, 'a page that asks for phone, then lets them set up otp',    [['ask as client `batch`']]],
    ['no common factor', { scope: 'transfer:funds sign:contract', audience: BANKING, enrolled: 'otp,webauthn-roaming' }, 'deny rules-disagree', false, 'an error: `access_denied`, these scopes need different factors, request them one at a time (step-up: rules-disagree)', [['MFA by webauthn-roaming at most 300 s ago'], ['ask as client `batch`'], ['leave out `transfer:funds`'], ['leave out `sign:contract`']]],
    ['two changes away', { ...TRANSFER, ...REFRESH },                  'remove refresh-token',     false, 'nothing',                                                                  [['ask as client `batch`']]],
    ['two changes away, once the exception has ended', { ...TRANSFER, ...REFRESH, at: '2026-11-25' }, 'remove refresh-token', false, 'nothing',                           [['ask in a browser (oidc-basic-profile)', 'MFA by webauthn-roaming at most 300 s ago'], ['ask in a browser (oidc-basic-profile)', 'set up webauthn-roaming']]],
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
  expected: MFA by any factor
  bundle: no call on \`api\``),
  )
})

describe('flags that cannot be understood', () => {
  // prettier-ignore
  test.each<[Flags, string]>([
    [{ protocol: 'oidc-basic-profil' },      '--protocol: cannot be `oidc-basic-profil`\n  did you mean `oidc-basic-profile`?'],
    [{ prompt: 'nope' },                     '--prompt: cannot be `nope`\n  did you mean `none`?'],
    [{ enrolled: 'otp,totp' },               '--enrolled: cannot be `totp`\n  did you mean `otp`?'],
    [{ confidence: 'hi' },                   '--confidence: cannot be `hi`\n  did you mean `high`?'],
    [{ mfa: '10:otp' },                      '--mfa: cannot be `10:otp`\n  write how long ago and the factor, such as `10m:otp` or `2h:webauthn-roaming`'],
    [{ mfa: '10m:opt' },                     '--mfa: no factor `opt`\n  did you mean `otp`?'],
    [{ at: 'noon' },                         '--at: cannot be `noon`\n  write a time as `2026-11-24T12:00:00Z`, or a day'],
    [{ at: '2026-13-01' },                   '--at: cannot be `2026-13-01`\n  write a time as `2026-11-24T12:00:00Z`, or a day'],
    [{ event: 'a.json', scope: 'openid' },   '--scope: cannot be used with `--event`\n  put the value into the event'],
    [{ event: '/nowhere.json' },             '/nowhere.json: file cannot be read\n  does it exist?'],
    [{ event: 'README.md' },                 'README.md: not valid JSON\n  give the event as JSON, as the Actions editor shows it'],
  ])('%j', (flags, message) => {
    const context = { currentMs: NOW_MS, declaredScopes: DECLARED }
    expect(() => readQuestion(flags, context)).toThrow(new Error(message))
  })
})
