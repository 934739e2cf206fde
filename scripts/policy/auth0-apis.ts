/**
 * The audiences of Auth0's own APIs by their path, as each domain of a tenant has them, with the scopes
 * that a user's token can carry there; undefined where they are not counted.
 * @see https://auth0.com/docs/manage-users/my-account-api
 * @see https://auth0.com/docs/manage-users/my-organization-api
 */
const SCOPES_BY_PATH: ReadonlyMap<string, readonly string[] | undefined> = new Map([
  [
    '/me',
    [
      'create:me:authentication_methods',
      'read:me:authentication_methods',
      'update:me:authentication_methods',
      'delete:me:authentication_methods',
      'read:me:factors',
      'create:me:connected_accounts',
      'read:me:connected_accounts',
      'delete:me:connected_accounts',
    ],
  ],
  ['/mfa', ['enroll', 'read:authenticators', 'remove:authenticators']],
  ['/my-org', undefined],
  ['/api/v2', undefined],
  ['/userinfo', undefined],
])

/** Whether a token for an audience is for an API of Auth0's own, where Actions cannot change scopes. */
export function isAuth0Api(audience: string): boolean {
  return SCOPES_BY_PATH.has(pathOf(audience))
}

/** The scopes of an API of Auth0's own, where they are known. */
export function auth0ScopesOf(audience: string): readonly string[] | undefined {
  return SCOPES_BY_PATH.get(pathOf(audience))
}

// Any host: a tenant has its canonical domain and custom ones.
function pathOf(audience: string): string {
  return /^https:\/\/[^/?#]+(\/[^?#]*?)\/?$/.exec(audience)?.[1] ?? ''
}
