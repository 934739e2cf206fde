import type { PostLoginEvent } from '../../actions/step-up/event.ts'
import { FACTORS, type Policy, type Requirement, type Rule } from '../../actions/step-up/policy.ts'
import { ageInWords } from '../policy/age.ts'
import type { Change } from './change.ts'
import { exceptionChanges } from './exception-changes.ts'
import { BROWSER_PROTOCOL as BROWSER } from './protocols.ts'
import type { Question } from './question.ts'
import type { Reason } from './verdict.ts'

/** The changes worth trying on a login that came to nothing for a reason. */
export function changesOf(
  policy: Policy,
  { event, nowMs }: Question,
  reason: Reason,
): readonly Change[] {
  const { transaction, session, organization, resource_server: api } = event
  const rules = policy.rules.filter(
    (rule) => 'acr' in rule || api?.identifier === undefined || rule.audience === api.identifier,
  )
  const demands = rules.flatMap(({ requires, whenConfidenceIsLow }) => [
    requires,
    ...(whenConfidenceIsLow ? [whenConfidenceIsLow] : []),
  ])
  const isDelegated = session?.actor !== undefined || transaction?.actor !== undefined
  const changes = [
    ...(transaction?.protocol === BROWSER ? [] : [IN_A_BROWSER]),
    ...(transaction?.prompt === undefined ? [] : [WITHOUT_PROMPT]),
    ...(isDelegated ? [WITHOUT_ACTOR] : []),
    ...(organization === undefined ? [] : [WITHOUT_ORGANIZATION]),
    ...mfaChanges(demands, nowMs),
    ...FACTORS.map(enrolled),
    ...(rules.some((rule) => rule.whenConfidenceIsLow) ? [WITH_CONFIDENCE] : []),
    ...exceptionChanges(rules, nowMs),
    ...(reason === 'rules-disagree' && protectedOf(rules, event).length > 1
      ? listOf(transaction?.requested_scopes).map(without)
      : []),
  ]
  // Several rules may lead to the same one.
  return [...new Map(changes.map((change) => [change.words, change])).values()]
}

// Without the only one of them nothing is left that was worth asking for.
function protectedOf(rules: readonly Rule[], { transaction }: PostLoginEvent): readonly string[] {
  const things = new Set(rules.flatMap((rule) => ('acr' in rule ? [rule.acr] : rule.scopes)))
  return [...listOf(transaction?.requested_scopes), ...listOf(transaction?.acr_values)].filter(
    (each) => things.has(each),
  )
}

const IN_A_BROWSER: Change = {
  words: `ask in a browser (${BROWSER})`,
  apply: (event) => {
    const { scope } = event.request?.body ?? {}
    const scopes = typeof scope === 'string' ? scope.split(' ') : []
    event.transaction = { requested_scopes: scopes, ...event.transaction, protocol: BROWSER }
  },
}

const WITHOUT_PROMPT: Change = {
  words: 'ask without `prompt`',
  apply: ({ transaction }) => {
    delete transaction?.prompt
  },
}

const WITHOUT_ACTOR: Change = {
  words: 'let the user ask, and nobody for them',
  apply: ({ transaction, session }) => {
    delete transaction?.actor
    delete session?.actor
  },
}

const WITHOUT_ORGANIZATION: Change = {
  words: 'log in without the organization',
  apply: (event) => {
    delete event.organization
  },
}

const WITH_CONFIDENCE: Change = {
  words: 'be assessed with high confidence',
  apply: (event) => {
    event.authentication = { ...event.authentication, riskAssessment: { confidence: 'high' } }
  },
}

function mfaChanges(demands: readonly Requirement[], nowMs: number): readonly Change[] {
  return demands
    .filter(({ maxAgeSeconds }) => maxAgeSeconds > 0)
    .flatMap(({ factors, maxAgeSeconds }) =>
      (factors === 'any' ? ['any factor'] : factors).map((factor) =>
        mfa(factor, maxAgeSeconds, nowMs),
      ),
    )
}

function mfa(factor: string, maxAgeSeconds: number, nowMs: number): Change {
  const timestamp = new Date(nowMs - maxAgeSeconds * 1000).toISOString()
  return {
    words: `MFA by ${factor} at most ${ageInWords(maxAgeSeconds)} ago`,
    apply: (event) => {
      const methods = [
        ...listOf(event.authentication?.methods),
        { name: 'mfa', timestamp, type: factor },
      ]
      event.authentication = { ...event.authentication, methods }
    },
  }
}

function enrolled(type: string): Change {
  return {
    words: `set up ${type}`,
    apply: (event) => {
      event.user = { enrolledFactors: [...listOf(event.user?.enrolledFactors), { type }] }
    },
  }
}

function without(scope: string): Change {
  return {
    words: `leave out \`${scope}\``,
    apply: ({ transaction }) => {
      if (transaction === undefined) return
      transaction.requested_scopes = listOf(transaction.requested_scopes).filter(
        (each) => each !== scope,
      )
    },
  }
}

// An event may hold anything in the place of a list.
function listOf<T>(value: readonly T[] | undefined): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : []
}
