import type { PostLoginEvent } from '../../actions/step-up/event.ts'
import type { Rule } from '../../actions/step-up/policy.ts'
import { compareAnswers, type Answer, type Verdict } from '../policy/answer.ts'
import { circumstancesOf, type Circumstance, type Protected } from '../policy/effective.ts'
import { nameOfFlow } from '../policy/flows.ts'
import { nameInWords } from '../policy/words.ts'
import { eventOf } from '../proof/event-of.ts'
import type { Kind } from './compare.ts'
import { answersOf, type LoadedSides } from './sides.ts'
import { momentOf } from './witness.ts'
import { answerInWords } from './words.ts'

/** What changes for requests that hold something which cannot be read. Auth0 sends none. */
export interface MalformedChange {
  readonly verdict: Exclude<Verdict, 'same'>
  /** Dotted, below `event`. */
  readonly fields: readonly string[]
  /** What is asked for, in words. */
  readonly asks: string
  readonly flows: readonly string[]
  readonly was: string
  readonly now: string
}

// Each is a field that a policy can depend on, and that Auth0 documents with another type than a number.
const FIELDS = [
  'transaction.requested_scopes',
  'transaction.acr_values',
  'transaction.prompt',
  'request.body.scope',
  'resource_server.identifier',
  'refresh_token.resource_servers',
  'client.refresh_token.policies',
  'authentication.methods',
  'user.enrolledFactors',
] as const
const NO_TEXT_AND_NO_LIST = 5

/** One flow of each kind: where scopes stand, and whether somebody can be challenged. */
const FLOW_IDS: readonly string[] = ['browser', 'refresh-token', 'oauth2-password', 'other']

/**
 * Runs both bundles on requests of which one field cannot be read, for each way to protect that there is.
 * Told is only what does not follow from a change for the same request with a field that can be read.
 */
export function malformedChanges(
  sides: LoadedSides,
  kinds: readonly Kind[],
  nowMs: number,
): readonly MalformedChange[] {
  const seen = differentKinds(kinds).flatMap((kind) =>
    requestsOf(kind).flatMap((request) =>
      circumstancesFor(kind, nowMs).flatMap((circumstance) =>
        changesOf(sides, { ...request, circumstance, nowMs }),
      ),
    ),
  )
  const overFlows = merge(seen, 'flows')
  return merge(overFlows, 'fields')
}

interface Asked {
  readonly protects: Protected
  /** In words. */
  readonly asks: string
}

function changesOf(
  sides: LoadedSides,
  request: Asked & { readonly circumstance: Circumstance; readonly nowMs: number },
): readonly MalformedChange[] {
  const { protects, asks, circumstance } = request
  const nowMs = momentOf(circumstance.period, request.nowMs)
  const of = { protects, isSilent: false }
  const whole = eventOf(protects, circumstance, { mfa: [], enrolled: ['otp'] }, nowMs)
  const told = compared(answersOf(sides, { event: whole, nowMs }, of))
  return FIELDS.flatMap((field) => {
    const event = withMalformed(whole, field)
    const answers = answersOf(sides, { event, nowMs }, of)
    const verdict = compared(answers)
    if (verdict === 'same' || verdict === told) return []
    const [was, now] = [answerInWords(answers.before), answerInWords(answers.after)]
    return { verdict, fields: [field], asks, flows: [nameOfFlow(circumstance.flow.id)], was, now }
  })
}

function compared({ before, after }: { readonly before: Answer; readonly after: Answer }): Verdict {
  return compareAnswers(before, after)
}

function merge(
  changes: readonly MalformedChange[],
  over: 'fields' | 'flows',
): readonly MalformedChange[] {
  const merged = new Map<string, MalformedChange>()
  for (const change of changes) {
    const key = JSON.stringify({ ...change, [over]: [] })
    const known = merged.get(key)
    const both = new Set([...(known?.[over] ?? []), ...change[over]])
    merged.set(key, { ...change, [over]: [...both] })
  }
  return [...merged.values()]
}

// What is done with a field that cannot be read hangs on the API and on what kinds of rules there are, not on
// their numbers.
function differentKinds(kinds: readonly Kind[]): readonly Kind[] {
  const shapes = new Map<string, Kind>()
  for (const kind of kinds) {
    const [was, is] = [kind.before, kind.after].map((rules) => rules.map(shapeOf).toSorted())
    const [first] = kind.protects
    const key = JSON.stringify(['acr' in first || first.audience, was, is])
    if (!shapes.has(key)) shapes.set(key, kind)
  }
  return [...shapes.values()]
}

function shapeOf({ requires, withoutBrowser, exceptions = [], ...rule }: Rule): string {
  return JSON.stringify([
    requires.factors === 'any',
    requires.maxAgeSeconds === 0,
    rule.whenConfidenceIsLow !== undefined,
    rule.whenNotEnrolled,
    Object.entries(withoutBrowser).toSorted(),
    exceptions.length > 0,
    rule.reportUntilMs !== undefined,
    rule.whenSilent,
    rule.cannotRemove,
  ])
}

// Of two APIs one may become stricter where the other becomes weaker, so the API is told.
function requestsOf({ protects: [first] }: Kind): readonly Asked[] {
  if ('acr' in first) return [{ protects: first, asks: nameInWords(first) }]
  const ofApi = (protects: Protected, name: string) => ({
    protects,
    asks: `${name} on \`${first.audience}\``,
  })
  return [
    ofApi(first, nameInWords(first)),
    ofApi({ ...first, scope: 'an-everyday-scope' }, 'an everyday scope'),
  ]
}

function circumstancesFor({ dimensions }: Kind, nowMs: number): readonly Circumstance[] {
  return circumstancesOf(dimensions).filter(
    ({ flow, subject, period }) =>
      FLOW_IDS.includes(flow.id) &&
      !flow.isActing &&
      Object.keys(subject).length === 0 &&
      period.fromMs <= nowMs &&
      period.untilMs > nowMs,
  )
}

function withMalformed(event: PostLoginEvent, path: string): object {
  const copy = structuredClone(event) as Record<string, unknown>
  const names = path.split('.')
  const last = names.pop() ?? ''
  let place = copy
  for (const name of names) {
    place[name] = { ...(place[name] as object | undefined) }
    place = place[name] as Record<string, unknown>
  }
  place[last] = NO_TEXT_AND_NO_LIST
  return copy
}
