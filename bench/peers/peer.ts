/** One login, and whether it needs a challenge. */
export interface Question {
  readonly audience: string
  readonly scopes: readonly string[]
  readonly acrValues: readonly string[]
  /** Of the session's last MFA; {@link NO_MFA} where there was none. */
  readonly mfaAgeSeconds: number
  readonly needsChallenge: boolean
}

/** Older than any policy accepts. */
export const NO_MFA = Number.MAX_SAFE_INTEGER

/** One that can decide logins by a policy it was made with. */
export interface Peer {
  readonly name: string
  /** Whether it claims to decide such a login rightly. */
  knows(question: Question): boolean
  /** Puts a login into the form that it takes; what is returned decides it, each time anew. */
  prepare(question: Question): () => unknown
  /** @param answer what a decision has just answered, no promise */
  isChallenge(answer: unknown): boolean
}
