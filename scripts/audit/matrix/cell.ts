import type { Factor } from '../../../actions/step-up/policy.ts'
import {
  answerTo,
  KEPT_BY_MFA_API,
  situationsFor,
  type Answer,
  type Situation,
} from '../../policy/answer.ts'
import {
  commonFactors,
  type Circumstance,
  type Demand,
  type Period,
  type RuleStanding,
  type Standing,
} from '../../policy/effective.ts'
import { ageInWords } from '../../policy/age.ts'
import type { Flow } from '../../policy/flows.ts'
import { dayInWords, factorsInWords } from '../../policy/words.ts'

/** What becomes of a request for something protected, in lines that fit into a cell. */
export interface MatrixCell {
  readonly tone: Tone
  readonly says: readonly string[]
}

/**
 * The weakest that can happen. `open`: issued without MFA, or nobody can tell. `caution`: who has only a
 * password may set a factor up, or nobody can pass. `proven`: issued on an earlier MFA of the session.
 * `asked`: only after MFA. `safe`: not issued. `none`: there is no such request.
 */
export type Tone = (typeof WEAKEST_FIRST)[number]

const WEAKEST_FIRST = ['open', 'caution', 'proven', 'asked', 'safe', 'none'] as const

/** What stands in one circumstance, as the effective policy tells it. */
interface Stand {
  readonly stands: Standing
  readonly because: readonly RuleStanding[]
}

/** What stands at each confidence that the rules tell apart, in a period. */
interface Stretch {
  readonly period: Period
  readonly stands: readonly (Stand & Pick<Circumstance, 'confidence'>)[]
}

/** All factors that are on, by the names of the policy, or where not all are known, those that are off. */
export type FactorsOn = { readonly on: readonly string[] } | { readonly off: readonly string[] }

/** A cell as it stands for a while. */
export interface Phase extends MatrixCell {
  readonly fromMs: number
}

/** What stands in a flow from stretch to stretch. */
export function phasesOf(
  flow: Flow,
  stretches: readonly Stretch[],
  factors: FactorsOn,
): readonly Phase[] {
  return stretches.map(({ period, stands }) => ({
    fromMs: period.fromMs,
    ...atOnce(flow, stands, factors),
  }))
}

/** What stands at a moment, and from when on it is another. */
export function cellOf(phases: readonly Phase[], atMs: number): MatrixCell {
  const changes = phases.filter(({ says }, i) => i === 0 || !isSame(says, phases[i - 1]?.says))
  return {
    tone: phases[0]?.tone ?? 'none',
    says: changes.flatMap(({ fromMs, says }) =>
      fromMs <= atMs ? says : [`from ${dayInWords(fromMs)}: ${inLine(says)}`],
    ),
  }
}

/** The lines of a cell as one; what ends with a colon goes on. */
function inLine(says: readonly string[]): string {
  return says.join(', ').replaceAll(':,', ':')
}

function isSame(a: readonly string[], b: readonly string[] | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function atOnce(flow: Flow, stands: Stretch['stands'], factors: FactorsOn): MatrixCell {
  const cells = stands.map(({ confidence, ...stand }) => ({
    confidence,
    ...cellFor(flow, stand, factors),
  }))
  const [first, ...others] = cells
  if (first === undefined) return { tone: 'none', says: [] }
  if (others.every(({ says }) => isSame(says, first.says))) return first
  const says = cells.flatMap(({ confidence, says: lines }) => [CONFIDENCE[confidence], ...lines])
  return { tone: weakest(cells.map(({ tone }) => tone)), says }
}

const CONFIDENCE: Readonly<Record<Circumstance['confidence'], string>> = {
  any: 'any confidence:',
  high: 'medium or high confidence:',
  low: 'low confidence or none given:',
}

/** The weakest of several. */
export function weakest(tones: readonly Tone[]): Tone {
  return WEAKEST_FIRST.find((tone) => tones.includes(tone)) ?? 'none'
}

function cellFor(flow: Flow, { stands, because }: Stand, factors: FactorsOn): MatrixCell {
  const tone = toneOf(stands, flow.id === 'silent')
  switch (stands.kind) {
    case 'open':
      return openCell(because)
    case 'demand':
      return flow.id === 'silent'
        ? silentCell(stands.demands, tone)
        : browserCell(stands.demands, tone, factors)
    case 'mfa-required':
      return mfaRequiredCell(tone, challengeOf('any', factors))
    case 'removed':
      return {
        tone,
        says: ['scope removed', ...(stands.then === 'issued' ? [] : ['the rest: mfa_required'])],
      }
    case 'denied':
      return { tone, says: [DENIED[stands.why]] }
  }
}

function toneOf(stands: Standing, isSilent: boolean): Tone {
  return weakest(
    loginsFor(stands).map((login) => toneOfAnswer(answerTo(stands, login, isSilent), login)),
  )
}

/** How weak an answer to a login is. */
function toneOfAnswer(answer: Answer, { mfa, enrolled }: Situation): Tone {
  switch (answer.kind) {
    case 'issued':
      return mfa.length === 0 ? 'open' : 'proven'
    case 'mfa': {
      const isFree = answer.challenge === 'any' || answer.challenge.length === 0
      return isFree && enrolled.length === 0 ? 'caution' : 'asked'
    }
    case 'removed':
    case 'denied':
    case 'login-required':
      return 'safe'
  }
}

/** Logins that show all that a standing comes to: with MFA that just satisfies it, and a second older. */
export function loginsFor(stands: Standing): readonly Situation[] {
  return situationsFor([stands]).flatMap((login) =>
    login.mfa.length === 0
      ? [login]
      : [
          login,
          {
            ...login,
            mfa: login.mfa.map((each) => ({ ...each, ageSeconds: each.ageSeconds + 1 })),
          },
        ],
  )
}

const DENIED = {
  answer: 'denied',
  'cannot-wait-for-mfa': 'denied: nobody can be asked',
  'would-enrol': 'denied: asking could set up a factor',
  'no-common-factor': 'denied: rules share no factor',
} as const satisfies Record<Extract<Standing, { kind: 'denied' }>['why'], string>

function openCell(because: readonly RuleStanding[]): MatrixCell {
  if (because.length > 0 && because.every((each) => !each.binds && each.why === 'acr-on-refresh')) {
    return { tone: 'none', says: ['–'] }
  }
  const reasons = because.flatMap((each) =>
    each.binds || each.why === 'acr-on-refresh' ? [] : [each],
  )
  // It ends when the first of the rules begins to bind.
  const endMs = Math.min(...reasons.map(({ untilMs }) => untilMs))
  const ending = reasons.filter(({ untilMs }) => untilMs === endMs).map(({ why }) => UNTIL[why])
  return {
    tone: 'open',
    says: [ISSUED, ...[...new Set(ending)].map((words) => `${words} ${dayInWords(endMs)}`)],
  }
}

const UNTIL = { reported: 'not enforced until', exempt: 'exempt until' } as const

export const ISSUED = 'issued without MFA'

type Challenge =
  | { readonly kind: 'possible'; readonly by: string; readonly canEnrol: boolean }
  | { readonly kind: 'nobody'; readonly why: string }

function silentCell(demands: readonly Demand[], tone: Tone): MatrixCell {
  // Where the rules answer differently, the answer depends on which of them the session meets.
  const answers = new Set(
    demands.map(({ whenSilent }) => (whenSilent === 'remove' ? 'scope removed' : 'login_required')),
  )
  return { tone, says: [[...answers].toSorted().join(' or '), ...onSessionMfa(demands)] }
}

function browserCell(demands: readonly Demand[], tone: Tone, factors: FactorsOn): MatrixCell {
  const common = commonFactors(demands)
  const onSession = onSessionMfa(demands)
  // Of several demands the session may meet some, and then the others are asked for.
  if (common !== 'any' && common.length === 0) {
    return {
      tone,
      says: [
        'denied: rules share no factor',
        ...onSession,
        'or challenged, where earlier MFA meets some',
      ],
    }
  }
  const challenge = challengeOf(common, factors)
  if (challenge.kind === 'nobody') return { tone: 'caution', says: [challenge.why, ...onSession] }
  return {
    tone,
    says: [`challenged: ${challenge.by}`, ...onSession, withNone('who has none', tone, challenge)],
  }
}

// Who has none of these factors counts as having none: Auth0 would let them add one.
function mfaRequiredCell(tone: Tone, challenge: Challenge): MatrixCell {
  if (challenge.kind === 'nobody') return { tone: 'caution', says: [challenge.why] }
  const none = `who has no ${factorsInWords(KEPT_BY_MFA_API)}`
  return { tone, says: [`mfa_required: ${challenge.by}`, withNone(none, tone, challenge)] }
}

function withNone(who: string, tone: Tone, { canEnrol }: { readonly canEnrol: boolean }): string {
  if (tone !== 'caution') return `${who}: denied`
  return canEnrol ? `${who} may set one up` : `${who} cannot pass`
}

function challengeOf(common: 'any' | readonly Factor[], factors: FactorsOn): Challenge {
  if (common === 'any') {
    if (!('on' in factors)) return { kind: 'possible', by: 'any factor', canEnrol: true }
    const { on } = factors
    if (on.length === 0) return { kind: 'nobody', why: 'nobody can pass: no factor is on' }
    return { kind: 'possible', by: `any (${on.join(', ')})`, canEnrol: canEnrol(on) }
  }
  const off = common.filter((factor) =>
    'on' in factors ? !factors.on.includes(factor) : factors.off.includes(factor),
  )
  if (off.length === common.length)
    return { kind: 'nobody', why: `nobody can pass: ${areOff(off)}` }
  const usable = common.filter((factor) => !off.includes(factor))
  const isOff = off.length === 0 ? '' : ` (${areOff(off)})`
  return { kind: 'possible', by: factorsInWords(usable) + isOff, canEnrol: canEnrol(usable) }
}

// Auth0 has no enrolment for email.
function canEnrol(factors: readonly string[]): boolean {
  return factors.some((factor) => factor !== 'email')
}

function areOff(factors: readonly string[]): string {
  return `${factors.join(' and ')} ${factors.length === 1 ? 'is' : 'are'} off`
}

/** On which MFA of the session a request is issued at once; empty where one is asked for each time. */
function onSessionMfa(demands: readonly Demand[]): readonly string[] {
  if (demands.some(({ maxAgeSeconds }) => maxAgeSeconds === 0)) return []
  const [first, ...others] = demands
  const areAlike = others.every(({ factors }) => String(factors) === String(first?.factors))
  const each = demands.map(({ factors, maxAgeSeconds }) => {
    const age = `≤ ${ageInWords(maxAgeSeconds)}`
    return areAlike ? age : `by ${factorsInWords(factors)} ${age}`
  })
  return [`or issued on MFA ${each.join(' and ')}`]
}
