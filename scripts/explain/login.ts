import { FACTORS } from '../../actions/step-up/policy.ts'
import type { Situation } from '../policy/answer.ts'
import type { Circumstance, Subject } from '../policy/effective.ts'
import { PROTOCOLS_WITHOUT_BROWSER, type Flow, type FlowId } from '../policy/flows.ts'
import { readFacts, type AskedScopes, type Facts, type ProvenMfa } from '../proof/facts.ts'
import type { Question } from './question.ts'

/** A login as a policy sees it. */
export interface Login {
  readonly circumstance: Circumstance
  readonly isSilent: boolean
  readonly situation: Situation
  readonly audience: string | undefined
  /** The token is for no API. */
  readonly hasNoApi: boolean
  readonly scopes: AskedScopes
  readonly acr: readonly string[]
  readonly mfa: readonly ProvenMfa[]
  readonly nowMs: number
  /** As Auth0 assesses the login. */
  readonly confidence: string | undefined
  /** `event.transaction.protocol`, where Auth0 documents none of this name. */
  readonly unknownProtocol: string | undefined
  /** False where something in the event is not of the documented type; it counts as missing here. */
  readonly isReadable: boolean
}

/** Reads a login from its event. */
export function readLogin({ event, nowMs }: Question): Login {
  const facts = readFacts(event)
  let isReadable = true as boolean
  const orMissing = <T>(value: T | null, missing: T): T => {
    if (value === null) isReadable = false
    return value ?? missing
  }
  const mfa = orMissing(facts.mfa(), [])
  const enrolled = orMissing(facts.enrolled(), [])
  const isSilent = orMissing(facts.isSilent(), false)
  const login = {
    circumstance: {
      flow: flowOf(facts, isSilent, orMissing(facts.isDelegated(), false)),
      subject: subjectOf(facts),
      period: { fromMs: nowMs, untilMs: nowMs },
      confidence: orMissing(facts.isConfident(), false) ? 'high' : 'low',
    },
    isSilent,
    situation: {
      mfa: mfa.map(({ factor, atMs }) => ({ factor, ageSeconds: (nowMs - atMs) / 1000 })),
      enrolled: FACTORS.filter((factor) => enrolled.includes(factor)),
    },
    audience: orMissing(facts.audience(), undefined),
    hasNoApi: orMissing(facts.hasNoApi(), false),
    scopes: orMissing(facts.scopes(), { listed: [], more: [] }),
    acr: orMissing(facts.acr(), []),
    mfa,
    nowMs,
    confidence: textOf(event.authentication?.riskAssessment?.confidence),
    unknownProtocol: facts.protocol === undefined ? textOf(event.transaction?.protocol) : undefined,
  } as const
  return { ...login, isReadable }
}

function flowOf(facts: Facts, isSilent: boolean, isActing: boolean): Flow {
  const { flow, protocol } = facts
  // Nobody who acts for a user can be shown a page, silent or not.
  if (flow === 'browser') return { id: isSilent && !isActing ? 'silent' : 'browser', isActing }
  if (flow === 'refresh-token') return { id: flow, isActing }
  if (protocol === undefined || !PROTOCOLS_WITHOUT_BROWSER.includes(protocol)) {
    return { id: 'other', isActing }
  }
  const isInOrganization = (facts.organization() ?? undefined) !== undefined
  return protocol === 'oauth2-token-exchange' && isInOrganization && !isActing
    ? { id: 'token-exchange-in-organization', isActing }
    : { id: protocol as FlowId, isActing }
}

// Names are compared and nothing else: what is no text is nobody's.
function subjectOf(facts: Facts): Subject {
  const [client, organization] = [facts.client(), facts.organization()]
  return {
    ...(typeof client === 'string' && { client }),
    ...(typeof organization === 'string' && { organization }),
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
