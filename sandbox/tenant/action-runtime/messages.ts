// What passes between the tenant and the Actions that it runs. Everything can be cloned.
import type { Dependency, Secret } from '../state.ts'

/** The triggers whose Actions run here. */
export type Trigger = 'post-login' | 'credentials-exchange' | 'custom-token-exchange'

export type Entrypoint =
  | 'onExecutePostLogin'
  | 'onContinuePostLogin'
  | 'onExecuteCredentialsExchange'
  | 'onExecuteCustomTokenExchange'

export interface DeployedAction {
  /**
   * identifies the code: module-level state lives as long as the instance of this version. Left out for a
   * draft, which is loaded for one execution alone
   */
  readonly versionId?: string
  readonly name: string
  readonly code: string
  readonly secrets: Readonly<Record<string, string>>
  /** where its npm dependencies are installed; left out where it has none */
  readonly packages?: string
}

/** An Action at the version that a login runs. */
export type Runnable = Omit<DeployedAction, 'secrets' | 'packages'> & {
  readonly secrets: readonly Secret[]
  readonly dependencies: readonly Dependency[]
}

export interface TriggerExecution {
  /** of the first Action; those after it begin anew */
  readonly entrypoint: Entrypoint
  readonly actions: readonly DeployedAction[]
  readonly event: Readonly<Record<string, unknown>>
  readonly settings: MfaSettings
  /** what the Actions read from their clock, in milliseconds since the epoch; that of the machine if left out */
  readonly nowMs?: number
  /** left out where no Action has run before */
  readonly suspension?: Suspension
}

/** A value that the Actions of a trigger keep from run to run. */
export interface CacheRecord {
  readonly value: string
  /** milliseconds since the epoch */
  readonly expires_at: number
}

/** What the Actions of one trigger execution have asked for so far. It goes from instance to instance. */
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
  enabledMfa: EnabledMfa | undefined
  denial: { readonly reason: string; readonly code?: string } | undefined
  /** the words about a command that is not emulated, which end the login though the Action goes on */
  refusal: string | undefined
  redirectTo: string | undefined
  readonly session: LifeChanges
  readonly refreshToken: LifeChanges
  readonly recordedMethods: string[]
  readonly exchange: Exchange
  readonly cache: Map<string, CacheRecord>
}

/** What `api.multifactor.enable` has asked for. */
export interface EnabledMfa {
  readonly provider: string
  readonly allowRememberBrowser: boolean
}

/** Who acts for the user, and for whom that one acts in turn (RFC 8693, section 4.1). */
export interface Actor {
  readonly sub: string
  readonly act?: Actor
  readonly [property: string]: unknown
}

/** The user that an Action of a custom token exchange has found. */
export type ExchangedUser =
  | { readonly by: 'id'; readonly userId: string }
  | {
      readonly by: 'connection'
      readonly connection: string
      /** within the connection */
      readonly userId: string
      readonly profile: Readonly<Record<string, unknown>>
      /** if there is none yet */
      readonly isCreated: boolean
      /** the profile of one that there is */
      readonly isReplaced: boolean
    }

/** What the Action of a custom token exchange has found out about the subject token. */
export interface Exchange {
  user?: ExchangedUser
  /** its id or its name */
  organization?: string
  actor?: Actor
  isSubjectTokenInvalid?: boolean
}

/** What one instance of an Action is asked for. */
export interface ActionRun {
  readonly entrypoint: Entrypoint
  readonly event: Readonly<Record<string, unknown>>
  readonly flow: LoginFlow
  readonly nowMs: number
}

/** What an instance answers: the flow as the Action has left it, and what it threw. */
export interface ActionRunEnd {
  readonly flow: LoginFlow
  readonly error?: string
}

/** What the Actions before a suspension have left to those after it, beside the metadata in the event. */
export interface Suspension {
  /** challenge and enrol commands; with those to come a flow has at most four */
  readonly mfaStepCount: number
  readonly accessTokenClaims: Readonly<Record<string, unknown>>
  readonly idTokenClaims: Readonly<Record<string, unknown>>
  readonly enabledMfa?: EnabledMfa | undefined
}

/** What of the tenant decides whether a factor can be used. */
export interface MfaSettings {
  /** names as in `/guardian/factors` */
  readonly enabledFactors: readonly string[]
  /** the tenant setting `customize_mfa_in_postlogin_action` */
  readonly customizeMfaInPostLoginAction: boolean
}

export interface Command {
  readonly action: string
  /** as the Action wrote it, e.g. `api.multifactor.enable` */
  readonly command: string
  readonly arguments: readonly unknown[]
}

export interface ActionLog {
  readonly action: string
  readonly lines: readonly string[]
}

export interface FactorRequest {
  readonly type: string
  readonly options?: unknown
}

export interface MfaStep {
  readonly kind: 'challenge' | 'enroll'
  readonly factors: readonly FactorRequest[]
}

export type PendingMfa =
  | {
      readonly when: 'end-of-flow'
      readonly provider: string
      readonly allowRememberBrowser: boolean
    }
  | { readonly when: 'in-place'; readonly action: string; readonly steps: readonly MfaStep[] }

/** What Actions want of the session or of the refresh token. */
export interface LifeChanges {
  revocation?: { readonly reason: string; readonly preserveRefreshTokens: boolean }
  /** milliseconds since the epoch, the earliest that was asked for */
  expiresAtMs?: number
  idleExpiresAtMs?: number
  /** the whole of it as the Actions have left it */
  metadata?: Readonly<Record<string, string>>
  /** of a session */
  cookieMode?: 'persistent' | 'non-persistent'
}

/** A run of the Actions of a trigger, as it is kept for whoever wants to know. */
export interface Execution {
  readonly id: string
  readonly trigger: Trigger
  /** ISO 8601 */
  readonly startedAt: string
  readonly endedAt: string
  readonly result: TriggerResult
}

export interface TriggerResult {
  /** `redirect` is the suspension by `api.redirect.sendUserTo` */
  readonly outcome: 'continue' | 'denied' | 'challenge' | 'redirect' | 'error'
  /** what the user would see: the text of a denial, of an uncaught error */
  readonly reason?: string
  /** what the client of a denied credentials exchange or token exchange would see as the error */
  readonly code?: string
  /** under which the run is kept */
  readonly executionId?: string
  readonly commands: readonly Command[]
  readonly logs: readonly ActionLog[]
  readonly accessToken: {
    readonly addedScopes: readonly string[]
    readonly removedScopes: readonly string[]
    /** of the whole flow so far, as are those of the ID token */
    readonly customClaims: Readonly<Record<string, unknown>>
  }
  readonly idToken: { readonly customClaims: Readonly<Record<string, unknown>> }
  readonly mfa?: PendingMfa
  readonly redirect?: { readonly url: string }
  readonly session: LifeChanges
  readonly refreshToken: LifeChanges
  /** URLs of the custom methods that the user has passed */
  readonly recordedMethods: readonly string[]
  /** only of a custom token exchange */
  readonly exchange?: Exchange
  /** the whole of `event.transaction.metadata` as the Actions have left it */
  readonly transactionMetadata: Readonly<Record<string, unknown>>
  /** challenge and enrol commands of the flow so far */
  readonly mfaStepCount: number
  /** asked for, and due at the end of the flow */
  readonly enabledMfa: EnabledMfa | undefined
}
