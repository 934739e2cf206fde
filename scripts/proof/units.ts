import type { Policy, Rule } from '../../actions/step-up/policy.ts'
import type { Division } from './choices.ts'
import { ALIKE, FURTHER_SCOPE, QUICK, WHOLE, type Focus } from './focus.ts'
import type { ReviewerInvariant } from './target.ts'
import { acrTarget, reviewerTarget, scopeTarget, type Target } from './target.ts'

/** A part of the exploration that one worker does in one go. */
export interface Unit {
  readonly target: Target
  /** The widest first: the next is made where a wide focus takes more cases than `limit`. */
  readonly attempts: readonly (readonly Focus[])[]
  readonly limit: number
  /** Of units that meet the same events in their widest focus: the protocols that this one takes there. */
  readonly protocols?: Division & {
    /** The number of the first of these units. */
    readonly sharedFrom: number
  }
  /** Whether it tries what only code can tell apart: its combinations are not those of the policy. */
  readonly isMore?: true
}

/**
 * `full` leaves no combination out, `whole` as few as its number of cases allows, `quick` is a look at what
 * one field alone can do, in every flow.
 */
export type Depth = 'full' | 'whole' | 'quick'

const ASSUMED = [
  'values of one class, such as two unknown protocols, are taken to be alike',
  'rules that differ in names only are explored whole once, and the others in part',
] as const

/** What a check could miss, for whoever relies on it. */
export function limitsOf(
  depth: Depth,
  left: 'nothing-out' | 'combinations-out',
): readonly string[] {
  if (depth === 'quick') {
    return [
      ...ASSUMED,
      'an outcome that needs two or more unusual fields at once is not looked for',
    ]
  }
  if (left === 'nothing-out') return ASSUMED
  return [
    ...ASSUMED,
    'where less than all combinations are decided, an outcome that needs more than two unusual fields at once is seen only where they are of one kind: of the request, of MFA, or of exceptions',
  ]
}

/** Cases that the widest attempts may take, all rules together, so that an audit ends within a minute. */
const CASES = 500_000

/**
 * Divides the exploration of a policy: as many parts as rules, scopes and reviewers' invariants ask for,
 * so that the cost grows in proportion to them. What is protected in one way (by rules that are the same
 * but for names) is explored whole once; the rest in the narrower foci that still tell what is demanded.
 */
export function planUnits(
  policy: Policy,
  invariants: readonly ReviewerInvariant[],
  depth: Depth,
): readonly Unit[] {
  const first = depth === 'quick' ? QUICK : WHOLE
  const protections = new Set<string>()
  const parts = policy.rules.flatMap((rule) => {
    const targets =
      'acr' in rule
        ? [acrTarget(policy, rule)]
        : rule.scopes.map((scope) => scopeTarget(policy, rule, scope))
    return targets.map((target, i) => {
      const protection = protectionOf(target, rule)
      const isNew = !protections.has(protection)
      protections.add(protection)
      if (isNew) return partOf(target, first)
      return partOf(target, i === 0 ? ALIKE : FURTHER_SCOPE)
    })
  })
  const reviewers = invariants.flatMap((invariant) =>
    invariant.scopes.map((scope) => partOf(reviewerTarget(policy, invariant, scope), first)),
  )
  const all = [...parts, ...reviewers]
  const widest = all.filter(({ attempts }) => attempts.length > 1).length
  const limit = depth === 'full' ? Infinity : CASES / Math.max(widest, 1)
  return divided(all).map((part) => ({ ...part, limit }))
}

// A scope and an acr value of one policy are told apart by the order of their classes alone, and where every
// combination is tried that order does not count.
function divided(parts: readonly Part[]): readonly Part[] {
  const keys = parts.map(({ target, attempts }) => {
    const { audience, scope, neighbour, acr, everyday, demands, exceptions, reportEnds } = target
    const classes = [audience, scope, neighbour, acr, everyday, demands, exceptions, reportEnds]
    return attempts.some(([focus]) => focus?.isDividedByProtocol) ? JSON.stringify(classes) : null
  })
  return parts.map((part, i) => {
    const every = keys.filter((key) => key !== null && key === keys[i]).length
    if (every < 2) return part
    const first = keys.slice(0, i).filter((key) => key === keys[i]).length
    return { ...part, protocols: { first, every, sharedFrom: keys.indexOf(keys[i] ?? null) } }
  })
}

type Part = Omit<Unit, 'limit' | 'isMore'>

function partOf(target: Target, attempts: Unit['attempts']): Part {
  const foci = attempts.map((each) =>
    each.filter((focus) => focus.name !== 'exceptions' || dependsOnTime(target)),
  )
  return { target, attempts: foci }
}

function dependsOnTime({ exceptions, reportEnds }: Target): boolean {
  return exceptions.length > 0 || reportEnds.length > 0
}

/** How a rule and those beside it protect something, without names. */
function protectionOf({ protectors }: Target, rule: Rule): string {
  const others = protectors.filter((other) => other !== rule)
  return JSON.stringify([contentOf(rule), others.map(contentOf).toSorted()])
}

function contentOf(rule: Rule): string {
  const { requires, whenConfidenceIsLow, withoutBrowser, whenNotEnrolled } = rule
  const { exceptions, reportUntilMs, whenSilent, cannotRemove } = rule
  const kind = 'acr' in rule ? 'acr' : 'scopes'
  return JSON.stringify([
    kind,
    requires,
    whenConfidenceIsLow,
    withoutBrowser,
    whenNotEnrolled,
    exceptions,
    reportUntilMs,
    whenSilent,
    cannotRemove,
  ])
}
