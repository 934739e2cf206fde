import type { AdapterPayload, Provider } from 'oidc-provider'
import type { Actor, Execution } from '../action-runtime/messages.ts'
import type { Message } from '../mfa/message.ts'
import type { AuthenticationMethod, Life, Transaction } from './transaction.ts'

/** What a browser session has proven; its cookie and its lifetime are oidc-provider's. */
export interface SessionRecord {
  readonly userId: string
  readonly createdAtMs: number
  methods: readonly AuthenticationMethod[]
  readonly life: Life
  /** `false`: its cookie ends with the browser */
  isPersistent: boolean
}

/** A browser that need not pass a challenge which allows it to be remembered. */
export interface RememberedBrowser {
  readonly userId: string
  readonly sinceMs: number
  usedMs: number
}

/** What oidc-provider keeps of one of its models. */
export interface ProviderRecord {
  readonly payload: AdapterPayload
  readonly expiresAtMs: number
}

/** A request for tokens without a browser: its transaction, and what it ends in. */
export type TokenFlow =
  | { readonly kind: 'password'; readonly transaction: Transaction }
  | {
      readonly kind: 'refresh_token'
      readonly transaction: Transaction
      readonly refreshToken: string
    }
  | { readonly kind: 'ciba'; readonly transaction: Transaction }
  | { readonly kind: 'token_exchange'; readonly transaction: Transaction; readonly actor: Actor }
  | {
      readonly kind: 'custom_token_exchange'
      readonly transaction: Transaction
      readonly actor: Actor | undefined
      /** documented: none comes of an exchange in which an actor takes part */
      readonly isRefreshable: boolean
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
  /** when its refresh token was last exchanged, in milliseconds since the epoch */
  refreshedAtMs?: number
}

/** A second factor on its way to be enrolled; `secret` is that of an authenticator app, in Base32. */
export type Association =
  | { readonly factor: 'otp'; readonly secret: string }
  | { readonly factor: 'phone' | 'email'; readonly message: Message }
  | { readonly factor: 'push-notification'; readonly secret: string; readonly message: Message }

export interface OutOfBandChallenge {
  readonly factor: 'phone' | 'email' | 'push-notification'
  readonly message: Message
}

/** A request without a browser that waits for the MFA API. */
export interface MfaTokenRecord {
  readonly flow: TokenFlow
  readonly expiresAtMs: number
  /** what is being enrolled, until its first code or its owner confirms it */
  association: Association | undefined
  /** the messages by which the user has been challenged */
  readonly challenges: Map<string, OutOfBandChallenge>
  /** when its out-of-band challenges have been asked for, in milliseconds since the epoch */
  polls: readonly number[]
}

/** A question to the device of a user whose tokens a client waits for. */
export interface DeviceQuestion {
  readonly transaction: Transaction
  readonly question: Message
  readonly expiresAtMs: number
  /** between two requests of the client */
  intervalSeconds: number
  /** before this time another request is too early, in milliseconds since the epoch */
  nextPollMs: number
}

/** The authorization server's memory. It lives as long as the process. */
export interface OidcState {
  /** by model and id; a restart of the sandbox logs everyone out */
  readonly records: Map<string, ProviderRecord>
  readonly transactions: Map<string, Transaction>
  readonly sessions: Map<string, SessionRecord>
  readonly outcomes: Map<string, GrantOutcome>
  readonly mfaTokens: Map<string, MfaTokenRecord>
  /** by `auth_req_id` */
  readonly deviceQuestions: Map<string, DeviceQuestion>
  /** `client user audience` → the scopes that the user has consented to */
  readonly consents: Map<string, readonly string[]>
  /** by the value of the remember-browser cookie */
  readonly rememberedBrowsers: Map<string, RememberedBrowser>
  /** the newest messages to users, oldest first */
  inbox: readonly Message[]
  /** the newest runs of Actions, oldest first */
  executions: readonly Execution[]
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
    deviceQuestions: new Map(),
    consents: new Map(),
    rememberedBrowsers: new Map(),
    inbox: [],
    executions: [],
    nextSweepMs: 0,
    provider: undefined,
  }
}
