import type { Policy, Rule } from '../../actions/step-up/policy.ts'
import { abridged } from '../report/abridged.ts'
import type { Division } from './choices.ts'
import {
  type ReviewerInvariant,
  acrTarget,
  reviewerTarget,
  scopeTarget,
  type Target,
} from './target.ts'
import type { Literals } from '../reading/literals.ts'
import type { WatchedCode } from './guard.ts'
import { moreFor, NO_LITERALS } from './more-values.ts'
import { CLOCK, PROTOCOL, REQUEST, REQUESTED_SCOPES } from './partition.ts'

/** What is explored: the code as it is shipped, and what it must do. */
export interface Subject {
  readonly code: string
  readonly policy: Policy
  readonly invariants: readonly ReviewerInvariant[]
  /** Now, in epoch milliseconds: it is tried at times around it. */
  readonly todayMs?: number
  /** What the code writes out, to be tried as a value wherever it can be met. */
  readonly literals?: Literals
  /** Those of them that no released engine has, which are tried two at a time. */
  readonly newLiterals?: Literals
  /** The same code, where it is to be noted which way it goes at each of its turns. */
  readonly watched?: WatchedCode
}

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
  /** Whether what it is about differs from what another unit explores in names only, so that less will do. */
  readonly isAlike?: true
  /** Whether it tries what only code can tell apart: its combinations are not those of the policy. */
  readonly isMore?: true
}

/**
 * `full` leaves no combination out, `whole` as few as its number of cases allows, `quick` is a look at what
 * one field alone can do, in every flow.
 */
export type Depth = 'full' | 'whole' | 'quick'

const MOST_NAMED = 3

/**
 * What a check could miss, for whoever relies on it, by what it really did.
 * @param isDone of a unit, by its number, whether its widest attempt ended before its limit of cases
 */
export function limitsOf(
  depth: Depth,
  units: readonly Unit[],
  isDone: (unit: number) => boolean,
): readonly string[] {
  const own = units.filter(({ isMore }) => isMore !== true)
  const alike = own.filter(({ isAlike }) => isAlike === true)
  const undecided = units.filter(({ attempts }, i) => attempts.length > 1 && !isDone(i))
  const rules = new Set(undecided.map(({ target }) => `\`${target.rule ?? 'an invariant'}\``))
  const pairs = units.flatMap(({ attempts }, i) => (attempts[0]?.[0] === MORE_PAIRS ? [i] : []))
  return [
    'values of one class, such as two unknown protocols, are taken to be alike',
    ...(alike.length === 0
      ? []
      : [
          `${alike.length} of ${own.length} protected things differ from another one in names only: that one is explored as far as told, and these in part`,
        ]),
    ...(depth === 'quick'
      ? ['an outcome that needs two or more unusual fields at once is not looked for']
      : []),
    ...(rules.size === 0
      ? []
      : [
          `of ${abridged([...rules], MOST_NAMED)} less than all combinations are decided: an outcome that needs more than two unusual fields at once is seen only where they are of one kind: of the request, of MFA, or of exceptions`,
        ]),
    ...(own.length === units.length ? [] : [moreInWords(pairs.length, pairs.every(isDone))]),
  ]
}

function moreInWords(pairs: number, areAllDone: boolean): string {
  const values =
    'values that only code can tell apart, such as other days and unusual names, are tried'
  if (pairs === 0) return `${values} one at a time`
  return `${values} one at a time, and those that the code writes out two at a time${areAllDone ? '' : ', as far as the number of cases allows'}`
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
      return { ...partOf(target, i === 0 ? ALIKE : FURTHER_SCOPE), isAlike: true as const }
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

/** Where nobody says what day it is. */
const SOME_DAY_MS = Date.UTC(2026, 6, 1, 9, 30)

/** Of a policy with many ways to protect something, the first ones: the code is the same for all. */
const TARGETS = 6
const CASES_OF_PAIRS = 400_000

/**
 * All parts of an exploration: what the policy can tell apart, and then what only code can. The same for
 * the same subject, wherever it is called.
 */
export function unitsOf(subject: Subject, depth: Depth): readonly Unit[] {
  const units = planUnits(subject.policy, subject.invariants, depth)
  const [first = []] = units.map(({ attempts }) => attempts)
  const whole = units.filter(({ attempts }) => attempts.length >= first.length)
  // A released engine was read: what no policy tells apart, it does not, either.
  const targets = subject.newLiterals === undefined ? 1 : TARGETS
  return [...units, ...whole.slice(0, targets).flatMap((unit) => more(unit, subject))]
}

function more({ target }: Unit, subject: Subject): readonly Unit[] {
  const { policy, todayMs = SOME_DAY_MS, literals = NO_LITERALS, newLiterals } = subject
  const unit = (focus: Focus, given: Parameters<typeof moreFor>[2]): Unit => ({
    target: { ...target, more: moreFor(policy, target, given) },
    attempts: [[focus]],
    limit: CASES_OF_PAIRS / TARGETS,
    isMore: true,
  })
  const single = unit(MORE, { todayMs, literals, variants: false, isBrief: false })
  if (newLiterals === undefined) return [single]
  const brief = { todayMs, literals: newLiterals, variants: true, isBrief: true }
  return [single, unit(MORE, brief), unit(MORE_PAIRS, brief)]
}

/** A region of the combinations: these fields together with each other, the rest as far as it costs. */
export interface Focus {
  readonly name: string
  /** How many classes of a field are combined with everything; one (the ordinary) if not named. */
  readonly free: ReadonlyMap<string, number>
  /** How many fields may be beyond their free classes at once. */
  readonly deviations: number
  /** Whether each request is also compared with itself and one more scope. */
  readonly comparesScopes: boolean
  /** Given up where it takes more cases than its unit may; the others have few enough by themselves. */
  readonly isWide?: true
  /** Whether units that meet the same events in it share them out by their protocols. */
  readonly isDividedByProtocol?: true
}

const ALL = Infinity
const EVERY_PROTOCOL = [PROTOCOL, ALL] as const

/** Every way to ask, in every flow: all places of scopes, other APIs, actors, with and without MFA. */
const REQUESTS: Focus = {
  name: 'requests',
  free: new Map([
    EVERY_PROTOCOL,
    [REQUESTED_SCOPES, ALL],
    [REQUEST, ALL],
    ['refresh_token', ALL],
    ['client.refresh_token', ALL],
    ['resource_server', 3],
    ['transaction.acr_values', 2],
    ['transaction.actor', 2],
    ['organization', 2],
    ['authentication.methods', 2],
  ]),
  deviations: 0,
  comparesScopes: true,
}

/** Every MFA of the session, with every set of enrolled factors, risk and prompt, in every flow. */
const PROOFS: Focus = {
  name: 'proofs',
  free: new Map([
    EVERY_PROTOCOL,
    ['authentication.methods', ALL],
    ['user', 5],
    ['authentication.riskAssessment', 3],
    ['transaction.prompt', 2],
  ]),
  deviations: 0,
  comparesScopes: false,
}

/** Every client, organization and time, in every flow, with and without scopes and MFA. */
const EXCEPTIONS: Focus = {
  name: 'exceptions',
  free: new Map([
    EVERY_PROTOCOL,
    [CLOCK, ALL],
    ['client.client_id', ALL],
    ['organization', ALL],
    [REQUESTED_SCOPES, 4],
    [REQUEST, 3],
  ]),
  deviations: 0,
  comparesScopes: true,
}

/** Every field at every class, all together: nothing is left out. */
const EVERYTHING: Focus = {
  name: 'everything',
  free: new Map(),
  deviations: ALL,
  comparesScopes: true,
  isWide: true,
  isDividedByProtocol: true,
}

/** Any three fields, whatever they are, at any of their classes, in every flow. */
const TRIPLES: Focus = {
  name: 'triples',
  free: new Map([EVERY_PROTOCOL]),
  deviations: 3,
  comparesScopes: false,
  isWide: true,
}

/** Any two fields, whatever they are, at any of their classes, in every flow. */
const PAIRS: Focus = {
  name: 'pairs',
  free: new Map([EVERY_PROTOCOL]),
  deviations: 2,
  comparesScopes: false,
}

/** Every flow, and on top of it any one field at any of its classes. */
const SINGLES: Focus = {
  name: 'singles',
  free: new Map([EVERY_PROTOCOL, [REQUEST, 3], [CLOCK, ALL]]),
  deviations: 1,
  comparesScopes: true,
}

/** The least that tells whether a scope is under its rule: every flow, fresh, stale and no MFA. */
const SAMPLE: Focus = {
  name: 'sample',
  free: new Map([
    EVERY_PROTOCOL,
    [REQUESTED_SCOPES, 4],
    [REQUEST, 4],
    ['authentication.methods', 3],
    ['user', 2],
  ]),
  deviations: 0,
  comparesScopes: false,
}

/** For the first rule of its kind: each where the one before takes too many cases. */
export const WHOLE: readonly (readonly Focus[])[] = [
  [EVERYTHING],
  [REQUESTS, PROOFS, EXCEPTIONS, TRIPLES],
  [PAIRS],
]
/** For a first look. */
export const QUICK: readonly (readonly Focus[])[] = [[SINGLES]]
/** For a rule that differs from an explored one in names only. */
export const ALIKE: readonly (readonly Focus[])[] = [[SINGLES, SAMPLE]]
/** For the other scopes of a rule. */
export const FURTHER_SCOPE: readonly (readonly Focus[])[] = [[SAMPLE]]

/** Each value that only code can tell from others, by itself and in every flow. */
export const MORE: Focus = {
  name: 'more values',
  free: new Map([
    [PROTOCOL, 20],
    [REQUEST, 2],
  ]),
  deviations: 1,
  comparesScopes: false,
}
/** Two such values at once, in the flows that most people use. */
export const MORE_PAIRS: Focus = {
  name: 'pairs of more values',
  free: new Map([[PROTOCOL, 2]]),
  deviations: 2,
  comparesScopes: false,
  isWide: true,
}

/** What no single unusual field brings about: grants of a refresh, and several MFA for several scopes. */
const REFRESHES: Focus = {
  name: 'refreshes',
  free: new Map([
    [PROTOCOL, 2],
    ['refresh_token', ALL],
    ['client.refresh_token', ALL],
    ['resource_server', 3],
    [REQUEST, 4],
    [REQUESTED_SCOPES, 3],
  ]),
  deviations: 0,
  comparesScopes: false,
}
const SEVERAL_PROOFS: Focus = {
  name: 'several proofs',
  free: new Map([
    [REQUESTED_SCOPES, 5],
    ['authentication.methods', ALL],
  ]),
  deviations: 0,
  comparesScopes: false,
}
const FEW_MORE: Focus = {
  name: 'few more values',
  free: new Map([[PROTOCOL, 2]]),
  deviations: 1,
  comparesScopes: false,
}
/** What takes every turn of a sound engine, with the policies of a rehearsal. */
export const REHEARSAL: readonly Focus[] = [SINGLES, REFRESHES, SEVERAL_PROOFS]
export const MORE_REHEARSAL: readonly Focus[] = [FEW_MORE]
