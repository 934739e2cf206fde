import type {
  ActionLog,
  Command,
  MfaSettings,
  MfaStep,
  PendingMfa,
  TriggerExecution,
  TriggerResult,
} from './messages.ts'

/** What the Actions of one trigger execution have asked for so far. */
export interface LoginFlow {
  readonly settings: MfaSettings
  readonly commands: Command[]
  readonly logs: ActionLog[]
  readonly addedScopes: Set<string>
  readonly removedScopes: Set<string>
  readonly accessTokenClaims: Map<string, unknown>
  readonly idTokenClaims: Map<string, unknown>
  readonly transactionMetadata: Map<string, unknown>
  /** challenges and enrolments of the Action that runs now */
  mfaSteps: MfaStep[]
  /** over all Actions; the fifth ends the transaction */
  mfaStepCount: number
  enabledMfa: { provider: string; allowRememberBrowser: boolean } | undefined
  denial: string | undefined
  redirectTo: string | undefined
  primaryUserId: string | undefined
}

/** @returns where an execution begins: with what a suspension has left, and nothing asked for */
export function newLoginFlow({ settings, event, suspension }: TriggerExecution): LoginFlow {
  const transaction = event['transaction'] as { metadata?: object } | undefined
  return {
    settings,
    commands: [],
    logs: [],
    addedScopes: new Set(),
    removedScopes: new Set(),
    accessTokenClaims: new Map(Object.entries(suspension?.accessTokenClaims ?? {})),
    idTokenClaims: new Map(Object.entries(suspension?.idTokenClaims ?? {})),
    transactionMetadata: new Map(Object.entries(transaction?.metadata ?? {})),
    mfaSteps: [],
    mfaStepCount: suspension?.mfaStepCount ?? 0,
    enabledMfa: undefined,
    denial: undefined,
    redirectTo: undefined,
    primaryUserId: undefined,
  }
}

export type Ending =
  | { readonly outcome: 'continue' }
  | { readonly outcome: 'denied' | 'error'; readonly reason: string }
  | { readonly outcome: 'challenge'; readonly mfa: PendingMfa }
  | { readonly outcome: 'redirect'; readonly redirect: { readonly url: string } }

/** @returns the whole result of an execution that ended with `ending` */
export function toResult(flow: LoginFlow, ending: Ending): TriggerResult {
  return {
    ...ending,
    commands: flow.commands,
    logs: flow.logs,
    accessToken: {
      addedScopes: [...flow.addedScopes],
      removedScopes: [...flow.removedScopes],
      customClaims: Object.fromEntries(flow.accessTokenClaims),
    },
    idToken: { customClaims: Object.fromEntries(flow.idTokenClaims) },
    transactionMetadata: Object.fromEntries(flow.transactionMetadata),
    mfaStepCount: flow.mfaStepCount,
    ...(flow.primaryUserId === undefined ? {} : { primaryUserId: flow.primaryUserId }),
  }
}
