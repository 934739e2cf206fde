// What a page of the login sees and answers; oidc/interactions.ts turns the one into the other.
import type { AuthenticationMethod, Transaction } from '../login/transaction.ts'
import type { Tenant } from '../tenant.ts'

export interface PageRequest {
  readonly uid: string
  /** parameters of the authorization request, with Auth0's names */
  readonly params: Readonly<Record<string, unknown>>
  readonly clientId: string
  /** who has logged in */
  readonly userId: string | undefined
  /** this page's own address, to which its form posts */
  readonly action: string
  /** `undefined` for GET */
  readonly form: URLSearchParams | undefined
  /** for the mfa and consent pages: the transaction that waits */
  readonly transaction: Transaction | undefined
  /** must come back with each form as field `csrf` */
  readonly csrf: string
}

export type PageOutcome =
  | { readonly kind: 'page'; readonly html: string; readonly status?: number }
  | { readonly kind: 'login'; readonly userId: string; readonly method: AuthenticationMethod }
  /** the pending challenge is passed or consent is given: go on */
  | { readonly kind: 'resume'; readonly rememberBrowser?: boolean }
  /** the id of an organization, or `PERSONAL_ACCOUNT` */
  | { readonly kind: 'organization'; readonly choice: string }
  /** such as `access_denied` */
  | { readonly kind: 'abort'; readonly error: string; readonly description: string }

export type PageHandler = (
  tenant: Tenant,
  request: PageRequest,
) => PageOutcome | Promise<PageOutcome>
