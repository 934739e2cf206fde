import type {
  Exception,
  Factor,
  Policy,
  Requirement,
  Rule,
  ScopeRule,
} from '../../actions/step-up/policy.ts'
import { answeredAs, canHoldBack, FLOWS, type Flow } from './flows.ts'

/**
 * What a policy comes to: for each thing that it protects and each circumstance, what stands and why. All
 * that is said of a policy is read from here, and the exhaustive check holds the bundle against it.
 *
 * Written from the documentation of the policy (README, descriptions of the schema); it shares no code with
 * the Action, so that a mistake in one of the two shows as a difference.
 */
export interface EffectiveThing {
  readonly protects: Protected
  /** All rules that protect it, in the order of the file. */
  readonly rules: readonly Rule[]
  readonly cells: readonly Cell[]
}

/** What a rule can protect. */
export type Protected =
  { readonly audience: string; readonly scope: string } | { readonly acr: string }

/** Under what a request is made, as far as the rules for a thing can tell it apart. */
export interface Circumstance {
  readonly flow: Flow
  readonly subject: Subject
  readonly period: Period
  /** Whether Auth0 assesses the login with medium or high confidence; `any` where no rule asks. */
  readonly confidence: 'any' | 'high' | 'low'
}

/** A client and an organization that exceptions name; undefined for everybody else. */
export interface Subject {
  readonly client?: string
  readonly organization?: string
}

/** Epoch milliseconds, `untilMs` not included. */
export interface Period {
  readonly fromMs: number
  readonly untilMs: number
}

export interface Cell extends Circumstance {
  readonly stands: Standing
  /** Of each rule of the thing whether it binds, and why it does not. */
  readonly because: readonly RuleStanding[]
}

/** What becomes of a request for a thing. */
export type Standing =
  /** No rule binds: issued without MFA. */
  | { readonly kind: 'open' }
  /** In a browser: the session has passed what is demanded, or is challenged now. */
  | { readonly kind: 'demand'; readonly demands: readonly Demand[] }
  /** Without a browser: answered with `mfa_required`; any factor will do. */
  | { readonly kind: 'mfa-required'; readonly whenNotEnrolled: 'enroll' | 'deny' }
  /** The login goes on without the scope, where another rule of it asks for MFA after that. */
  | { readonly kind: 'removed'; readonly then: 'issued' }
  | {
      readonly kind: 'removed'
      readonly then: 'mfa-required'
      readonly whenNotEnrolled: 'enroll' | 'deny'
    }
  | { readonly kind: 'denied'; readonly why: DenialReason }

export type DenialReason = 'answer' | 'cannot-wait-for-mfa' | 'would-enrol' | 'no-common-factor'

/** One MFA that has to be passed; of several, all. */
export interface Demand extends Requirement {
  readonly whenNotEnrolled: 'enroll' | 'deny'
  /** In a silent login the scope is removed, where Auth0 would answer `login_required`. */
  readonly whenSilent?: 'remove'
}

export type RuleStanding = { readonly rule: Rule } & (
  | { readonly binds: true }
  | { readonly binds: false; readonly why: 'reported' | 'exempt'; readonly untilMs: number }
  | { readonly binds: false; readonly why: 'acr-on-refresh' }
)

const ALWAYS: Period = { fromMs: -Infinity, untilMs: Infinity }

/** What the rules for a thing can tell requests apart by. */
export interface Dimensions {
  readonly clients: readonly string[]
  readonly organizations: readonly string[]
  readonly periods: readonly Period[]
  readonly confidences: readonly Circumstance['confidence'][]
}

/** Works out what a policy comes to. Equal things are worked out once: 1,000 scopes take milliseconds. */
export function effectivePolicy(policy: Policy): readonly EffectiveThing[] {
  const cellsByRules = new Map<string, readonly Cell[]>()
  const number = new Map(policy.rules.map((rule, i) => [rule, i]))
  return [...protectorsIn(policy).values()].map(({ protects, rules }) => {
    const key = rules.map((rule) => number.get(rule)).join()
    const cells = cellsByRules.get(key) ?? cellsOf(rules, dimensionsOf(rules))
    cellsByRules.set(key, cells)
    return { protects, rules, cells }
  })
}

/** A thing and the rules that protect it. */
export interface Protection {
  readonly protects: Protected
  readonly rules: readonly Rule[]
}

/** Everything that a policy protects, by {@link keyOf}, in the order of the file. */
export function protectorsIn({ rules }: Policy): ReadonlyMap<string, Protection> {
  const things = new Map<string, { protects: Protected; rules: Rule[] }>()
  for (const rule of rules) {
    for (const protects of new Map(thingsOf(rule).map((each) => [keyOf(each), each])).values()) {
      const thing = things.get(keyOf(protects)) ?? { protects, rules: [] }
      thing.rules.push(rule)
      things.set(keyOf(protects), thing)
    }
  }
  return things
}

/** What a rule protects. */
export function thingsOf(rule: Rule): readonly Protected[] {
  return 'acr' in rule ? [{ acr: rule.acr }] : scopesOf(rule)
}

function scopesOf({ audience, scopes }: ScopeRule): readonly Protected[] {
  return scopes.map((scope) => ({ audience, scope }))
}

/** A key that is the same for the same thing. */
export function keyOf(protects: Protected): string {
  return JSON.stringify('acr' in protects ? [protects.acr] : [protects.audience, protects.scope])
}

/** What several rules together tell requests apart by; of two policies, the common refinement. */
export function dimensionsOf(rules: readonly Rule[]): Dimensions {
  const exceptions = rules.flatMap((rule) => rule.exceptions ?? [])
  const unique = <T>(values: readonly T[]) => [...new Set(values)]
  const cuts = unique([
    ...exceptions.map(({ untilMs }) => untilMs),
    ...rules.flatMap(({ reportUntilMs }) => reportUntilMs ?? []),
  ]).toSorted((a, b) => a - b)
  return {
    clients: unique(exceptions.flatMap((each) => ('client' in each ? [each.client] : []))),
    organizations: unique(
      exceptions.flatMap((each) => ('organization' in each ? [each.organization] : [])),
    ),
    periods: [ALWAYS.fromMs, ...cuts].map((fromMs, i) => ({
      fromMs,
      untilMs: cuts[i] ?? ALWAYS.untilMs,
    })),
    confidences: rules.some((rule) => rule.whenConfidenceIsLow) ? ['high', 'low'] : ['any'],
  }
}

/** Every circumstance that dimensions can tell apart, each once. */
export function circumstancesOf(
  dimensions: Dimensions,
  flows: readonly Flow[] = FLOWS,
): readonly Circumstance[] {
  const { periods, confidences } = dimensions
  return subjectsOf(dimensions).flatMap((subject) =>
    flows
      .filter((flow) => exists(flow, subject))
      .flatMap((flow) =>
        periods.flatMap((period) =>
          confidences.map((confidence) => ({ flow, subject, period, confidence })),
        ),
      ),
  )
}

function subjectsOf({ clients, organizations }: Dimensions): readonly Subject[] {
  return [undefined, ...clients].flatMap((client) =>
    [undefined, ...organizations].map((organization) => ({
      ...(client !== undefined && { client }),
      ...(organization !== undefined && { organization }),
    })),
  )
}

// A token exchange of a named organization is one in an organization.
function exists({ id, isActing }: Flow, { organization }: Subject): boolean {
  return organization === undefined || isActing || id !== 'oauth2-token-exchange'
}

function cellsOf(rules: readonly Rule[], dimensions: Dimensions): readonly Cell[] {
  return circumstancesOf(dimensions).map((circumstance) => ({
    ...circumstance,
    ...standingIn(rules, circumstance),
  }))
}

/** What stands for a thing in a circumstance, given the rules that protect it. */
export function standingIn(
  rules: readonly Rule[],
  circumstance: Circumstance,
): Pick<Cell, 'stands' | 'because'> {
  const because = rules.map((rule) => ({ rule, ...bindingOf(rule, circumstance) }))
  const binding = because.filter(({ binds }) => binds).map(({ rule }) => rule)
  return { because, stands: combined(binding, circumstance) }
}

function bindingOf(rule: Rule, { flow, subject, period }: Circumstance) {
  const { reportUntilMs = -Infinity, exceptions = [] } = rule
  // Its ID token carries no `amr`, and the acr values would be those of the first login.
  if ('acr' in rule && flow.id === 'refresh-token')
    return { binds: false, why: 'acr-on-refresh' } as const
  if (period.fromMs < reportUntilMs) {
    return { binds: false, why: 'reported', untilMs: reportUntilMs } as const
  }
  const holding = exceptions
    .filter((exception) => period.fromMs < exception.untilMs && names(exception, subject))
    .map(({ untilMs }) => untilMs)
  if (holding.length === 0) return { binds: true } as const
  return { binds: false, why: 'exempt', untilMs: Math.max(...holding) } as const
}

function names(exception: Exception, { client, organization }: Subject): boolean {
  return 'client' in exception
    ? exception.client === client
    : exception.organization === organization
}

function combined(rules: readonly Rule[], { flow, confidence }: Circumstance): Standing {
  if (rules.length === 0) return { kind: 'open' }
  const demands = rules.map((rule) => ({
    ...demandOf(rule, confidence),
    ...(flow.id === 'silent' && rule.whenSilent && { whenSilent: rule.whenSilent }),
  }))
  const isBrowser = (flow.id === 'browser' || flow.id === 'silent') && !flow.isActing
  return isBrowser ? demandedInBrowser(demands) : answeredWithoutBrowser(rules, demands, flow)
}

/** `requires`, or `whenConfidenceIsLow` unless the login is assessed with medium or high confidence. */
export function demandOf(rule: Rule, confidence: Circumstance['confidence']): Demand {
  const { requires, whenConfidenceIsLow = requires, whenNotEnrolled = 'deny' } = rule
  const { factors, maxAgeSeconds } = confidence === 'low' ? whenConfidenceIsLow : requires
  return { factors: sorted(factors), maxAgeSeconds, whenNotEnrolled }
}

function sorted(factors: Requirement['factors']): Requirement['factors'] {
  return factors === 'any' ? factors : [...new Set(factors)].toSorted()
}

function demandedInBrowser(all: readonly Demand[]): Standing {
  const demands = strictest(all)
  const everyTime = demands.filter(
    ({ maxAgeSeconds, whenSilent }) => maxAgeSeconds === 0 && whenSilent === undefined,
  )
  const common = commonFactors(everyTime)
  return common !== 'any' && common.length === 0
    ? { kind: 'denied', why: 'no-common-factor' }
    : { kind: 'demand', demands }
}

/** Leaves out each demand that another one implies: whoever passes that one has passed it too. */
export function strictest(demands: readonly Demand[]): readonly Demand[] {
  return demands
    .filter(
      (demand, i) =>
        !demands.some((other, j) => implies(other, demand) && (j < i || !implies(demand, other))),
    )
    .toSorted(byText)
}

function implies(strict: Demand, loose: Demand): boolean {
  return (
    isWithin(strict.factors, loose.factors) &&
    strict.maxAgeSeconds <= loose.maxAgeSeconds &&
    strict.whenSilent === loose.whenSilent &&
    (strict.whenNotEnrolled === 'deny' || loose.whenNotEnrolled === 'enroll')
  )
}

/** Whether every factor of the first is one of the second. */
export function isWithin(inner: Demand['factors'], outer: Demand['factors']): boolean {
  if (outer === 'any') return true
  return inner !== 'any' && inner.every((factor) => outer.includes(factor))
}

/** The factors that satisfy all demands. */
export function commonFactors(demands: readonly Requirement[]): 'any' | readonly Factor[] {
  return demands.reduce<'any' | readonly Factor[]>((common, { factors }) => {
    if (common === 'any' || factors === 'any') return common === 'any' ? factors : common
    return common.filter((factor) => factors.includes(factor))
  }, 'any')
}

function byText(a: Demand, b: Demand): number {
  const [first, second] = [JSON.stringify(a), JSON.stringify(b)]
  return first < second ? -1 : first > second ? 1 : 0
}

function answeredWithoutBrowser(
  rules: readonly Rule[],
  demands: readonly Demand[],
  flow: Flow,
): Standing {
  const protocol = answeredAs(flow)
  const answers = rules.map(({ withoutBrowser }) =>
    protocol === undefined
      ? withoutBrowser.others
      : (withoutBrowser[protocol] ?? withoutBrowser.others),
  )
  if (answers.includes('deny')) return { kind: 'denied', why: 'answer' }
  const challenged = demands.filter((_, i) => answers[i] === 'challenge')
  // `mfa_required` cannot insist on a factor.
  const canWait = canHoldBack(flow) && challenged.every(({ factors }) => factors === 'any')
  if (challenged.length > 0 && !canWait) return { kind: 'denied', why: 'cannot-wait-for-mfa' }
  if (challenged.length === 0) return { kind: 'removed', then: 'issued' }
  const isDenied = challenged.some(({ whenNotEnrolled }) => whenNotEnrolled === 'deny')
  // A device login has a page, on which whoever has no factor that works is let set one up.
  if (isDenied && flow.id === 'oauth2-device-code') return { kind: 'denied', why: 'would-enrol' }
  const demanded = { whenNotEnrolled: isDenied ? 'deny' : 'enroll' } as const
  return challenged.length < rules.length
    ? { kind: 'removed', then: 'mfa-required', ...demanded }
    : { kind: 'mfa-required', ...demanded }
}
