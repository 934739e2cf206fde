import type { Aspect, Difference } from './change.ts'
import type { Profile } from './profile.ts'
import type { Standing } from './standing.ts'

type Tense = 'was' | 'is'

/** What one side does in one respect, to be read after `was` or `is`: "challenged at every request". */
export function wordsFor(
  aspect: Aspect,
  profile: Profile,
  { difference, tense }: { readonly difference: Difference; readonly tense: Tense },
): string {
  const standing = tense === 'was' ? difference.before : difference.after
  switch (aspect) {
    case 'protection':
      return protection(profile, difference, tense)
    case 'exception':
      return exception(profile, tense)
    case 'age':
      return age(profile, tense)
    case 'factors':
      return `${tense} satisfied by ${listOf(profile.factors)}`
    case 'enrolment':
      return `a user without a factor ${tense} ${answered(profile.withoutFactor ?? standing.kind)}`
    case 'answer':
      return `${tense} ${withoutBrowser(profile.answer ?? standing.kind)}`
    case 'claim':
      return `an earlier MFA ${tense} ${recorded(profile.claims)}`
    case 'edge':
      return `${tense} ${met(standing)}`
  }
}

function protection(profile: Profile, { circumstance }: Difference, tense: Tense): string {
  if (profile.freeUntilMs !== undefined) return `${tense} issued without MFA`
  if (circumstance.flow !== 'browser') return `${tense} ${withoutBrowser(profile.answer)}`
  return `${age(profile, tense)}${byFactors(profile)}`
}

function byFactors({ factors }: Profile): string {
  return factors === 'any' || factors.length === 0 ? '' : ` by ${listOf(factors)}`
}

function exception({ freeUntilMs }: Profile, tense: Tense): string {
  if (freeUntilMs === undefined) return `${tense} bound as everybody is`
  if (freeUntilMs === Infinity) return `${tense} exempt without end`
  // The last moment of an exemption is the one before the day on which it ends.
  return `${tense} exempt until ${new Date(freeUntilMs + 1).toISOString().slice(0, 10)}`
}

function age({ maxAgeSeconds }: Profile, tense: Tense): string {
  return maxAgeSeconds === 0
    ? `${tense} challenged at every request`
    : `${tense} content with an MFA of up to ${maxAgeSeconds} s`
}

function answered(kind: Standing['kind']): string {
  return kind === 'mfa' ? 'asked to enrol one' : kind
}

function withoutBrowser(kind: Standing['kind'] | undefined): string {
  switch (kind) {
    case 'mfa':
      return 'answered with `mfa_required`'
    case 'removed':
      return 'taken out of the token'
    case 'denied':
    case undefined:
      return 'denied'
    case 'free':
      return 'issued without MFA'
    case 'login-required':
      return 'answered with `login_required`'
  }
}

function recorded(claims: readonly string[]): string {
  return claims.length === 0
    ? 'recorded in no claim'
    : `recorded in ${claims.map((claim) => `\`${claim}\``).join(', ')}`
}

function met(standing: Standing): string {
  if (standing.kind !== 'mfa') return withoutBrowser(standing.kind)
  const { challenge, enroll, takesRememberedBrowser } = standing
  const parts = [
    ...(challenge === 'any' || challenge.length > 0 ? [`challenged for ${listOf(challenge)}`] : []),
    ...(enroll.length > 0 ? [`asked to enrol ${listOf(enroll)}`] : []),
    ...(takesRememberedBrowser ? ['content with a remembered browser'] : []),
  ]
  return parts.join(', ')
}

function listOf(factors: 'any' | readonly string[]): string {
  if (factors === 'any') return 'any factor'
  return factors.length === 0 ? 'no factor' : factors.join(' or ')
}
