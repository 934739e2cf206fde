import { isAuth0Api } from '../policy/auth0-apis.ts'

/** What `init` looks at in a tenant. Texts have their keywords as they are written. */
export interface Found {
  /** What was read, in words. */
  readonly source: string
  readonly apis: readonly Api[]
  readonly actions: readonly FoundAction[]
  /** Names of the factors that are on; undefined where nothing says so. */
  readonly enabledFactors?: readonly string[]
  /** Names of the other sections that are there; `init` writes nothing of them. */
  readonly sections: readonly string[]
  /** Of the tenant, where what was read names it. */
  readonly domain?: string
  /** What could not be told, or not of every tenant alike, in sentences. */
  readonly remarks: readonly string[]
}

export interface Api {
  readonly name: string
  readonly identifier: string
  readonly scopes: readonly ApiScope[]
  readonly signingAlg?: string
  readonly tokenDialect?: string
  /** Whether it is one of Auth0's own. */
  readonly isAuth0s: boolean
  /** Whether all its scopes are known: those of a keyword without a value are not. */
  readonly hasAllScopes: boolean
}

export interface ApiScope {
  readonly value: string
  readonly description: string
}

export interface FoundAction {
  readonly name: string
  /** Undefined where it could not be read. */
  readonly code: string | undefined
  /** To post-login. */
  readonly isBound: boolean
  /** Whether it can be. */
  readonly isPostLogin: boolean
}

/** An entity in the names of the Management API. */
type Entity = Readonly<Record<string, unknown>>

/** A resource server as the Management API and auth0-deploy-cli have it. */
export function apiOf(entity: Entity): Api {
  const { scopes, signing_alg: signingAlg, token_dialect: tokenDialect } = entity
  const identifier = textIn(entity['identifier'])
  return {
    name: textIn(entity['name']) || identifier,
    identifier,
    isAuth0s: isAuth0Api(identifier.replace(/##[\w-]+##/g, 'keyword')),
    hasAllScopes: true,
    scopes: (Array.isArray(scopes) ? scopes : []).map((scope: Entity) => ({
      value: textIn(scope['value']),
      description: textIn(scope['description']),
    })),
    ...(typeof signingAlg === 'string' && { signingAlg }),
    ...(typeof tokenDialect === 'string' && { tokenDialect }),
  }
}

/** Whether an Action is for logins, by what it says of its triggers; where it says nothing, it may be. */
export function isForLogins(triggers: unknown): boolean {
  return !Array.isArray(triggers) || triggers.some(({ id }: Entity) => id === 'post-login')
}

/** A text, or nothing in its place. */
export function textIn(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
