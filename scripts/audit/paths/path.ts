import type { Call } from '../../proof/run-bundle.ts'
import type { FlowKind } from './flows.ts'

/** What becomes of a request for something protected. */
export type PathOutcome =
  /** The token carries it at once; `proof` says what speaks for that. */
  | { readonly kind: 'issued'; readonly proof: 'none' | 'mfa' | 'exception' }
  | { readonly kind: 'challenged'; readonly factors: 'any' | readonly string[] }
  /** The user sets a factor up first. */
  | { readonly kind: 'enrols'; readonly factors: 'any' | readonly string[] }
  /** No page is shown in this flow, so the demand for MFA ends it. */
  | { readonly kind: 'login-required' }
  | { readonly kind: 'removed' }
  | { readonly kind: 'denied'; readonly reason: string }
  /** The Action throws, so there is no token. */
  | { readonly kind: 'failed' }
  /** Post-login does not run: only a client grant decides. `holders` are absent where grants were not seen. */
  | { readonly kind: 'no-action'; readonly holders?: readonly string[] }
  | { readonly kind: 'impossible' }

/** One way to ask for what is protected, and what the bundle made of it. */
export interface Path {
  readonly flow: string
  readonly title: string
  readonly kind: FlowKind | 'no-user'
  readonly outcome: PathOutcome
  readonly calls: readonly Call[]
}

/** What is protected by the same rules and fares alike in every flow. */
export type ProtectedPaths = {
  readonly rules: readonly string[]
  readonly paths: readonly Path[]
} & ({ readonly audience: string; readonly scopes: readonly string[] } | { readonly acr: string })
