// One request for tokens, from its first Action to its last: what no two requests may share.
import { randomUUID } from 'node:crypto'
import type { PendingMfa, Runnable, TriggerResult } from '../action-runtime/messages.ts'
import { decidesMfa } from '../action-runtime/mfa.ts'

export interface AuthenticationMethod {
  readonly name: string
  /** ISO 8601 */
  readonly timestamp: string
  /** the factor, for `mfa` */
  readonly type?: string
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
  /** what the user may get of what was asked for, before any Action */
  readonly scopes: readonly string[]
  /** the fields of `event.transaction` that the request decides */
  readonly event: Readonly<Record<string, unknown>>
  /** `undefined` where there is no browser */
  readonly sessionUid: string | undefined
  /** a refresh: what `event.refresh_token` says */
  readonly refreshToken?: Readonly<Record<string, unknown>>
}

export interface Transaction extends TransactionRequest {
  readonly id: string
  /** those bound when the first of them ran: what is bound later is for later requests */
  actions: readonly Runnable[] | undefined
  /** index of the Action that runs next */
  nextAction: number
  changes: TokenChanges
  metadata: Readonly<Record<string, unknown>>
  mfaStepCount: number
  /** an Action has said whether there is to be MFA, so the policy of the tenant does not */
  isMfaDecided: boolean
  /** without a session: what the user has proven in this transaction */
  methods: readonly AuthenticationMethod[]
  /** the factors that were passed in this transaction */
  readonly passedFactors: string[]
  /** what the user must do before the next Action; each has an identity, so that an old form cannot answer it */
  pending: { readonly id: string; readonly mfa: PendingMfa } | undefined
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
    changes: { addedScopes: [], removedScopes: [], accessTokenClaims: {}, idTokenClaims: {} },
    metadata: {},
    mfaStepCount: 0,
    isMfaDecided: false,
    methods: [],
    passedFactors: [],
    pending: undefined,
    wrongCodes: 0,
    isDone: false,
  }
}

/** Adds to a transaction what one run of Actions has done. */
export function record(transaction: Transaction, result: TriggerResult): void {
  const { changes } = transaction
  const { addedScopes, removedScopes, customClaims } = result.accessToken
  transaction.nextAction += result.logs.length
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
