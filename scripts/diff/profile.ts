import type { Outcome } from '../proof/outcome.ts'
import type { Facts } from '../proof/facts.ts'
import type { Standing } from './standing.ts'

/** What one side does with the ordinary requests of one circumstance, as far as it was seen. */
export interface Profile {
  /** The last time at which it asked for no MFA; Infinity where that does not end. */
  readonly freeUntilMs: number | undefined
  /** The age of the oldest MFA that was enough; 0 where each request is challenged. */
  readonly maxAgeSeconds: number
  /** The factors that it challenges with or enrols; empty where it asks for none. */
  readonly factors: 'any' | readonly string[]
  /** What it does with a user who has factors and no MFA yet. */
  readonly answer: Standing['kind'] | undefined
  /** What it does with a user who has no factor. */
  readonly withoutFactor: Standing['kind'] | undefined
  /** Names of the claims in which it records an MFA. */
  readonly claims: readonly string[]
}

interface Seen {
  readonly facts: Facts
  readonly nowMs: number
  readonly standing: Standing
  readonly outcome: Outcome
}

/** Watches runs to learn what a side does. */
export interface ProfileInTheMaking {
  see(run: Seen): void
  /** @param lastMs the last time at which anything was run */
  finish(lastMs: number): Profile
}

export function newProfile(): ProfileInTheMaking {
  let freeUntilMs: number | undefined
  let maxAgeMs = 0
  let takesAny = false
  const factors = new Set<string>()
  const claims = new Set<string>()
  let answer: Standing['kind'] | undefined
  let withoutFactor: Standing['kind'] | undefined

  return {
    see({ facts, nowMs, standing, outcome }) {
      for (const { name } of outcome.claims) claims.add(String(name))
      const [mfa, ...more] = facts.mfa() ?? []
      if (standing.kind === 'free') {
        if (mfa === undefined) freeUntilMs = Math.max(freeUntilMs ?? 0, nowMs)
        else if (more.length === 0) maxAgeMs = Math.max(maxAgeMs, nowMs - mfa.atMs)
      }
      if (standing.kind === 'mfa') {
        if (standing.challenge === 'any') takesAny = true
        else for (const each of demanded(standing)) factors.add(each)
      }
      if (mfa !== undefined) return
      if (facts.enrolled()?.length === 0) withoutFactor ??= standing.kind
      else answer ??= standing.kind
    },
    finish: (lastMs) => ({
      freeUntilMs: freeUntilMs === lastMs ? Infinity : freeUntilMs,
      maxAgeSeconds: Math.floor(maxAgeMs / 1000),
      factors: takesAny ? 'any' : [...factors].toSorted(),
      answer,
      withoutFactor,
      claims: [...claims].toSorted(),
    }),
  }
}

// Whoever has other factors passes one of them first, which by itself is not enough.
function demanded({ challenge, enroll }: Extract<Standing, { kind: 'mfa' }>): readonly string[] {
  return enroll.length > 0 || challenge === 'any' ? enroll : challenge
}
