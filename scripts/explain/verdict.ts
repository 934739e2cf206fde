import type { Policy, Rule } from '../../actions/step-up/policy.ts'
import { answerTo, isMet, type Answer } from '../policy/answer.ts'
import {
  commonFactors,
  demandOf,
  protectorsIn,
  standingIn,
  type Circumstance,
  type Protection,
  type RuleStanding,
} from '../policy/effective.ts'
import type { ProvenMfa } from '../proof/facts.ts'
import type { Login } from './login.ts'

/** What a login comes to by the policy. */
export interface Verdict {
  readonly outcome: 'pass' | 'remove' | 'challenge' | 'deny'
  readonly reason: Reason
  /** The rule that decided, where one did. */
  readonly rule: Rule | undefined
  readonly removed: readonly string[]
  /** How MFA is asked for, where it is. */
  readonly answer: Answer
  /** Rules for what is asked for that do not bind this login. */
  readonly idle: readonly RuleStanding[]
  /** The MFA that the claim of the policy records. */
  readonly recorded: ProvenMfa | undefined
  /** The rules that the ID-token claim of the policy names. */
  readonly held: readonly Rule[]
}

export type Reason =
  | 'no-rule-applies'
  | 'reported'
  | 'exception'
  | 'mfa-fresh'
  | 'no-browser'
  | 'refresh-token'
  | 'scopes-unknown'
  | 'silent'
  | 'mfa-every-time'
  | 'mfa-missing'
  | 'mfa-too-old'
  | 'not-enrolled'
  | 'rules-disagree'
  | 'request-unreadable'

/** What a policy protects, arranged for look-ups. */
export interface Book {
  readonly policy: Policy
  readonly scopes: readonly ScopeProtection[]
  readonly acrs: ReadonlyMap<string, Protection>
}

interface ScopeProtection extends Protection {
  readonly protects: { readonly audience: string; readonly scope: string }
}

export function newBook(policy: Policy): Book {
  const all = [...protectorsIn(policy).values()]
  return {
    policy,
    scopes: all.filter((each): each is ScopeProtection => 'scope' in each.protects),
    acrs: new Map(
      all.flatMap((each) => ('acr' in each.protects ? [[each.protects.acr, each]] : [])),
    ),
  }
}

export const UNREADABLE: Verdict = {
  outcome: 'deny',
  reason: 'request-unreadable',
  rule: undefined,
  removed: [],
  answer: { kind: 'denied' },
  idle: [],
  recorded: undefined,
  held: [],
}

/** Whether a login asks for a protected scope, or its token may carry it unasked. */
export function touchOf(
  { audience, scope, cannotRemove }: ScopeOf,
  login: Login,
): 'asked' | 'unasked' | 'other-audience' | 'not-asked-for' {
  const { listed, more } = login.scopes
  // A login without a known audience may be for any of them.
  if (login.audience !== undefined && login.audience !== audience) return 'other-audience'
  if (listed.includes(scope)) return 'asked'
  if (more === 'all' && login.audience !== undefined) return 'asked'
  if (typeof more !== 'string' && !more.includes(scope)) return 'not-asked-for'
  // What an API of Auth0's own may give cannot be taken out, so it is as if it were asked for.
  if (!cannotRemove) return 'unasked'
  return login.hasNoApi ? 'not-asked-for' : 'asked'
}

interface ScopeOf {
  readonly audience: string
  readonly scope: string
  readonly cannotRemove: boolean
}

function touched({ scopes }: Book, login: Login): Record<'asked' | 'unasked', ScopeProtection[]> {
  const things: Record<'asked' | 'unasked', ScopeProtection[]> = { asked: [], unasked: [] }
  for (const thing of scopes) {
    const cannotRemove = thing.rules.some((rule) => rule.cannotRemove)
    const touch = touchOf({ ...thing.protects, cannotRemove }, login)
    if (touch === 'asked' || touch === 'unasked') things[touch].push(thing)
  }
  // In the order of the request: of several rules the first is named.
  const { listed } = login.scopes
  const placeOf = ({ protects }: ScopeProtection) =>
    listed.includes(protects.scope) ? listed.indexOf(protects.scope) : listed.length
  return { ...things, asked: things.asked.toSorted((a, b) => placeOf(a) - placeOf(b)) }
}

/** Works out what a login comes to from what the policy comes to. */
export function verdictOn(
  book: Book,
  login: Login,
  confidence: Circumstance['confidence'] = login.circumstance.confidence,
): Verdict {
  const here = { ...login, circumstance: { ...login.circumstance, confidence } }
  const { asked, unasked } = touched(book, login)
  const things = [...asked, ...login.acr.flatMap((value) => book.acrs.get(value) ?? [])]
  const { because } = standingIn(rulesOf(things), here.circumstance)
  const idle = because.filter(({ binds }) => !binds)
  const binding = because.filter(({ binds }) => binds).map(({ rule }) => rule)
  const decided = binding.length === 0 ? unbound(idle) : bound(binding, here)
  if (decided.outcome === 'deny') return { ...decided, removed: [], idle }

  const givesUp = (rule: Rule) => binding.includes(rule) && isGivenUp(rule, here)
  const withheld = asked.filter(({ rules }) => rules.some(givesUp))
  // Whatever would be done about them if they were asked for, they are not worth a challenge.
  const carried = unasked.filter(
    ({ rules }) => standingIn(rules, here.circumstance).stands.kind !== 'open',
  )
  const removed = [...new Set([...withheld, ...carried].map(({ protects }) => protects.scope))]
  if (decided.outcome !== 'pass' || removed.length === 0) return { ...decided, removed, idle }
  const isGiven = withheld.length > 0
  const rule = isGiven
    ? binding.find(givesUp)
    : rulesOf(carried).find((each) => standingIn([each], here.circumstance).stands.kind !== 'open')
  const reason = isGiven ? nobodyToAsk(here) : 'scopes-unknown'
  return { ...decided, outcome: 'remove', reason, rule, removed, idle }
}

/** Whether a rule that binds lets the login go on without what it protects. */
export function isGivenUp(rule: Rule, login: Login): boolean {
  const { stands } = standingIn([rule], login.circumstance)
  if (stands.kind !== 'demand') return stands.kind === 'removed'
  return stands.demands.some((demand) => demand.whenSilent) && !isMetBy(rule, login)
}

type Decided = Omit<Verdict, 'removed' | 'idle'>

function rulesOf(things: readonly Protection[]): readonly Rule[] {
  return [...new Set(things.flatMap((thing) => thing.rules))]
}

const NO_MFA = { recorded: undefined, held: [] } as const

function unbound(idle: readonly RuleStanding[]): Decided {
  const isBecause = (why: string) => idle.some((each) => !each.binds && each.why === why)
  const reason = isBecause('exempt')
    ? 'exception'
    : isBecause('reported')
      ? 'reported'
      : 'no-rule-applies'
  return { ...NO_MFA, outcome: 'pass', reason, rule: undefined, answer: { kind: 'issued' } }
}

function bound(binding: readonly Rule[], login: Login): Decided {
  const { circumstance, situation, isSilent } = login
  const standing = (rules: readonly Rule[]) => standingIn(rules, circumstance).stands
  const base = { reason: nobodyToAsk(login), ...NO_MFA } as const
  const refusing = binding.find((rule) => standing([rule]).kind === 'denied')
  if (refusing) return { ...base, outcome: 'deny', rule: refusing, answer: { kind: 'denied' } }
  const waiting = binding.filter((rule) => !isGivenUp(rule, login))
  if (waiting.length === 0) {
    return { ...base, outcome: 'remove', rule: binding[0], answer: { kind: 'removed' } }
  }

  const answer = answerTo(standing(waiting), situation, isSilent)
  if (answer.kind === 'issued') return { ...passed(waiting, login), answer }
  const unmet = isInBrowser(circumstance)
    ? waiting.filter((rule) => !isMetBy(rule, login))
    : waiting
  const [rule] = unmet
  if (answer.kind === 'denied') {
    const common = commonFactors(unmet.map((each) => demandOf(each, circumstance.confidence)))
    const reason = common !== 'any' && common.length === 0 ? 'rules-disagree' : 'not-enrolled'
    return { ...base, outcome: 'deny', reason, rule, answer }
  }
  if (!isInBrowser(circumstance) || rule === undefined) {
    return { ...base, outcome: 'challenge', rule, answer }
  }
  const reason = whyUnmet(rule, login)
  return { ...base, outcome: 'challenge', reason, rule, answer, held: waiting }
}

/** Whether a page can be shown, or could but for `prompt=none`. */
export function isInBrowser({ flow }: Circumstance): boolean {
  return (flow.id === 'browser' || flow.id === 'silent') && !flow.isActing
}

function nobodyToAsk({ circumstance }: Login): Reason {
  if (isInBrowser(circumstance)) return 'silent'
  return circumstance.flow.id === 'refresh-token' ? 'refresh-token' : 'no-browser'
}

/** Whether the session has an MFA that a rule accepts and that is young enough. */
export function isMetBy(rule: Rule, { circumstance, situation }: Login): boolean {
  return isMet(demandOf(rule, circumstance.confidence), situation)
}

function whyUnmet(rule: Rule, login: Login): Reason {
  const { maxAgeSeconds } = demandOf(rule, login.circumstance.confidence)
  if (maxAgeSeconds === 0) return 'mfa-every-time'
  return newestAccepted(rule, login) === undefined ? 'mfa-missing' : 'mfa-too-old'
}

function newestAccepted(rule: Rule, login: Login): ProvenMfa | undefined {
  const demand = demandOf(rule, login.circumstance.confidence)
  return login.mfa
    .filter(({ factor, atMs }) => {
      const ageSeconds = (login.nowMs - atMs) / 1000
      const lenient = { ...demand, maxAgeSeconds: Math.max(1, ageSeconds) }
      return isMet(lenient, { mfa: [{ factor, ageSeconds }], enrolled: [] })
    })
    .toSorted((a, b) => b.atMs - a.atMs)[0]
}

/** The rule whose MFA is the oldest decides how fresh the login is. */
function passed(rules: readonly Rule[], login: Login): Omit<Decided, 'answer'> {
  const [oldest] = rules
    .flatMap((rule) => {
      const mfa = newestAccepted(rule, login)
      return mfa === undefined ? [] : [{ rule, mfa }]
    })
    .toSorted((a, b) => a.mfa.atMs - b.mfa.atMs)
  const proven = { recorded: oldest?.mfa, held: rules }
  return { outcome: 'pass', reason: 'mfa-fresh', rule: oldest?.rule, ...proven }
}
