// The slice of Auth0's post-login `event` and `api` that the Action uses. Everything may be missing,
// and nothing is trusted to have the type documented here: request.ts checks each value it reads.
// Source: https://auth0.com/docs/actions/reference/post-login

export interface Method {
  readonly name?: string
  /** ISO 8601 */
  readonly timestamp?: string
  /** The factor, where `name` is `mfa`; documented in prose only (Customize MFA Selection). */
  readonly type?: string
}

export interface PostLoginEvent {
  readonly authentication?: {
    readonly methods?: readonly Method[]
    readonly riskAssessment?: { readonly confidence?: string }
  }
  readonly client?: {
    readonly client_id?: string
    readonly refresh_token?: {
      readonly policies?: readonly {
        readonly audience?: string
        readonly scope?: readonly string[]
      }[]
    }
  }
  readonly organization?: { readonly id?: string }
  readonly refresh_token?: {
    readonly resource_servers?: readonly { readonly audience?: string; readonly scopes?: string }[]
  }
  readonly request?: { readonly body?: { readonly audience?: string; readonly scope?: string } }
  readonly resource_server?: { readonly identifier?: string }
  readonly session?: { readonly actor?: unknown }
  readonly transaction?: {
    readonly acr_values?: readonly string[]
    readonly actor?: unknown
    readonly prompt?: readonly string[]
    readonly protocol?: string
    readonly requested_scopes?: readonly string[]
  }
  readonly user?: { readonly enrolledFactors?: readonly { readonly type?: string }[] }
}

export interface FactorSelector {
  readonly type: string
  readonly options?: { readonly otpFallback: boolean }
}

export interface PostLoginApi {
  readonly access: { deny(reason: string): unknown }
  readonly accessToken: {
    removeScope(scope: string): unknown
    setCustomClaim(key: string, value: unknown): unknown
  }
  readonly idToken: { setCustomClaim(key: string, value: unknown): unknown }
  readonly authentication: {
    challengeWithAny(factors: readonly FactorSelector[]): unknown
    enrollWithAny(factors: readonly FactorSelector[]): unknown
  }
  readonly multifactor: {
    enable(provider: 'any', options: { readonly allowRememberBrowser: boolean }): unknown
  }
}
