import type { Answer, Requirement, Rule } from '../../../actions/step-up/policy.ts'
import { PROTOCOL_TABLE } from '../../../actions/step-up/protocols.ts'
import { compilePolicy } from '../../policy/compile.ts'
import type { AuditContext } from './context.ts'
import { kind, listed } from './entry.ts'

const STEP_UP =
  'https://auth0.com/docs/secure/multi-factor-authentication/step-up-authentication/configure-step-up-authentication-for-apis'
const ENROLMENTS =
  'https://auth0.com/docs/secure/multi-factor-authentication/customize-mfa/customize-mfa-enrollments-universal-login'
const SELECTION =
  'https://auth0.com/docs/secure/multi-factor-authentication/customize-mfa/customize-mfa-selection-universal-login'

/** Findings about rules that change what each other comes to, most of them as they protect the same thing. */
export const OVERLAP_FINDINGS = {
  'no-common-factor-on-low-confidence': kind<{
    /** `SCOPE on AUDIENCE`, or an acr value. */
    readonly target: string
    readonly rules: readonly string[]
  }>({
    severity: 'error',
    title: 'Rules have no factor in common on low confidence',
    restsOn: [],
    find: (context) => {
      const targets = rulesByTarget(compilePolicy(context.policy).rules)
      const found = [...targets].flatMap(([name, rules]) => {
        const isAsked = rules.some(({ whenConfidenceIsLow }) => whenConfidenceIsLow !== undefined)
        const demands = rules.map((rule) => onConfidence(rule, 'low').factors)
        if (!isAsked || commonFactors(demands) !== 'none') return []
        return [{ subject: name, target: name, rules: rules.map(({ id }) => id) }]
      })
      return found.map((each) => ({ ...each, where: placeOf(context, each.rules[0]) }))
    },
    explain: ({ target, rules }) =>
      `${listed(rules)} protect \`${target}\`, and on low confidence no factor satisfies them all: whoever Auth0 does not trust is refused, with every factor`,
    remedy: () => 'let them share a factor in `whenConfidenceIsLow`, or merge them',
    source: SELECTION,
  }),

  'rule-shadowed': kind<{ readonly rule: string; readonly by: readonly string[] }>({
    severity: 'note',
    title: 'A rule changes nothing, because others demand more',
    restsOn: [],
    find: (context) =>
      shadowedRules(compilePolicy(context.policy).rules).map(({ rule: { id }, by }) => ({
        subject: id,
        rule: id,
        by: by.map((other) => other.id),
        where: placeOf(context, id),
      })),
    explain: ({ rule, by }) =>
      `whenever rule \`${rule}\` binds, ${listed(by)} ${by.length === 1 ? 'demands' : 'demand'} as much or more of the same things: it could be relaxed or removed, and nobody would notice`,
    remedy: () => 'remove it, or make it say what is meant',
    source: STEP_UP,
  }),

  'denial-undone': kind<{ readonly rule: string; readonly denying: readonly string[] }>({
    severity: 'warning',
    title: 'A rule lets users set up the factor without which another one denies them',
    restsOn: [],
    find: (context) =>
      undoneDenials(compilePolicy(context.policy).rules).map(({ rule: { id }, denying }) => ({
        subject: id,
        rule: id,
        denying: denying.map((other) => other.id),
        where: placeOf(context, id),
      })),
    explain: ({ rule, denying }) =>
      `${listed(denying)} ${denying.length === 1 ? 'denies' : 'deny'} users without a factor, but rule \`${rule}\` lets them set one up with the password alone: whoever stole it asks for that first, and then passes`,
    remedy: () =>
      'write `deny` here too, write `enroll` where this does no harm, or accept it as the way to a first factor',
    source: ENROLMENTS,
  }),

  'answer-without-effect': kind<{
    readonly rule: string
    readonly protocol: string
    readonly answer: string
    /** Rules that deny all the same; none where the protocol cannot be challenged. */
    readonly deniedBy: readonly string[]
  }>({
    severity: 'warning',
    title: 'An answer of a rule can have no effect',
    restsOn: [],
    find: ({ policy, locate }) => {
      const { rules } = compilePolicy(policy)
      const byTarget = rulesByTarget(rules)
      return policy.rules.flatMap(({ id, withoutBrowser = {} }, i) => {
        const rule = rules[i]
        if (rule === undefined) return []
        return Object.entries(withoutBrowser).flatMap(([protocol, answer]) => {
          if (answer === undefined || answer === 'deny') return []
          const name = protocol === 'refreshTokens' ? 'oauth2-refresh-token' : protocol
          const deniers = targetNames(rule).map((target) =>
            byTarget
              .get(target)
              ?.find((other) => bindsWhenever(other, rule) && answerOf(other, name) === 'deny'),
          )
          const deniedBy = deniers.every((denier) => denier !== undefined)
            ? [...new Set(deniers.map((denier) => denier.id))]
            : []
          const cannotChallenge = answer === 'challenge' && CANNOT_REQUIRE_MFA.includes(name)
          if (deniedBy.length === 0 && !cannotChallenge) return []
          const where = locate(['rules', i, 'withoutBrowser', protocol])
          return [{ subject: `${protocol} in ${id}`, rule: id, protocol, answer, deniedBy, where }]
        })
      })
    },
    explain: ({ rule, protocol, answer, deniedBy }) =>
      deniedBy.length === 0
        ? `rule \`${rule}\` answers \`${protocol}\` with \`${answer}\`, but Auth0 is not documented to hold a token back for MFA there, so the Action denies instead`
        : `rule \`${rule}\` answers \`${protocol}\` with \`${answer}\`, but whenever it binds, ${listed(deniedBy)} ${deniedBy.length === 1 ? 'denies' : 'deny'} the same request`,
    remedy: () => 'write `deny`, which is what happens, or change the other rules',
    source: STEP_UP,
  }),
}

const CANNOT_REQUIRE_MFA: readonly string[] = PROTOCOL_TABLE.filter(
  ([, flow, , , canRequireMfa]) => flow === 'no-browser' && !canRequireMfa,
).map(([name]) => name)

// None of these words has a space in it, so no acr value is taken for a scope and an audience.
function targetNames(rule: Rule): readonly string[] {
  return 'acr' in rule ? [rule.acr] : rule.scopes.map((scope) => `${scope} on ${rule.audience}`)
}

function rulesByTarget(rules: readonly Rule[]): ReadonlyMap<string, readonly Rule[]> {
  const names = new Set(rules.flatMap(targetNames))
  const byName = new Map<string, Rule[]>([...names].map((name) => [name, []]))
  for (const rule of rules) for (const name of targetNames(rule)) byName.get(name)?.push(rule)
  return byName
}

function placeOf({ policy, locate }: AuditContext, id: string | undefined) {
  return locate(['rules', policy.rules.findIndex((rule) => rule.id === id)])
}

type Level = 'usual' | 'low'
const LEVELS: readonly Level[] = ['usual', 'low']

function onConfidence({ requires, whenConfidenceIsLow }: Rule, level: Level): Requirement {
  return level === 'usual' ? requires : (whenConfidenceIsLow ?? requires)
}

function commonFactors(lists: readonly Requirement['factors'][]): 'some' | 'none' {
  const listed = lists.filter((list) => list !== 'any')
  const [first = [], ...rest] = listed
  if (listed.length === 0) return 'some'
  return first.some((factor) => rest.every((list) => list.includes(factor))) ? 'some' : 'none'
}

function answerOf({ withoutBrowser }: Rule, protocol: string): Answer {
  return withoutBrowser[protocol] ?? withoutBrowser.others
}

/** Whether a rule binds every login that another one binds, at every time. */
function bindsWhenever(rule: Rule, other: Rule): boolean {
  const { exceptions = [], reportUntilMs = 0 } = rule
  if (reportUntilMs > (other.reportUntilMs ?? 0)) return false
  return exceptions.every((exception) =>
    other.exceptions?.some(
      (same) => subjectOf(same) === subjectOf(exception) && same.untilMs >= exception.untilMs,
    ),
  )
}

function subjectOf(exception: NonNullable<Rule['exceptions']>[number]): string {
  return 'client' in exception ? `client ${exception.client}` : `org ${exception.organization}`
}

// From the last to the first, without those already found: of two equal rules the first one stays.
function shadowedRules(rules: readonly Rule[]) {
  const byTarget = rulesByTarget(rules)
  const found = new Map<Rule, readonly Rule[]>()
  for (const rule of rules.toReversed()) {
    const covering = targetNames(rule).map((target) =>
      byTarget
        .get(target)
        ?.find((other) => other !== rule && !found.has(other) && demandsAsMuch(other, rule)),
    )
    const by = covering.filter((other) => other !== undefined)
    if (by.length === covering.length) found.set(rule, [...new Set(by)])
  }
  return [...found].map(([rule, by]) => ({ rule, by })).toReversed()
}

/** Rules that let users enrol a factor which a denying rule takes, for something that no denying rule protects. */
function undoneDenials(rules: readonly Rule[]) {
  const byTarget = rulesByTarget(rules)
  const denials = rules.filter(({ whenNotEnrolled }) => whenNotEnrolled !== 'enroll')
  return rules.flatMap((rule) => {
    const isOpen = targetNames(rule).some(
      (target) =>
        !byTarget
          .get(target)
          ?.some((other) => denials.includes(other) && bindsWhenever(other, rule)),
    )
    if (denials.includes(rule) || !isOpen) return []
    const denying = denials.filter((other) => sharesFactorToEnrol(rule, other))
    return denying.length === 0 ? [] : [{ rule, denying }]
  })
}

// Low confidence takes no factor that `requires` does not. Email is enrolled by nobody: it is there or not.
function sharesFactorToEnrol(rule: Rule, other: Rule): boolean {
  const lists = [rule, other].map(({ requires: { factors } }) =>
    factors === 'any' ? factors : factors.filter((factor) => factor !== 'email'),
  )
  return commonFactors(lists) === 'some'
}

function demandsAsMuch(rule: Rule, other: Rule): boolean {
  const named = [rule, other].flatMap(({ withoutBrowser }) => Object.keys(withoutBrowser))
  return (
    bindsWhenever(rule, other) &&
    LEVELS.every((level) => isWithin(onConfidence(rule, level), onConfidence(other, level))) &&
    (rule.whenNotEnrolled !== 'enroll' || other.whenNotEnrolled === 'enroll') &&
    // `remove` and `challenge` are each other's neither more nor less.
    ['others', ...named].every((protocol) =>
      ['deny', answerOf(other, protocol)].includes(answerOf(rule, protocol)),
    )
  )
}

function isWithin(inner: Requirement, outer: Requirement): boolean {
  if (inner.maxAgeSeconds > outer.maxAgeSeconds) return false
  if (outer.factors === 'any') return true
  const { factors } = outer
  return inner.factors !== 'any' && inner.factors.every((factor) => factors.includes(factor))
}
