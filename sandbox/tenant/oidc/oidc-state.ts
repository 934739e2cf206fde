import type { Provider } from 'oidc-provider'
import type { Actor, TokenFlow } from '../grants/token-flow.ts'
import type { ProviderRecords } from './adapter.ts'
import type { RememberedBrowser } from './remembered-browser.ts'
import type { AuthenticationMethod, Transaction } from './transaction.ts'

/** What a browser session has proven; its cookie and its lifetime are oidc-provider's. */
export interface SessionRecord {
  readonly userId: string
  readonly createdAtMs: number
  methods: readonly AuthenticationMethod[]
}

/** What was decided when a grant was made and all its tokens carry. */
export interface GrantOutcome {
  readonly transaction: Transaction
  readonly scopes: readonly string[]
  /** a challenge was passed for this very grant */
  readonly hasMfa: boolean
  /** `gty` of the tokens; empty for those that have none */
  readonly grantType: string
  /** who acts for the user */
  readonly actor?: Actor | undefined
}

/** A request without a browser that waits for the MFA API. */
export interface MfaTokenRecord {
  readonly flow: TokenFlow
  readonly expiresAtMs: number
  /** the authenticator app that is being enrolled: its secret in Base32 */
  association: { readonly secret: string } | undefined
}

/** The authorization server's memory. It lives as long as the process. */
export interface OidcState {
  readonly records: ProviderRecords
  readonly transactions: Map<string, Transaction>
  readonly sessions: Map<string, SessionRecord>
  readonly outcomes: Map<string, GrantOutcome>
  readonly mfaTokens: Map<string, MfaTokenRecord>
  /** `client user audience` → the scopes that the user has consented to */
  readonly consents: Map<string, readonly string[]>
  /** by the value of the remember-browser cookie */
  readonly rememberedBrowsers: Map<string, RememberedBrowser>
  /** when what has expired is next looked for, in milliseconds since the epoch */
  nextSweepMs: number
  provider: Provider | undefined
}

export function newOidcState(): OidcState {
  return {
    records: new Map(),
    transactions: new Map(),
    sessions: new Map(),
    outcomes: new Map(),
    mfaTokens: new Map(),
    consents: new Map(),
    rememberedBrowsers: new Map(),
    nextSweepMs: 0,
    provider: undefined,
  }
}
