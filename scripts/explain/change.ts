/** A change of a login, in words and as a function of its event. */
export interface Change {
  readonly words: string
  readonly apply: (event: Loose) => void
}

/** An event that may be changed. */
interface Loose {
  transaction?: {
    protocol?: unknown
    prompt?: unknown
    actor?: unknown
    requested_scopes?: readonly string[]
  }
  session?: { actor?: unknown }
  request?: { body?: { scope?: unknown } }
  client?: { client_id?: unknown }
  organization?: { id?: unknown }
  authentication?: { methods?: readonly object[]; riskAssessment?: { confidence?: unknown } }
  user?: { enrolledFactors?: readonly object[] }
}
