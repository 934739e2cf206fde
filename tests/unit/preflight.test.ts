// Rules that nobody could satisfy after a deploy are found before its first write.
import type { Connection } from '../../scripts/tenant/connection.ts'
import type { Sources } from '../../scripts/tenant/desired.ts'
import { preflight } from '../../scripts/tenant/preflight.ts'
import type { Reading } from '../../scripts/tenant/reading.ts'
import type { Setting } from '../../scripts/tenant/setting.ts'

type Rule = Sources['bundle']['policy']['rules'][number]

const rule = (factors: Rule['requires']['factors'], more: Partial<Rule> = {}): Rule => ({
  id: 'refund',
  reason: 'Pays money back',
  protects: { audience: 'https://api', scopes: ['refund:order'] },
  requires: { factors, maxAge: 0 },
  whenNotEnrolled: 'deny',
  ...more,
})
const factor = (name: string, enabled: boolean): Setting => ({
  section: 'guardianFactors',
  name,
  values: { name, enabled },
})
const customize = (isOn: boolean): Setting => ({
  section: 'tenant',
  name: 'settings',
  values: { customize_mfa_in_postlogin_action: isOn },
})

interface Given {
  readonly rules: readonly Rule[]
  /** What tenant.yaml has. */
  readonly file?: readonly Setting[]
  /** Factors that the tenant has switched on. */
  readonly on: readonly string[]
  readonly customizes?: boolean
  readonly scopes?: readonly string[]
}

async function judge({ rules, file = [], on, customizes = true, scopes }: Given) {
  const management = {
    guardian: {
      factors: { list: () => Promise.resolve(on.map((name) => ({ name, enabled: true }))) },
    },
    tenants: {
      settings: { get: () => Promise.resolve({ customize_mfa_in_postlogin_action: customizes }) },
    },
  }
  const plan = { changes: [], twins: [] }
  const reading = { domain: 'acme', snapshot: { settings: [] }, plan } as unknown as Reading
  const sources = {
    desired: { settings: file },
    bundle: { policy: { version: 1, rules } },
  } as unknown as Sources
  const connection = { management, scopes: scopes && new Set(scopes) } as unknown as Connection
  const { refusals, unknown } = await preflight(reading, sources, connection)
  return [...refusals.map(({ message }) => message), ...unknown]
}

const NO_FACTOR = (enabled: string) =>
  `nobody could satisfy any rule: no factor is enabled that can be used on its own (enabled: ${enabled})`
const NOT_LISTED =
  'nobody could satisfy the rule `refund`: it accepts `otp`, `webauthn-roaming`, and none of them is enabled'
const CUSTOMIZE_OFF =
  'nobody could satisfy `refund`: they list factors or deny who has none, and "Customize MFA Factors using Actions" is off'
const LISTED: Rule['requires']['factors'] = ['otp', 'webauthn-roaming']
const soon = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)

// prettier-ignore
test.each<[string, Given, string[]]>([
  ['any factor, one is on',                     { rules: [rule('any')], on: ['otp'] },                                            []],
  ['any factor, none is on',                    { rules: [rule('any')], on: [] },                                                 [NO_FACTOR('none')]],
  ['any factor, on is one that cannot stand alone', { rules: [rule('any')], on: ['email', 'recovery-code'] },                     [NO_FACTOR('`email`, `recovery-code`')]],
  ['listed factors, one of them is on',         { rules: [rule(LISTED)], on: ['otp'] },                                           []],
  ['listed factors, on are others',             { rules: [rule(LISTED)], on: ['sms'] },                                           [NOT_LISTED]],
  ['a phone, which Guardian calls sms',         { rules: [rule(['phone'])], on: ['sms'] },                                        []],
  ['listed factors that an Action may not choose', { rules: [rule(LISTED)], on: ['otp'], customizes: false },                     [CUSTOMIZE_OFF]],
  ['any factor, which an Action need not choose', { rules: [rule('any', { whenNotEnrolled: 'enroll' })], on: ['otp'], customizes: false }, []],
  ['any factor, but nobody may set one up',      { rules: [rule('any')], on: ['otp'], customizes: false },                        [CUSTOMIZE_OFF]],
  ['nothing is on',                             { rules: [rule(LISTED)], on: [], customizes: false },                             [NO_FACTOR('none'), CUSTOMIZE_OFF]],
  ['low confidence, on are others',             { rules: [rule('any', { whenConfidenceIsLow: { factors: ['otp'], maxAge: 0 } })], on: ['sms'] }, ['nobody could satisfy the rule `refund` on low confidence: it accepts `otp`, and none of them is enabled']],
  ['the deploy switches both on',               { rules: [rule(LISTED)], on: [], customizes: false, file: [factor('otp', true), customize(true)] }, []],
  ['the deploy switches the factor off',        { rules: [rule(LISTED)], on: ['otp', 'sms'], file: [factor('otp', false)] },      [NOT_LISTED]],
  ['the deploy switches the choice off',        { rules: [rule(LISTED)], on: ['otp'], file: [customize(false)] },                 [CUSTOMIZE_OFF]],
  ['a rule that is not enforced yet',           { rules: [rule(LISTED, { report: { until: soon, reason: 'no SMS arrives' } })], on: [] }, []],
  ['a rule that is enforced by now',            { rules: [rule(LISTED, { report: { until: '2026-01-01', reason: 'x' } })], on: ['sms'] }, [NOT_LISTED]],
  ['what the credentials may not read',         { rules: [rule(LISTED)], on: [], scopes: ['read:actions'] },                      ['whether anybody can satisfy the rules: the credentials lack `read:guardian_factors`', 'whether anybody can satisfy the rules: the credentials lack `read:tenant_settings`']],
])('%s', async (_name, given, expected) => {
  expect(await judge(given)).toEqual(expected)
})
