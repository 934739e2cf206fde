import type { Policy, Rule } from '../../../actions/step-up/policy.ts'
import { ALIKE, FURTHER_SCOPE, QUICK, WHOLE, type Focus } from './focus.ts'
import type { ReviewerInvariant } from './reviewer-invariant.ts'
import { acrTarget, reviewerTarget, scopeTarget, type Target } from './target.ts'

/** A part of the exploration that one worker does in one go. */
export interface Unit {
  readonly target: Target
  readonly focus: Focus
}

/** `quick` is a look at what one field alone can do, in every flow; `whole` is the proof. */
export type Depth = 'whole' | 'quick'

const ASSUMED = [
  'values of one class, such as two unknown protocols, are taken to be alike',
  'rules that differ in names only are explored whole once, and the others in part',
] as const

/** What each depth could miss, for whoever relies on it. */
export const LIMITS: Readonly<Record<Depth, readonly string[]>> = {
  whole: [
    ...ASSUMED,
    'an outcome that needs three or more unusual fields at once is seen only where they are of one kind: of the request, of MFA, or of exceptions',
  ],
  quick: [...ASSUMED, 'an outcome that needs two or more unusual fields at once is not looked for'],
}

/**
 * Divides the exploration of a policy: as many parts as rules, scopes and reviewers' invariants ask for,
 * so that the cost grows in proportion to them. Rules of one kind (the same but for names) are explored
 * whole once; the others, and each further scope, in the narrower foci that still tell what they demand.
 */
export function planUnits(
  policy: Policy,
  invariants: readonly ReviewerInvariant[],
  depth: Depth,
): readonly Unit[] {
  const first = depth === 'whole' ? WHOLE : QUICK
  const kinds = new Set<string>()
  const rules = policy.rules.flatMap((rule) => {
    const isFirst = !kinds.has(kindOf(rule))
    kinds.add(kindOf(rule))
    return unitsOf(policy, rule, isFirst ? first : ALIKE)
  })
  const reviewers = invariants.flatMap((invariant) =>
    invariant.scopes.flatMap((scope) => withFoci(reviewerTarget(policy, invariant, scope), first)),
  )
  return [...rules, ...reviewers]
}

function unitsOf(policy: Policy, rule: Rule, foci: readonly Focus[]): Unit[] {
  if ('acr' in rule) return withFoci(acrTarget(policy, rule), foci)
  const [first, ...others] = rule.scopes
  if (first === undefined) return []
  return [
    ...withFoci(scopeTarget(policy, rule, first), foci),
    ...others.flatMap((scope) => withFoci(scopeTarget(policy, rule, scope), FURTHER_SCOPE)),
  ]
}

function withFoci(target: Target, foci: readonly Focus[]): Unit[] {
  return foci
    .filter((focus) => focus.name !== 'exceptions' || dependsOnTime(target))
    .map((focus) => ({ target, focus }))
}

function dependsOnTime({ exceptions, reportEnds }: Target): boolean {
  return exceptions.length > 0 || reportEnds.length > 0
}

function kindOf(rule: Rule): string {
  const { requires, whenConfidenceIsLow, withoutBrowser, whenNotEnrolled } = rule
  const { exceptions, reportUntilMs } = rule
  const kind = 'acr' in rule ? 'acr' : 'scopes'
  return JSON.stringify([
    kind,
    requires,
    whenConfidenceIsLow,
    withoutBrowser,
    whenNotEnrolled,
    exceptions,
    reportUntilMs,
  ])
}
