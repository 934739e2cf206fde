import { bundlePolicy } from '../../scripts/policy/bundle.ts'
import type { Policy, ScopeRule } from '../../actions/step-up/policy.ts'
import { BANKING } from './event.ts'
import { FABRIKAM, scopeRule } from './policies.ts'
import { SAMPLE_FOR_APIS, SAMPLE_FOR_WEB_APPS } from './published-samples.ts'

/** An Action that does not keep its policy, and the invariant that must say so. */
export interface BadAction {
  readonly name: string
  readonly policy: Policy
  readonly invariant: string
  code(): Promise<string> | string
}

const RULES: Policy = {
  rules: [scopeRule({ requires: { factors: ['otp'], maxAgeSeconds: 300 } })],
}
const anyFactor = (changes: Partial<ScopeRule> = {}): Policy => ({
  rules: [scopeRule({ requires: { factors: 'any', maxAgeSeconds: 300 }, ...changes })],
})

const EXCEPTION = anyFactor({ exceptions: [{ client: 'batch', untilMs: Date.UTC(2027, 0, 1) }] })
const DENIES = anyFactor({ withoutBrowser: { others: 'deny' } })
const NO_ENROLMENT = anyFactor({ whenNotEnrolled: 'deny' })
const WAITS = anyFactor({ whenNotEnrolled: 'deny', withoutBrowser: { others: 'challenge' } })
const TWO_SCOPES = anyFactor({ scopes: ['transfer:funds', 'close:account'] })

/** The bundle of a policy with one flaw: what stands there, and what stands there instead. */
function flawed(policy: Policy, ...edits: readonly (readonly [right: string, wrong: string])[]) {
  return async (): Promise<string> =>
    edits.reduce(
      (code, [right, wrong]) => {
        if (code.split(right).length !== 2) throw new Error(`not once in the bundle: ${right}`)
        return code.replace(right, () => wrong)
      },
      await bundlePolicy(policy, ''),
    )
}

const START = 'const nowMs = Date.now();'

// prettier-ignore
export const BAD_ACTIONS: readonly BadAction[] = [
  { name: 'the published sample for APIs',       policy: anyFactor(), invariant: 'no-protected-scope-without-mfa',      code: () => SAMPLE_FOR_APIS },
  { name: 'the published sample for web apps',   policy: FABRIKAM,    invariant: 'never-throws',                        code: () => SAMPLE_FOR_WEB_APPS },
  { name: 'ignores the protocol',                policy: RULES,       invariant: 'no-protected-scope-without-mfa',      code: flawed(RULES, ['login.protocol.flow === "browser" && !', '!']) },
  { name: 'lets a refresh inherit a step-up',    policy: RULES,       invariant: 'refresh-never-inherits-a-step-up',    code: flawed(RULES, ['login.protocol.flow === "browser" && !', '(login.protocol.flow === "browser" || login.protocol.flow === "refresh-token") && !']) },
  { name: 'ignores freshness',                   policy: RULES,       invariant: 'no-protected-scope-without-mfa',      code: flawed(RULES, ['login.nowMs - mfa.atMs <= maxAgeSeconds * 1e3', 'true']) },
  { name: 'takes the first MFA, not the newest', policy: RULES,       invariant: 'agrees-with-reference',               code: flawed(RULES, ['.toSorted((a, b) => b.atMs - a.atMs)[0]', '[0]']) },
  { name: 'accepts MFA in the future',           policy: RULES,       invariant: 'no-protected-scope-without-mfa',      code: flawed(RULES, ['atMs <= login.nowMs + CLOCK_SKEW_MS', 'true']) },
  { name: 'accepts MFA one second too old',      policy: RULES,       invariant: 'no-protected-scope-without-mfa',      code: flawed(RULES, ['maxAgeSeconds * 1e3', '(maxAgeSeconds + 1) * 1e3']) },
  { name: 'accepts any factor',                  policy: RULES,       invariant: 'no-protected-scope-without-mfa',      code: flawed(RULES, ['factors.some((each) => each === factor)', 'true']) },
  { name: 'challenges with every factor',        policy: RULES,       invariant: 'challenge-insists-on-listed-factors', code: flawed(RULES, ['selectors(challengeWith)', 'selectors(FACTORS)']) },
  { name: 'remembers the browser',               policy: RULES,       invariant: 'remembered-browser-never-counts',     code: flawed(RULES, ['allowRememberBrowser: false', 'allowRememberBrowser: true']) },
  { name: 'remembers the browser by a list',     policy: RULES,       invariant: 'remembered-browser-never-counts',     code: flawed(RULES, ['allowRememberBrowser: false', 'allowRememberBrowser: []']) },
  { name: 'removes a list in place of a scope',  policy: RULES,       invariant: 'no-protected-scope-without-mfa',      code: flawed(RULES, ['removeScope(scope)', 'removeScope([scope])']) },
  { name: 'denies with no reason that is text',  policy: DENIES,      invariant: 'no-protected-scope-without-mfa',      code: flawed(DENIES, ['api.access.deny(`${DENIALS[reason]} (step-up: ${reason})`)', 'api.access.deny([reason])']) },
  { name: 'challenges with a list of types',     policy: RULES,       invariant: 'no-protected-scope-without-mfa',      code: flawed(RULES, ['api.multifactor.enable("any", { allowRememberBrowser: false });', ''], [' : { type }', ' : { type: [type] }']) },
  { name: 'applies to listed clients only',      policy: RULES,       invariant: 'no-protected-scope-without-mfa',      code: flawed(RULES, [START, `if (event.client?.client_id !== 'a-web-application') return; ${START}`]) },
  { name: 'throws where acr_values are missing', policy: RULES,       invariant: 'never-throws',                        code: flawed(RULES, [START, `event.transaction?.acr_values.includes('x'); ${START}`]) },
  { name: 'challenges everyday scopes',          policy: RULES,       invariant: 'nothing-unprotected-is-disturbed',    code: flawed(RULES, ['rulesBy.get(name) ?? NONE', '[...rulesBy.values()].flat()']) },
  { name: 'matches scopes by prefix',            policy: RULES,       invariant: 'nothing-unprotected-is-disturbed',    code: flawed(RULES, ['rulesBy.get(name) ?? NONE', '[...rulesBy].flatMap(([key, rules]) => name.startsWith(key) ? rules : [])']) },
  { name: 'no scope in a password grant: none',  policy: RULES,       invariant: 'no-protected-scope-without-mfa',      code: flawed(RULES, ['"oauth2-password", "no-browser", "body", "all"', '"oauth2-password", "no-browser", "body", "none"']) },
  { name: 'forgets the audience',                policy: RULES,       invariant: 'nothing-unprotected-is-disturbed',    code: flawed(RULES, ['audience === void 0 ? anyAudience : byAudience.get(audience)', 'anyAudience']) },
  { name: 'has a back door',                     policy: RULES,       invariant: 'reads-only-what-is-varied',           code: flawed(RULES, [START, `if (event.user?.email === 'ceo@fabrikam.example') return; ${START}`]) },
  { name: 'keeps state between runs',            policy: RULES,       invariant: 'same-event-same-calls',               code: flawed(RULES, ['var CLOCK_SKEW_MS', 'var runs = 0;\nvar CLOCK_SKEW_MS'], [START, `if (runs++ % 2 > 0) return; ${START}`]) },
  { name: 'honours expired exceptions',          policy: EXCEPTION,   invariant: 'no-protected-scope-without-mfa',      code: flawed(EXCEPTION, ['nowMs < exception.untilMs && ', '']) },
  { name: 'enrols where the rule denies',        policy: NO_ENROLMENT, invariant: 'deny-enrols-nobody',                code: flawed(NO_ENROLMENT, ['factors === "any" && mayEnroll(unmet)', 'factors === "any"']) },
  { name: 'enrols at the page of a device',      policy: WAITS,       invariant: 'deny-enrols-nobody',                  code: flawed(WAITS, ['name === "oauth2-device-code" && ', 'false && ']) },
  { name: 'makes six challenges',                policy: RULES,       invariant: 'at-most-four-challenges',             code: flawed(RULES, ['api.authentication.challengeWithAny(selectors(challengeWith));', 'for (let i = 0; i < 6; i++) api.authentication.challengeWithAny(selectors(challengeWith));']) },
  { name: 'tells the audience in its denial',    policy: DENIES,      invariant: 'denial-says-nothing-private',         code: flawed(DENIES, ['api.access.deny(`', `api.access.deny(\`${BANKING} `]) },
  { name: 'lets go when more is asked',          policy: TWO_SCOPES,     invariant: 'adding-a-scope-never-weakens',        code: flawed(TWO_SCOPES, ['if (applying.length === 0) {', 'if (applying.length === 0 || login.event.transaction?.requested_scopes?.length > 1) {']) },
]
