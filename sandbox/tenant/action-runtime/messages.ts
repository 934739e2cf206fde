// What passes between the tenant and the worker that runs Actions. Everything is plain JSON.
import type { Secret } from '../state.ts'

export type Entrypoint = 'onExecutePostLogin' | 'onContinuePostLogin'

export interface DeployedAction {
  /**
   * identifies the code: module-level state lives as long as the instance of this version. Left out for a
   * draft, which is loaded for one execution alone
   */
  readonly versionId?: string
  readonly name: string
  readonly code: string
  readonly secrets: Readonly<Record<string, string>>
}

/** An Action at the version that a login runs. */
export type Runnable = Omit<DeployedAction, 'secrets'> & { readonly secrets: readonly Secret[] }

export interface TriggerExecution {
  readonly entrypoint: Entrypoint
  readonly actions: readonly DeployedAction[]
  readonly event: Readonly<Record<string, unknown>>
  readonly settings: MfaSettings
  /** what the Actions read from their clock, in milliseconds since the epoch; that of the machine if left out */
  readonly nowMs?: number
  /** left out where no Action has run before */
  readonly suspension?: Suspension
}

/** What the Actions before a suspension have left to those after it, beside the metadata in the event. */
export interface Suspension {
  /** challenge and enrol commands; with those to come a flow has at most four */
  readonly mfaStepCount: number
  readonly accessTokenClaims: Readonly<Record<string, unknown>>
  readonly idTokenClaims: Readonly<Record<string, unknown>>
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

export interface TriggerResult {
  /** `redirect` is the suspension by `api.redirect.sendUserTo` */
  readonly outcome: 'continue' | 'denied' | 'challenge' | 'redirect' | 'error'
  /** what the user would see: the text of a denial, of an uncaught error */
  readonly reason?: string
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
  /** the primary user that an Action set */
  readonly primaryUserId?: string
  /** the whole of `event.transaction.metadata` as the Actions have left it */
  readonly transactionMetadata: Readonly<Record<string, unknown>>
  /** challenge and enrol commands of the flow so far */
  readonly mfaStepCount: number
}
