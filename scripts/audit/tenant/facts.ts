/** What is known of one part of a tenant. */
export type Part<T> =
  | { readonly seen: 'all'; readonly value: T }
  /** The tenant may have more than these. */
  | { readonly seen: 'listed'; readonly value: T }
  /** `lacks` names the Management API scope for want of which it could not be read. */
  | { readonly seen: 'nothing'; readonly lacks?: string }

/** What the audit needs to know of a tenant; a field that is absent is not known. */
export interface TenantFacts {
  readonly source:
    | { readonly kind: 'tenant-file'; readonly file: string }
    | { readonly kind: 'tenant'; readonly domain: string }
  readonly resourceServers: Part<readonly ResourceServerFacts[]>
  readonly clients: Part<readonly ClientFacts[]>
  readonly clientGrants: Part<readonly ClientGrantFacts[]>
  /** Ids of organizations that exist, of those that the policy names. */
  readonly organizations: Part<readonly string[]>
  /** Enabled factors, by the names that Guardian has for them. */
  readonly enabledFactors: Part<readonly string[]>
  /** Factors that are known to be off; those not enabled are off too, where all enabled ones are known. */
  readonly disabledFactors?: readonly string[]
  readonly mfaPolicy: Part<'never' | 'always' | 'adaptive'>
  /** "Customize MFA Factors using Actions". */
  readonly customizeMfa: Part<boolean>
  /** `new` (Universal Login) or `classic`. */
  readonly loginExperience: Part<string>
  readonly ourAction: Part<OurAction>
  /** What is bound to post-login, in the order in which it runs. */
  readonly flow: Part<readonly FlowAction[]>
  /** Factors, MFA policies and other values of tenant settings that this audit does not know. */
  readonly unknownSettings?: readonly string[]
}

export interface ResourceServerFacts {
  readonly identifier: string
  /** Auth0's own, such as the Management API. */
  readonly isSystem: boolean
  readonly scopes: readonly string[]
  readonly signingAlg?: string
  readonly tokenDialect?: string
  /** Whether RBAC is on, without which no dialect adds permissions. */
  readonly enforcePolicies?: boolean
  readonly allowOfflineAccess?: boolean
  readonly allowOnlineAccess?: boolean
  readonly tokenLifetimeSeconds?: number
  readonly tokenLifetimeForWebSeconds?: number
  /** Which clients may ask for its scopes in the name of a user: `allow_all`, or as grants say. */
  readonly userAccess?: string
  /** Which clients may have its scopes without a user: `deny_all`, or as grants say. */
  readonly machineAccess?: string
  /** The id of an authentication policy of Auth0's own, where one is attached. */
  readonly builtInPolicy?: string
  /** Settings, or values of them, that this audit does not know. */
  readonly unknownSettings?: readonly string[]
}

export interface ClientFacts {
  readonly id?: string
  readonly name: string
  /** `spa` for a single-page app. */
  readonly appType?: string
  readonly grantTypes?: readonly string[]
  readonly isFirstParty?: boolean
  readonly isOidcConformant?: boolean
  /** What is switched on besides grant types, as `SETTING` or `SETTING: WHAT`. */
  readonly switches?: readonly string[]
  /** Settings, or values of them, that this audit does not know. */
  readonly unknownSettings?: readonly string[]
  /** Multi-resource refresh token policies. */
  readonly refreshPolicies?: readonly AudienceScopes[]
}

export interface ClientGrantFacts extends AudienceScopes {
  /** Absent for a grant to all third-party clients. */
  readonly clientId?: string
  /**
   * `client`: the client itself, without a user. `user`: the most it may ask for a user.
   * `anonymous_user`: whoever comes. Auth0 may have more.
   */
  readonly subject: string
  readonly allowsAllScopes: boolean
  /** Settings, or values of them, that this audit does not know. */
  readonly unknownSettings?: readonly string[]
}

export interface AudienceScopes {
  readonly audience: string
  readonly scopes: readonly string[]
}

/** An Action that is bound, as it is deployed. */
export interface FlowAction {
  readonly name: string
  readonly runtime: string
  readonly code: string
}

/** The Action of this package, known by the name that tenant.yaml gives it. */
export type OurAction = { readonly name: string } & (
  | { readonly state: 'missing' | 'not-deployed' }
  | { readonly state: 'deployed'; readonly runtime: string; readonly code: string }
  /** As the next deploy will make it. */
  | { readonly state: 'planned'; readonly runtime: string }
)

/** The value of a part as far as it was seen. */
export function known<T>(part: Part<T>): T | undefined {
  return part.seen === 'nothing' ? undefined : part.value
}
