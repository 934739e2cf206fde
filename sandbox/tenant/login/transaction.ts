// One request for tokens, from its first Action to its last: what no two requests may share.
import { randomUUID } from 'node:crypto'
import type { EnabledMfa, PendingMfa, Runnable, TriggerResult } from '../action-runtime/messages.ts'
import { decidesMfa } from '../action-runtime/mfa.ts'

export interface AuthenticationMethod {
  readonly name: string
  /** ISO 8601 */
  readonly timestamp: string
  /** the factor, for `mfa` */
  readonly type?: string
}

/** The HTTP request on which Actions run. */
export interface EventRequest {
  readonly method: string
  readonly ip: string
  readonly userAgent: string
  readonly query: Readonly<Record<string, unknown>>
  readonly body: Readonly<Record<string, unknown>>
}

/** How long a session or a refresh token lives, and what Actions have noted on it. */
export interface Life {
  /** milliseconds since the epoch */
  expiresAtMs?: number | undefined
  /** forgotten with the next use */
  idleExpiresAtMs?: number | undefined
  metadata: Readonly<Record<string, string>>
}

/** What the Actions have changed about the tokens so far. */
export interface TokenChanges {
  readonly addedScopes: readonly string[]
  readonly removedScopes: readonly string[]
  readonly accessTokenClaims: Readonly<Record<string, unknown>>
  readonly idTokenClaims: Readonly<Record<string, unknown>>
}

export interface TransactionRequest {
  readonly protocol: string
  readonly clientId: string
  readonly userId: string
  readonly connection: string
  readonly audience: string | undefined
  /** id of the organization through which the user logs in */
  readonly organization?: string | undefined
  /** what the user may get of what was asked for, before any Action */
  readonly scopes: readonly string[]
  /** the fields of `event.transaction` that the request decides */
  readonly event: Readonly<Record<string, unknown>>
  /** `undefined` where there is no browser */
  readonly sessionUid: string | undefined
  /** a refresh: what `event.refresh_token` says */
  readonly refreshToken?: Readonly<Record<string, unknown>>
  /** of the refresh tokens that come of it, or of the one that is exchanged */
  readonly refreshTokenLife?: Life
}

export interface Transaction extends TransactionRequest {
  readonly id: string
  /** those bound when the first of them ran: what is bound later is for later requests */
  actions: readonly Runnable[] | undefined
  /** index of the Action that runs next */
  nextAction: number
  /** how often Actions have been run */
  runs: number
  /** ids of those runs that are kept */
  executions: readonly string[]
  changes: TokenChanges
  metadata: Readonly<Record<string, unknown>>
  mfaStepCount: number
  /** asked for, and due when all Actions have run */
  enabledMfa: EnabledMfa | undefined
  /** an Action has said whether there is to be MFA, so the policy of the tenant does not */
  isMfaDecided: boolean
  /** without a session: what the user has proven in this transaction */
  methods: readonly AuthenticationMethod[]
  /** the factors that were passed in this transaction */
  readonly passedFactors: string[]
  /** what the user must do before the next Action; each has an identity, so that an old form cannot answer it */
  pending: { readonly id: string; readonly mfa: PendingMfa } | undefined
  /** the user is away, and comes back with this `state` */
  redirect: { readonly url: string; readonly state: string } | undefined
  /** the request with which the user has come back, until the Action has seen it */
  continuation: EventRequest | undefined
  readonly refreshTokenLife: Life
  wrongCodes: number
  /** set once all Actions have run and every challenge is passed */
  isDone: boolean
}

export function newTransaction(request: TransactionRequest): Transaction {
  return {
    ...request,
    id: randomUUID(),
    actions: undefined,
    nextAction: 0,
    runs: 0,
    executions: [],
    changes: { addedScopes: [], removedScopes: [], accessTokenClaims: {}, idTokenClaims: {} },
    metadata: {},
    mfaStepCount: 0,
    enabledMfa: undefined,
    isMfaDecided: false,
    methods: [],
    passedFactors: [],
    pending: undefined,
    redirect: undefined,
    continuation: undefined,
    refreshTokenLife: request.refreshTokenLife ?? { metadata: {} },
    wrongCodes: 0,
    isDone: false,
  }
}

/** Adds to a transaction what one run of Actions has done. */
export function record(transaction: Transaction, result: TriggerResult): void {
  const { changes } = transaction
  const { addedScopes, removedScopes, customClaims } = result.accessToken
  transaction.runs += 1
  if (result.executionId !== undefined) {
    transaction.executions = [...transaction.executions, result.executionId]
  }
  transaction.continuation = undefined
  // The Action that has sent the user away goes on when the user is back.
  transaction.nextAction += result.logs.length - (result.redirect === undefined ? 0 : 1)
  if (result.redirect !== undefined) {
    transaction.redirect = { url: result.redirect.url, state: randomUUID() }
  }
  // Documented: a challenge in its place overrides the one at the end.
  transaction.enabledMfa = result.outcome === 'redirect' ? result.enabledMfa : undefined
  transaction.metadata = result.transactionMetadata
  transaction.mfaStepCount = result.mfaStepCount
  transaction.isMfaDecided ||= decidesMfa(result)
  transaction.changes = {
    addedScopes: [
      ...changes.addedScopes.filter((scope) => !removedScopes.includes(scope)),
      ...addedScopes,
    ],
    removedScopes: [
      ...changes.removedScopes.filter((scope) => !addedScopes.includes(scope)),
      ...removedScopes,
    ],
    accessTokenClaims: customClaims,
    idTokenClaims: result.idToken.customClaims,
  }
}

/** @returns the scopes that the tokens of a finished transaction carry */
export function finalScopes({ scopes, changes }: Transaction): string[] {
  const wanted = new Set([...scopes, ...changes.addedScopes])
  return [...wanted].filter((scope) => !changes.removedScopes.includes(scope))
}
