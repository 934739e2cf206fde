import type { Policy } from '../../actions/step-up/policy.ts'
import type { Facts } from '../proof/facts.ts'
import { bind, type RuleBook } from '../proof/rule-book.ts'
import type { Target } from '../proof/target.ts'

/** Under what circumstances a request was made: what a change is told by. */
export interface Circumstance {
  /** A documented protocol, or `other`. */
  readonly protocol: string
  readonly flow: Facts['flow']
  /** The client or organization that an exception names; undefined for everybody else. */
  readonly subject: Subject | undefined
  /** Whether Auth0 assesses the login with medium or high confidence; undefined for a subject. */
  readonly isConfident: boolean | undefined
}

export type Subject = { readonly client: string } | { readonly organization: string }

/** @param target names the clients and organizations that matter */
export function circumstanceOf(facts: Facts, { exceptions }: Target): Circumstance {
  const named = exceptions.find((each) =>
    'client' in each ? each.client === facts.client() : each.organization === facts.organization(),
  )
  return {
    protocol: facts.protocol ?? 'other',
    flow: facts.flow,
    subject: named && subjectOf(named),
    isConfident: named ? undefined : facts.isConfident() === true,
  }
}

function subjectOf(named: Target['exceptions'][number]): Subject {
  return 'client' in named ? { client: named.client } : { organization: named.organization }
}

/** All that is protected of what a request asks for or may get; null where that cannot be read. */
export function namesAsked(
  book: RuleBook,
  facts: Facts,
  nowMs: number,
): ReadonlySet<string> | null {
  const binding = bind(book, facts, nowMs)
  if (binding === null) return null
  return new Set(
    [...binding.asked, ...binding.unasked].flatMap(([rule, scopes]) =>
      'acr' in rule ? [rule.acr] : [...scopes],
    ),
  )
}

/**
 * Whether all can be read that a change is told by. No event of Auth0's is otherwise; the Action denies
 * what it needs and cannot read, so which rules need it is no matter of the policy.
 */
export function isReadable(facts: Facts): boolean {
  const { isSilent, isDelegated, client, organization, mfa, enrolled, isConfident } = facts
  const reads = [isSilent, isDelegated, client, organization, mfa, enrolled, isConfident]
  return reads.every((read) => read() !== null)
}

/** Whether a request is one that people make every day, and not at the edge of what can be sent. */
export function isOrdinary(facts: Facts, { subject }: Circumstance): boolean {
  return (
    facts.isSilent() === false &&
    facts.isDelegated() === false &&
    areNamed(facts.scopes()) &&
    typeof facts.audience() === 'string' &&
    (facts.organization() === undefined || (subject !== undefined && 'organization' in subject))
  )
}

function areNamed(scopes: ReturnType<Facts['scopes']>): boolean {
  return scopes?.more !== 'unknown' || scopes.listed.length > 0
}

/** A policy whose rules bind everybody, to tell what a request touches. */
export function withoutExceptions({ rules }: Policy): Policy {
  return { rules: rules.map((rule) => ({ ...rule, exceptions: [] })) }
}
