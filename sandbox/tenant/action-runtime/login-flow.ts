import type {
  CacheRecord,
  LoginFlow,
  PendingMfa,
  TriggerExecution,
  TriggerResult,
} from './messages.ts'

/** @returns where an execution begins: with what a suspension has left, and nothing asked for */
export function newLoginFlow(
  { settings, event, suspension }: TriggerExecution,
  cache: ReadonlyMap<string, CacheRecord> = new Map(),
): LoginFlow {
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
    enabledMfa: suspension?.enabledMfa,
    denial: undefined,
    refusal: undefined,
    redirectTo: undefined,
    session: {},
    refreshToken: {},
    recordedMethods: [],
    exchange: {},
    cache: new Map(cache),
  }
}

export type Ending =
  | { readonly outcome: 'continue' }
  | { readonly outcome: 'denied'; readonly reason: string; readonly code?: string }
  | { readonly outcome: 'error'; readonly reason: string }
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
    session: flow.session,
    refreshToken: flow.refreshToken,
    recordedMethods: flow.recordedMethods,
    ...(Object.keys(flow.exchange).length === 0 ? {} : { exchange: flow.exchange }),
    transactionMetadata: Object.fromEntries(flow.transactionMetadata),
    mfaStepCount: flow.mfaStepCount,
    enabledMfa: flow.enabledMfa,
  }
}
