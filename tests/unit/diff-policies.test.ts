import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type {
  AcrRule,
  Answers,
  Factor,
  Policy,
  Requirement,
  ScopeRule,
} from '../../actions/step-up/policy.ts'
import { comparePolicies, type PolicyDiff } from '../../scripts/diff/compare-policies.ts'
import { sentenceOf } from '../../scripts/diff/render-diff.ts'
import { bundlePolicy } from '../../scripts/policy/bundle.ts'
import { compilePolicy } from '../../scripts/policy/compile.ts'
import { parsePolicy } from '../../scripts/policy/load.ts'
import { scopeRule } from '../support/policies.ts'

const NOW_MS = Date.UTC(2026, 10, 25)

async function compared(before: Policy, after: Policy): Promise<PolicyDiff> {
  const side = async (policy: Policy) => ({ policy, code: await bundlePolicy(policy, '') })
  return comparePolicies(
    { before: await side(before), after: await side(after) },
    { nowMs: NOW_MS },
  )
}

async function told(before: Policy, after: Policy): Promise<readonly string[]> {
  const { groups } = await compared(before, after)
  return groups.map((group) => `${group.verdict}: ${sentenceOf(group)}`)
}

const BANK = 'https://banking.fabrikam.example'
const bank = `\`transfer:funds\` on \`${BANK}\``
const CARDS = 'https://cards.fabrikam.example'
const cards = `\`transfer:funds\` on \`${CARDS}\``
const REST = 'in every flow without a browser and for whoever acts for somebody else'
const NO_ONE = '; a user without one is denied'
const ENROLS = '; a user without one sets one up'

describe('handed pairs', () => {
  const salary = 'acr `urn:bank:salary`'
  const protectedSalary = [
    `stricter: ${salary}, in a browser: issued without MFA → MFA by any factor at every request${NO_ONE}`,
    `stricter: ${salary}, by every grant and protocol without a browser but refresh tokens and for whoever acts for somebody else except by refresh token: issued without MFA → denied`,
  ]
  const WAITING =
    'by password, legacy resource owner, device code and token exchange outside organizations'
  const OTHERS =
    'in every flow without a browser except refresh token, password, legacy resource owner, device code and token exchange outside organizations and for whoever acts for somebody else except by refresh token'

  // prettier-ignore
  test.each<[string, readonly string[]]>([
    ['01-factor-added', [
      `weaker: ${bank}, in a browser: MFA by otp, at most 5m old → MFA by otp or webauthn-roaming, at most 5m old${NO_ONE}`]],
    ['02-any-factor-to-one', [
      `stricter: ${bank}, in a browser: MFA by any factor, at most 5m old → MFA by webauthn-roaming, at most 5m old${NO_ONE}`]],
    ['03-any-factor-to-two', [
      `stricter: ${bank}, in a browser: MFA by any factor at every request → MFA by otp or webauthn-roaming at every request${NO_ONE}`]],
    ['04-acr-rule-added', protectedSalary],
    ['05-acr-rule-instead-of-scope-rule', [
      `weaker: ${bank}, in a browser: MFA by any factor, at most 5m old${NO_ONE} → issued without MFA (no rule names \`${BANK}\` any more: that API stays, with its scopes unguarded)`,
      `weaker: ${bank}, ${REST}: scope removed → issued without MFA (no rule names \`${BANK}\` any more: that API stays, with its scopes unguarded)`,
      ...protectedSalary]],
    ['06-same-scope-of-a-second-api', [
      `stricter: ${cards}, in a browser: issued without MFA → MFA by otp at every request${NO_ONE}`,
      `stricter: ${cards}, ${REST}: issued without MFA → scope removed`]],
    ['07-report-that-is-over', [
      `weaker: ${bank}, in a browser, for everybody but client \`legacy-app\`: MFA by webauthn-roaming, at most 5m old → MFA by any factor, at most 10m old${NO_ONE}`,
      `weaker: ${bank}, in a browser, for client \`legacy-app\`, from 2037-01-31 on: MFA by webauthn-roaming, at most 5m old → MFA by any factor, at most 10m old${NO_ONE}`]],
    ['08-report-dropped-and-another-answer', [
      `weaker: ${bank}, ${WAITING}, from 2036-12-31 on: scope removed → answered with \`mfa_required\`${ENROLS}`,
      `stricter: ${bank}, in a browser, until 2036-12-31: issued without MFA → MFA by any factor, at most 10m old${ENROLS}`,
      `stricter: ${bank}, by refresh token, until 2036-12-31: issued without MFA → scope removed`,
      `stricter: ${bank}, ${WAITING}, until 2036-12-31: issued without MFA → answered with \`mfa_required\`${ENROLS}`,
      `stricter: ${bank}, ${OTHERS}, until 2036-12-31: issued without MFA → denied`,
      `different: ${bank}, ${OTHERS}, from 2036-12-31 on: scope removed → denied`]],
    ['09-two-apis-change-in-opposite-directions', [
      `weaker: ${bank}, in a browser: MFA by any factor, at most 5m old → MFA by any factor, at most 10m old${NO_ONE}`,
      `stricter: ${cards}, in a browser: MFA by any factor, at most 10m old → MFA by any factor, at most 5m old${NO_ONE}`]],
    ['10-list-narrowed-and-age-raised', [
      `weaker: ${bank}, in a browser: MFA by otp or webauthn-roaming, at most 5m old → MFA by webauthn-roaming, at most 15m old${NO_ONE}`]],
    ['11-exception-beside-a-second-rule', [
      `weaker: ${bank}, in a browser, for client \`legacy-app\`, until 2037-01-31: MFA by webauthn-roaming, at most 5m old → MFA by any factor, at most 10m old${NO_ONE}`]],
  ])('%s', async (pair, expected) => {
    const policy = (name: string) => {
      const file = join('tests/support/policy-pairs', pair, name)
      const surroundings = { declaredScopes: DECLARED, today: new Date(NOW_MS) }
      return compilePolicy(parsePolicy(file, readFileSync(file, 'utf8'), surroundings))
    }
    expect(await told(policy('before.yaml'), policy('after.yaml'))).toEqual(expected)
  })

  const DECLARED = new Map([
    [BANK, new Set(['read:accounts', 'transfer:funds'])],
    ['https://cards.fabrikam.example', new Set(['transfer:funds'])],
  ])
})

const one = (changes: Partial<ScopeRule> = {}): Policy => ({ rules: [scopeRule(changes)] })
const mfa = (factors: Requirement['factors'], maxAgeSeconds = 0) => ({
  requires: { factors, maxAgeSeconds },
})
const acrRule: AcrRule = {
  id: 'salary-page',
  acr: 'urn:salary',
  ...mfa('any'),
  whenNotEnrolled: 'enroll',
  withoutBrowser: { others: 'deny' },
}
const profileRule: AcrRule = {
  ...acrRule,
  id: 'profile-page',
  acr: 'urn:profile',
  ...mfa('any', 3600),
}
const two = (first: Partial<ScopeRule>, second: Partial<ScopeRule>): Policy => ({
  rules: [scopeRule(first), scopeRule({ id: 'second', ...second })],
})
const OTP_OR_PHONE = mfa(['otp', 'phone'], 300)
const lowOnly = (factor: Factor) => ({
  ...OTP_OR_PHONE,
  whenConfidenceIsLow: mfa([factor]).requires,
})
const BY_PASSWORD: Answers = { 'oauth2-password': 'challenge', others: 'remove' }
const [CREATE, REMOVE] = [
  'create:me:authentication_methods',
  'delete:me:authentication_methods',
] as const
const OWN: Partial<ScopeRule> = {
  audience: 'https://fabrikam.eu.auth0.com/me/',
  scopes: [CREATE],
  withoutBrowser: { others: 'deny' },
  cannotRemove: true,
}
const [creating, removing] = [CREATE, REMOVE].map((scope) => `\`${scope}\` on \`${OWN.audience}\``)
const LOOK = 'an app that looks for the id of a rule has to look for the right one'
const close = scopeRule({ id: 'close-account', scopes: ['close:account'] })
const approve = (changes: Partial<ScopeRule>) =>
  scopeRule({ id: 'approve', scopes: ['approve:payments'], ...changes })
const approving = `\`approve:payments\` on \`${BANK}\``
const together = `\`transfer:funds\` and ${approving} asked for together`
const NO_FACTOR = 'denied, as no factor fits all rules'
const day = (date: string) => Date.parse(date)
const CLAIM = 'https://fabrikam.example/mfa'
const EVERY = 'MFA by any factor at every request'
const upTo = (age: string, factors = 'any factor') => `MFA by ${factors}, at most ${age} old`
const OPEN = 'issued without MFA'
const closing = `\`close:account\` on \`${BANK}\``

describe('ordinary changes', () => {
  // prettier-ignore
  test.each<[string, Policy, Policy, string[]]>([
    ['an older MFA is accepted', one(), one(mfa('any', 300)), [
      `weaker: ${bank}, in a browser: ${EVERY} → ${upTo('5m')}${ENROLS}`]],
    ['only a younger MFA is accepted', one(mfa('any', 300)), one(mfa('any', 60)), [
      `stricter: ${bank}, in a browser: ${upTo('5m')} → ${upTo('1m')}${ENROLS}`]],
    ['a factor is exchanged, so one is accepted that was not', one(mfa(['otp'])), one(mfa(['phone'])), [
      `weaker: ${bank}, in a browser: MFA by otp at every request → MFA by phone at every request${ENROLS}`]],
    ['a scope is added to a rule', one(), one({ scopes: ['transfer:funds', 'close:account'] }), [
      `stricter: ${closing}, in a browser: ${OPEN} → ${EVERY}${ENROLS}`,
      `stricter: ${closing}, ${REST}: ${OPEN} → scope removed`]],
    ['a scope is removed from a rule', one({ scopes: ['transfer:funds', 'close:account'] }), one(), [
      `weaker: ${closing}, in a browser: ${EVERY}${ENROLS} → ${OPEN}`,
      `weaker: ${closing}, ${REST}: scope removed → ${OPEN}`]],
    ['an acr rule is removed', { rules: [scopeRule(), acrRule] }, one(), [
      `weaker: acr \`urn:salary\`, in a browser: ${EVERY}${ENROLS} → ${OPEN}`,
      `weaker: acr \`urn:salary\`, by every grant and protocol without a browser but refresh tokens and for whoever acts for somebody else except by refresh token: denied → ${OPEN}`]],
    ['an exception is added', one(), one({ exceptions: [{ client: 'kiosk', untilMs: day('2027-01-01') }] }), [
      `weaker: ${bank}, in a browser, for client \`kiosk\`, until 2027-01-01: ${EVERY}${ENROLS} → ${OPEN}`,
      `weaker: ${bank}, ${REST}, for client \`kiosk\`, until 2027-01-01: scope removed → ${OPEN}`]],
    ['an exception for an organization is added', one(), one({ exceptions: [{ organization: 'org_a', untilMs: day('2027-01-01') }] }), [
      `weaker: ${bank}, in a browser, for organization \`org_a\`, until 2027-01-01: ${EVERY}${ENROLS} → ${OPEN}`,
      `weaker: ${bank}, ${REST}, for organization \`org_a\`, until 2027-01-01: scope removed → ${OPEN}`]],
    ['an exception is prolonged', one({ exceptions: [{ client: 'kiosk', untilMs: day('2027-01-01') }] }), one({ exceptions: [{ client: 'kiosk', untilMs: day('2027-06-01') }] }), [
      `weaker: ${bank}, in a browser, for client \`kiosk\`, from 2027-01-01 on, until 2027-06-01: ${EVERY}${ENROLS} → ${OPEN}`,
      `weaker: ${bank}, ${REST}, for client \`kiosk\`, from 2027-01-01 on, until 2027-06-01: scope removed → ${OPEN}`]],
    ['an exception has ended already', one({ exceptions: [{ client: 'kiosk', untilMs: day('2026-11-01') }] }), one(), []],
    ['a report is added', one(), one({ reportUntilMs: day('2027-01-01') }), [
      `weaker: ${bank}, in a browser, until 2027-01-01: ${EVERY}${ENROLS} → ${OPEN}`,
      `weaker: ${bank}, ${REST}, until 2027-01-01: scope removed → ${OPEN}`]],
    ['a report has ended already', one({ reportUntilMs: day('2026-11-01') }), one(), []],
    ['a refresh is denied, so nobody gets more', one(), one({ withoutBrowser: { 'oauth2-refresh-token': 'deny', others: 'remove' } }), [
      `different: ${bank}, by refresh token: scope removed → denied`]],
    ['MFA is possible in one more flow', one(), one({ withoutBrowser: { 'oauth2-password': 'challenge', others: 'remove' } }), [
      `weaker: ${bank}, by password: scope removed → answered with \`mfa_required\`${ENROLS}`,
      `different: ${bank}, for whoever acts for somebody else by password: scope removed → denied`]],
    ['a token exchange is answered otherwise, also for whoever acts in an organization', one({ withoutBrowser: { others: 'challenge' } }), one({ withoutBrowser: { 'oauth2-token-exchange': 'remove', others: 'challenge' } }), [
      `stricter: ${bank}, by token exchange outside organizations: answered with \`mfa_required\`${ENROLS} → scope removed`,
      `different: ${bank}, by token exchange in an organization and for whoever acts for somebody else by token exchange: denied → scope removed`]],
    ['a challenge that cannot insist on a factor', one(mfa(['otp'])), one({ ...mfa(['otp']), withoutBrowser: { 'oauth2-password': 'challenge', others: 'remove' } }), [
      `different: ${bank}, by password: scope removed → denied`]],
    ['users without a factor may set one up', one({ ...mfa(['otp']), whenNotEnrolled: 'deny' }), one(mfa(['otp'])), [
      `weaker: ${bank}, in a browser: MFA by otp at every request${NO_ONE} → MFA by otp at every request${ENROLS}`]],
    ['low confidence demands more', one(mfa('any', 300)), one({ ...mfa('any', 300), whenConfidenceIsLow: mfa('any').requires }), [
      `stricter: ${bank}, in a browser, with low or no confidence: ${upTo('5m')} → ${EVERY}${ENROLS}`]],
    ['high confidence demands less', one(), one({ ...mfa('any', 300), whenConfidenceIsLow: mfa('any').requires }), [
      `weaker: ${bank}, in a browser, with medium or high confidence: ${EVERY} → ${upTo('5m')}${ENROLS}`]],
    ['a claim is added', one(mfa('any', 300)), { claim: CLAIM, ...one(mfa('any', 300)) }, [
      `different: an MFA of the session that was enough: recorded in no claim → recorded in the claim \`${CLAIM}\``]],
    ['a claim for the rules is added', one(), { idTokenClaim: CLAIM, ...one() }, [
      `different: the ids of the rules that a browser login was held to: listed in no claim → listed in the claim \`${CLAIM}\``]],
    ['a silent login keeps the user logged in', one(mfa('any', 300)), one({ ...mfa('any', 300), whenSilent: 'remove' }), [
      `different: ${bank}, in a silent login (\`prompt=none\`): ${upTo('5m')}, or else answered with \`login_required\` → ${upTo('5m')}, or else scope removed`]],
    ['an API is renamed', one(), one({ audience: 'https://new.example' }), [
      `weaker: ${bank}, in a browser: ${EVERY}${ENROLS} → ${OPEN} (no rule names \`${BANK}\` any more: that API stays, with its scopes unguarded)`,
      `weaker: ${bank}, ${REST}: scope removed → ${OPEN} (no rule names \`${BANK}\` any more: that API stays, with its scopes unguarded)`,
      `stricter: \`transfer:funds\` on \`https://new.example\`, in a browser: ${OPEN} → ${EVERY}${ENROLS}`,
      `stricter: \`transfer:funds\` on \`https://new.example\`, ${REST}: ${OPEN} → scope removed`]],
    ['two rules that share no factor', one(mfa(['otp'])), { rules: [scopeRule(mfa(['otp'])), scopeRule({ id: 'b', ...mfa(['phone']) })] }, [
      `stricter: ${bank}, in a browser: MFA by otp at every request${ENROLS} → denied, as no factor fits all rules`]],
    ['a second rule of another age', one(mfa('any', 600)), { rules: [scopeRule(mfa('any', 600)), scopeRule({ id: 'b', ...mfa(['otp'], 900) })] }, [
      `stricter: ${bank}, in a browser: ${upTo('10m')} → ${upTo('10m')}, and ${upTo('15m', 'otp')} (one by otp serves both)${ENROLS}`]],
    ['rules and factors are reordered', { rules: [scopeRule(mfa(['otp', 'phone'])), close] }, { rules: [close, scopeRule(mfa(['phone', 'otp']))] }, []],
    ['a rule is renamed', one(), one({ id: 'money' }), []],
    ['a rule is divided in two', one({ scopes: ['transfer:funds', 'close:account'] }), { rules: [scopeRule(), close] }, []],
    ['a rule is written twice', one(), { rules: [scopeRule(), scopeRule({ id: 'again' })] }, []],
    ['a stricter rule hides the change', { rules: [scopeRule(), scopeRule({ id: 'b', ...mfa('any', 60) })] }, { rules: [scopeRule(), scopeRule({ id: 'b', ...mfa('any', 300) })] }, []],
    ['which of two rules gives up in a silent login', two({ ...mfa('any', 300), whenSilent: 'remove' }, mfa(['otp'], 600)), two(mfa('any', 300), { ...mfa(['otp'], 600), whenSilent: 'remove' }), [
      `different: ${bank}, in a silent login (\`prompt=none\`): ${upTo('5m')}, or else scope removed, and ${upTo('10m', 'otp')}, or else answered with \`login_required\` → ${upTo('5m')}, or else answered with \`login_required\`, and ${upTo('10m', 'otp')}, or else scope removed`]],
    ['rules that share no factor at low confidence, of which one gives up in a silent login', two(OTP_OR_PHONE, OTP_OR_PHONE), two({ ...lowOnly('otp'), whenSilent: 'remove' }, lowOnly('phone')), [
      `stricter: ${bank}, on a page in a browser, with low or no confidence: ${upTo('5m', 'otp or phone')}${ENROLS} → denied, as no factor fits all rules`,
      `stricter: ${bank}, in a silent login (\`prompt=none\`), with low or no confidence: ${upTo('5m', 'otp or phone')}, or else answered with \`login_required\` → scope removed, and answered with \`login_required\``,
      `different: ${bank}, in a silent login (\`prompt=none\`), with medium or high confidence: ${upTo('5m', 'otp or phone')}, or else answered with \`login_required\` → ${upTo('5m', 'otp or phone')}, or else scope removed, and ${upTo('5m', 'otp or phone')}, or else answered with \`login_required\``]],
    ['two rules of some age that share no factor', one(mfa(['otp'], 300)), two(mfa(['otp'], 300), mfa(['phone'], 300)), [
      `stricter: ${bank}, in a browser: ${upTo('5m', 'otp')}${ENROLS} → ${upTo('5m', 'otp')}, and ${upTo('5m', 'phone')}; whoever has passed none of them before is denied, as no factor fits all`]],
    ['two rules that share email alone, which nobody can set up', one(mfa(['email', 'otp'])), two(mfa(['email', 'otp']), mfa(['email', 'phone'])), [
      `stricter: ${bank}, in a browser: MFA by email or otp at every request${ENROLS} → MFA by email or otp at every request, and MFA by email or phone at every request (one by email serves both)${NO_ONE}`]],
    ['email alone at low confidence', one(mfa(['email', 'otp'], 300)), one({ ...mfa(['email', 'otp'], 300), whenConfidenceIsLow: mfa(['email']).requires }), [
      `stricter: ${bank}, in a browser, with low or no confidence: ${upTo('5m', 'email or otp')}${ENROLS} → MFA by email at every request${NO_ONE}`]],
    ['who may wait for MFA that another rule asks for', two({ withoutBrowser: BY_PASSWORD }, {}), two({ withoutBrowser: BY_PASSWORD, whenNotEnrolled: 'deny' }, {}), [
      `stricter: ${bank}, in a browser: ${EVERY}${ENROLS} → ${EVERY}${NO_ONE}`,
      `different: ${bank}, by password: scope removed, and answered with \`mfa_required\` for another rule${ENROLS} → scope removed, and answered with \`mfa_required\` for another rule; a user without otp or phone or push-notification is denied`]],
    ['an exception for a client and one for an organization', one(), one({ withoutBrowser: { others: 'remove' }, exceptions: [{ client: 'kiosk', untilMs: day('2027-01-01') }, { organization: 'org_a', untilMs: day('2027-03-01') }] }), [
      `weaker: ${bank}, in a browser, for organization \`org_a\`, until 2027-03-01: ${EVERY}${ENROLS} → ${OPEN}`,
      `weaker: ${bank}, in a browser, outside organization \`org_a\`, for client \`kiosk\`, until 2027-01-01: ${EVERY}${ENROLS} → ${OPEN}`,
      `weaker: ${bank}, ${REST}, for organization \`org_a\`, until 2027-03-01: scope removed → ${OPEN}`,
      `weaker: ${bank}, ${REST}, outside organization \`org_a\`, for client \`kiosk\`, until 2027-01-01: scope removed → ${OPEN}`]],
    ['the same in an organization that another rule exempts, and outside', two({ exceptions: [{ organization: 'org_a', untilMs: day('2027-01-01') }] }, {}), two({ exceptions: [{ organization: 'org_a', untilMs: day('2027-01-01') }] }, { withoutBrowser: { others: 'deny' } }), [
      `different: ${bank}, ${REST}: scope removed → denied`]],
    ["a rule for one of Auth0's own APIs is added", one(), two({}, OWN), [
      `stricter: ${creating}, in a browser: ${OPEN} → ${EVERY}${ENROLS}`,
      `stricter: ${creating}, ${REST}: ${OPEN} → denied (without a browser also for other scopes of this API, as Auth0 may give these unasked)`]],
    ["a scope of one of Auth0's own APIs is added to a rule, which bound its tokens already", one(OWN), one({ ...OWN, scopes: [CREATE, REMOVE] }), [
      `stricter: ${removing}, in a browser: ${OPEN} → ${EVERY}${ENROLS}`,
      `stricter: ${removing}, by refresh token and WS-Trust and for whoever acts for somebody else by browser login: ${OPEN} → denied (a refresh whose event does not tell what was granted meets every rule of this API)`]],
    ['a rule is renamed of which tokens list the id', { idTokenClaim: CLAIM, ...one() }, { idTokenClaim: CLAIM, ...one({ id: 'money' }) }, [
      `different: ${bank}, in the ID-token claim \`${CLAIM}\`: listed as \`transfer-funds\` → listed as \`money\` (${LOOK})`]],
    ['a rule that tokens list is divided in two', { idTokenClaim: CLAIM, ...one({ scopes: ['transfer:funds', 'close:account'] }) }, { idTokenClaim: CLAIM, rules: [scopeRule(), close] }, [
      `different: ${closing}, in the ID-token claim \`${CLAIM}\`: listed as \`transfer-funds\` → listed as \`close-account\` (${LOOK})`]],
    ['two rules exchange their ids, for which apps look in tokens', { idTokenClaim: CLAIM, rules: [acrRule, profileRule] }, { idTokenClaim: CLAIM, rules: [{ ...acrRule, id: profileRule.id }, { ...profileRule, id: acrRule.id }] }, [
      `weaker: for an app that looks for \`salary-page\` in the ID-token claim \`${CLAIM}\`: ${EVERY} → ${upTo('1h')}${ENROLS}`,
      `different: acr \`urn:salary\`, in the ID-token claim \`${CLAIM}\`: listed as \`salary-page\` → listed as \`profile-page\` (${LOOK})`,
      `different: acr \`urn:profile\`, in the ID-token claim \`${CLAIM}\`: listed as \`profile-page\` → listed as \`salary-page\` (${LOOK})`]],
    ['the exceptions of two rules are exchanged', { rules: [scopeRule({ exceptions: [{ client: 'a', untilMs: day('2027-01-01') }] }), scopeRule({ id: 'b' })] }, { rules: [scopeRule(), scopeRule({ id: 'b', exceptions: [{ client: 'a', untilMs: day('2027-01-01') }] })] }, []],
  ])('%s', async (_case, before, after, expected) => {
    expect(await told(before, after)).toEqual(expected)
  })
})

const funds = (changes: Partial<ScopeRule>, ...others: Policy['rules']): Policy => ({
  rules: [scopeRule(changes), ...others],
})
const salary = (changes: Partial<AcrRule>): AcrRule => ({ ...acrRule, ...changes })
const [byOtp, byPhone] = [approve(mfa(['otp'])), approve(mfa(['phone']))]
const byFactor = (factors: string) => `MFA by ${factors} at every request`
const UNTIL_2027 = { exceptions: [{ client: 'kiosk', untilMs: day('2027-01-01') }] }
const SOME_NONE = '; whoever has passed none of them before is denied, as no factor fits all'
const OTP_AND_PHONE = `${upTo('5m', 'otp')}, and ${upTo('5m', 'phone')}${SOME_NONE}`

// Of each change only what is said of the two together; what is said of each stands above.
describe('two things that one request cannot have both', () => {
  // prettier-ignore
  test.each<[string, Policy, Policy, string[]]>([
    ['one takes another factor', funds(mfa(['phone']), byPhone), funds(mfa(['otp']), byPhone), [
      `stricter: ${together}, in a browser: ${byFactor('phone')}${ENROLS} → ${NO_FACTOR}`]],
    ['one takes any factor', funds(mfa(['otp']), byPhone), funds(mfa('any'), byPhone), [
      `weaker: ${together}, in a browser: ${NO_FACTOR} → ${byFactor('phone')}${ENROLS}`]],
    ['one takes a factor more, which is not the one of the other', funds(mfa(['otp']), byPhone), funds(mfa(['otp', 'webauthn-roaming']), byPhone), []],
    ['the second is protected', funds(mfa(['otp'])), funds(mfa(['otp']), byPhone), [
      `stricter: ${together}, in a browser: ${byFactor('otp')}${ENROLS} → ${NO_FACTOR}`]],
    ['the second is not protected any more', funds(mfa(['otp']), byPhone), funds(mfa(['otp'])), [
      `weaker: ${together}, in a browser: ${NO_FACTOR} → ${byFactor('otp')}${ENROLS}`]],
    ['an MFA of the session would do for either', funds(mfa(['otp'], 300), approve(mfa(['otp'], 300))), funds(mfa(['otp'], 300), approve(mfa(['phone'], 300))), [
      `stricter: ${together}, in a browser: ${upTo('5m', 'otp')}${ENROLS} → ${OTP_AND_PHONE}`]],
    ['an older MFA is taken of one, so both can be had one after the other', funds(mfa(['otp']), byPhone), funds(mfa(['otp'], 300), byPhone), [
      `weaker: ${together}, in a browser: ${NO_FACTOR} → ${upTo('5m', 'otp')}, and ${byFactor('phone')}${SOME_NONE}`]],
    ['only the age changes', funds(mfa(['otp'], 300), byPhone), funds(mfa(['otp'], 600), byPhone), []],
    ['low confidence alone takes another factor', funds(lowOnly('otp'), approve(lowOnly('otp'))), funds(lowOnly('otp'), approve(lowOnly('phone'))), [
      `stricter: ${together}, in a browser, with low or no confidence: ${byFactor('otp')}${ENROLS} → ${NO_FACTOR}`]],
    ['one lets nobody set up the only factor that does for both', funds(mfa(['otp', 'phone']), approve(mfa(['email', 'phone']))), funds({ ...mfa(['otp', 'phone']), whenNotEnrolled: 'deny' }, approve(mfa(['email', 'phone']))), [
      `stricter: ${together}, in a browser: ${byFactor('email or phone')}, and ${byFactor('otp or phone')} (one by phone serves both)${ENROLS} → ${byFactor('email or phone')}, and ${byFactor('otp or phone')} (one by phone serves both)${NO_ONE}`]],
    ['the only factor that does for both is email, which nobody can set up', funds(mfa(['email', 'otp']), approve(mfa(['email', 'otp']))), funds(mfa(['email', 'otp']), approve(mfa(['email', 'phone']))), [
      `stricter: ${together}, in a browser: ${byFactor('email or otp')}${ENROLS} → ${byFactor('email or otp')}, and ${byFactor('email or phone')} (one by email serves both)${NO_ONE}`]],
    ['an acr value and a scope', funds(mfa(['otp']), salary(mfa(['otp']))), funds(mfa(['otp']), salary(mfa(['phone']))), [
      `stricter: ${bank} and acr \`urn:salary\` asked for together, in a browser: ${byFactor('otp')}${ENROLS} → ${NO_FACTOR}`]],
    ['two acr values', { rules: [salary(mfa(['otp'])), { ...profileRule, ...mfa(['otp']) }] }, { rules: [salary(mfa(['otp'])), { ...profileRule, ...mfa(['phone']) }] }, [
      `stricter: acr \`urn:salary\` and acr \`urn:profile\` asked for together, in a browser: ${byFactor('otp')}${ENROLS} → ${NO_FACTOR}`]],
    ['scopes of two APIs, which no token has both', funds(mfa(['otp'])), funds(mfa(['otp']), approve({ ...mfa(['phone']), audience: CARDS })), []],
    ['an exception lets a client have both', funds(mfa(['otp']), byPhone), funds({ ...mfa(['otp']), ...UNTIL_2027 }, byPhone), [
      `weaker: ${together}, in a browser, for client \`kiosk\`, until 2027-01-01: ${NO_FACTOR} → ${byFactor('phone')}${ENROLS}`]],
    ['a report lets everybody have both', funds(mfa(['otp']), byPhone), funds({ ...mfa(['otp']), reportUntilMs: day('2027-01-01') }, byPhone), [
      `weaker: ${together}, in a browser, until 2027-01-01: ${NO_FACTOR} → ${byFactor('phone')}${ENROLS}`]],
    ['a silent login gives up one, so the other asks for a page', funds(mfa(['otp'], 300), byPhone), funds({ ...mfa(['otp'], 300), whenSilent: 'remove' }, byPhone), [
      `different: ${together}, in a silent login (\`prompt=none\`): ${upTo('5m', 'otp')}, or else answered with \`login_required\`, and answered with \`login_required\`${SOME_NONE} → ${upTo('5m', 'otp')}, or else scope removed, and answered with \`login_required\``]],
    ['one that is denied by itself', funds(mfa(['otp']), byOtp), funds(mfa(['otp']), byOtp, scopeRule({ id: 'c', ...mfa(['phone']) })), []],
    ['several things of a kind', funds({ ...mfa(['otp']), scopes: ['a:1', 'b:2'] }, approve({ ...mfa(['otp']), scopes: ['c:3', 'd:4'] })), funds({ ...mfa(['otp']), scopes: ['a:1', 'b:2'] }, approve({ ...mfa(['phone']), scopes: ['c:3', 'd:4'] })), [
      `stricter: one of \`a:1\`, \`b:2\` and one of \`c:3\`, \`d:4\` on \`${BANK}\` asked for together, in a browser: ${byFactor('otp')}${ENROLS} → ${NO_FACTOR}`]],
    ['two rules become three that say the same', funds(mfa(['otp']), byPhone), funds(mfa(['otp']), byPhone, approve({ id: 'again', ...mfa(['phone']) })), []],
  ])('%s', async (_case, before, after, expected) => {
    const all = await told(before, after)
    expect(all.filter((each) => each.includes('asked for together'))).toEqual(expected)
  })

  test('the example asks for both, and was run on both bundles', async () => {
    const { groups } = await compared(funds(mfa(['phone']), byPhone), funds(mfa(['otp']), byPhone))
    const example = groups.find((group) => group.together !== undefined)?.example
    expect(example).toMatchObject({
      event: {
        transaction: { requested_scopes: ['openid', 'transfer:funds', 'approve:payments'] },
      },
      before: { kind: 'mfa' },
      after: { kind: 'denied' },
    })
  })
})

test('scopes of one rule are told together', async () => {
  const many = ['a:1', 'b:2', 'c:3']
  expect(await told(one({ scopes: many }), one({ scopes: many, ...mfa('any', 60) }))).toEqual([
    `weaker: \`a:1\`, \`b:2\`, \`c:3\` on \`${BANK}\`, in a browser: ${EVERY} → ${upTo('1m')}${ENROLS}`,
  ])
})

test('a request that cannot be read is told apart, and only where no readable one says it', async () => {
  const { groups, malformed } = await compared(one(), { rules: [scopeRule(), acrRule] })
  expect(groups.every(({ protects }) => protects.every((each) => 'acr' in each))).toBe(true)
  expect(malformed).toEqual([
    {
      verdict: 'stricter',
      fields: ['transaction.acr_values'],
      asks: `\`transfer:funds\` on \`${BANK}\``,
      flows: ['browser login'],
      was: 'challenged for any factor',
      now: 'denied',
    },
    {
      verdict: 'different',
      fields: ['transaction.acr_values'],
      asks: `\`transfer:funds\` on \`${BANK}\``,
      flows: ['password', 'a protocol that is not known'],
      was: 'scope removed',
      now: 'denied',
    },
    {
      verdict: 'stricter',
      fields: ['transaction.acr_values'],
      asks: `an everyday scope on \`${BANK}\``,
      flows: ['browser login', 'password', 'a protocol that is not known'],
      was: 'issued',
      now: 'denied',
    },
  ])
})

test('a request that cannot be read is told for each API, of which one gains what another loses', async () => {
  const { malformed } = await compared(one(), one({ audience: CARDS }))
  const scopes = malformed.filter(({ fields }) => fields.includes('transaction.requested_scopes'))
  expect(scopes.map(({ asks, was, now }) => `${asks}: ${was} → ${now}`)).toEqual([
    `an everyday scope on \`${BANK}\`: denied → issued`,
    `an everyday scope on \`${CARDS}\`: issued → denied`,
  ])
})

test('a request that cannot be read is told of every API that gains the same', async () => {
  const rules = [
    scopeRule({ id: 'cards', audience: CARDS }),
    scopeRule({ id: 'wires', audience: 'https://wires.fabrikam.example' }),
  ]
  const { malformed } = await compared(one(), { rules: [scopeRule(), ...rules] })
  const scopes = malformed.filter(({ fields }) => fields.includes('transaction.requested_scopes'))
  expect(scopes.map(({ asks, was, now }) => `${asks}: ${was} → ${now}`)).toEqual([
    `an everyday scope on \`${CARDS}\`: issued → denied`,
    'an everyday scope on `https://wires.fabrikam.example`: issued → denied',
  ])
})

describe('what the bundles do is what is said', () => {
  test('a bundle that does otherwise than its policy is a defect, and nothing is said', async () => {
    const policy = one()
    const code = await bundlePolicy(one(mfa('any', 300)), '')
    const good = { policy, code: await bundlePolicy(policy, '') }
    await expect(
      comparePolicies({ before: good, after: { policy, code } }, { nowMs: NOW_MS }),
    ).rejects.toThrow(
      /^the policy built here says \{"kind":"mfa".*its bundle does \{"kind":"issued"\}/,
    )
  })

  test('an earlier version of the Action that does otherwise is told by what it did', async () => {
    const policy = one()
    const code = await bundlePolicy(policy, '')
    const older = { policy, code: code.replace('api.accessToken.removeScope(scope)', '0') }
    const diff = await comparePolicies(
      { before: older, after: { policy, code } },
      { nowMs: NOW_MS },
    )
    expect(diff.groups.map((group) => `${group.verdict}: ${sentenceOf(group)}`)).toEqual([
      `stricter: ${bank}, ${REST}, seen when both were run: issued → scope removed (the deployed code is another version of the Action than the one here)`,
    ])
  })
})
