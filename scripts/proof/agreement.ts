import { isHeldBack, type NamedFactor, type Outcome } from './outcome.ts'
import type { Expected, ExpectedMfa } from './reference.ts'
import type { RuleBook } from './rule-book.ts'

/**
 * Compares what the bundle did with what the policy says.
 * @returns what was expected, in words, where they differ
 */
export function disagreement(
  outcome: Outcome,
  expected: Expected,
  book: Pick<RuleBook, 'claim' | 'idTokenClaim'>,
): string | undefined {
  // A throw refuses the login, too, and has an invariant of its own.
  if (outcome.hasThrown) return undefined
  if (expected.kind === 'refused') return outcome.denial === undefined ? 'denied' : undefined
  const isSame =
    outcome.denial === undefined &&
    isSameSet(outcome.removed, expected.removed) &&
    outcome.added.length === 0 &&
    isSameMfa(outcome, expected.mfa) &&
    isSameClaim(outcome, expected, book.claim) &&
    isSameHeld(outcome, expected, book.idTokenClaim)
  return isSame ? undefined : describe(expected)
}

function isSameSet(given: readonly string[], wanted: readonly string[]): boolean {
  if (given.length === 0 || wanted.length === 0) return given.length === wanted.length
  const expected = new Set(wanted)
  return new Set(given).size === expected.size && given.every((each) => expected.has(each))
}

function isSameMfa(outcome: Outcome, wanted: ExpectedMfa): boolean {
  const { challenged, enrolled } = outcome
  if (wanted === 'none') return !isHeldBack(outcome)
  if (wanted === 'any') {
    return outcome.isMfaEnabled && challenged.length === 0 && enrolled.length === 0
  }
  return isSameFactors(challenged, wanted.challenge) && isSameFactors(enrolled, wanted.enroll)
}

function isSameFactors(given: readonly NamedFactor[], wanted: readonly string[]): boolean {
  const types = given.map(({ type }) => type)
  const takesOtp = given.some(({ hasOtpFallback }) => hasOtpFallback)
  return isSameSet(types, wanted) && (!takesOtp || wanted.includes('otp'))
}

function isSameClaim(
  { claims }: Outcome,
  { recorded }: Extract<Expected, { kind: 'answered' }>,
  claim: string | undefined,
): boolean {
  const [first, ...more] = claims
  if (recorded === undefined) return first === undefined
  const { time, factor } = (first?.value ?? {}) as { time?: unknown; factor?: unknown }
  return (
    more.length === 0 &&
    first?.name === claim &&
    time === Math.floor(recorded.atMs / 1000) &&
    factor === recorded.factor
  )
}

function isSameHeld(
  { idTokenClaims }: Outcome,
  { held }: Extract<Expected, { kind: 'answered' }>,
  claim: string | undefined,
): boolean {
  const [first, ...more] = idTokenClaims
  if (held.length === 0) return first === undefined
  const named = JSON.stringify(first?.value) === JSON.stringify(held)
  return more.length === 0 && first?.name === claim && named
}

function describe({
  removed,
  mfa,
  recorded,
  held,
}: Extract<Expected, { kind: 'answered' }>): string {
  const scopes = [...removed].map((scope) => `\`${scope}\``)
  const parts = [
    ...(scopes.length > 0 ? [`${scopes.join(' ')} removed`] : []),
    ...describeMfa(mfa),
    ...(recorded ? ['the MFA recorded in the claim'] : []),
    ...(held.length > 0 ? [`${held.join(', ')} named in the ID token`] : []),
  ]
  return parts.length > 0 ? parts.join(', ') : 'no call on `api`'
}

function describeMfa(mfa: ExpectedMfa): string[] {
  if (mfa === 'none') return []
  if (mfa === 'any') return ['MFA by any factor']
  const { challenge, enroll } = mfa
  return [
    ...(challenge.length > 0 ? [`MFA by ${challenge.join(' or ')}`] : []),
    ...(enroll.length > 0 ? [`enrolment of ${enroll.join(' or ')}`] : []),
  ]
}
