import { MAX_AGE_SECONDS, type ScopeRule } from '../policies.ts'
import { NO_MFA, type Question } from './peer.ts'

const FRESH_SECONDS = 60
const STALE_SECONDS = 2 * MAX_AGE_SECONDS
const RULES_ASKED = 8

/**
 * Logins over the whole of a policy: a protected scope on its audience, the same on another, everyday scopes
 * only, each without MFA, with a fresh and with a stale one.
 * @param requested how many scopes each login requests; a protected one comes last
 */
export function scopeQuestions(
  rules: readonly ScopeRule[],
  requested: number,
): readonly Question[] {
  const step = Math.max(1, Math.floor(rules.length / RULES_ASKED))
  return rules
    .filter((_rule, index) => index % step === 0)
    .flatMap(({ protects: { audience, scopes } }, index) => {
      const protectedScope = scopes[index % scopes.length] ?? ''
      const elsewhere = otherAudience(rules, audience)
      return [
        { audience, last: protectedScope, isProtected: true },
        { audience: elsewhere, last: protectedScope, isProtected: false },
        { audience, last: 'read:last', isProtected: false },
      ]
    })
    .flatMap(({ audience, last, isProtected }) =>
      [NO_MFA, FRESH_SECONDS, STALE_SECONDS].map((mfaAgeSeconds) => ({
        audience,
        scopes: [...everyday(requested - 1), last],
        acrValues: [],
        mfaAgeSeconds,
        needsChallenge: isProtected && mfaAgeSeconds > MAX_AGE_SECONDS,
      })),
    )
}

/** Logins that request an acr value, one that is protected or another. */
export function acrQuestions(acr: string): readonly Question[] {
  return [acr, 'urn:example:password'].flatMap((acrValue) =>
    [NO_MFA, FRESH_SECONDS, STALE_SECONDS].map((mfaAgeSeconds) => ({
      audience: 'https://api-0.example',
      scopes: ['openid'],
      acrValues: [acrValue],
      mfaAgeSeconds,
      needsChallenge: acrValue === acr && mfaAgeSeconds > MAX_AGE_SECONDS,
    })),
  )
}

function everyday(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `read:${i}`)
}

function otherAudience(rules: readonly ScopeRule[], audience: string): string {
  const other = rules.find(({ protects }) => protects.audience !== audience)
  return other?.protects.audience ?? 'https://other.example'
}
