import type { Account, AccountClaims } from 'oidc-provider'
import type { User } from '../state.ts'
import type { Tenant } from '../tenant.ts'

/** What each scope tells about a user, in the ID token and at the userinfo endpoint. */
export const CLAIMS_OF_SCOPE: ReadonlyMap<string, readonly string[]> = new Map([
  ['openid', ['sub']],
  ['profile', ['name', 'nickname', 'picture', 'given_name', 'family_name', 'updated_at']],
  ['email', ['email', 'email_verified']],
  ['phone', ['phone_number', 'phone_verified']],
])

/** @returns the account of a user as oidc-provider sees it; `undefined` for a user that is gone or blocked */
export function findAccount({ store }: Tenant, userId: string): Account | undefined {
  const user = store.state.users.find(({ user_id }) => user_id === userId)
  if (user === undefined || user['blocked'] === true) return undefined
  return { accountId: userId, claims: () => profileOf(user) }
}

/** Claims that are fields of the user. */
const OWN_CLAIMS = [
  'name',
  'given_name',
  'family_name',
  'email',
  'email_verified',
  'phone_number',
  'phone_verified',
  'picture',
]

/** @returns the claims of a user, of which the scopes select some */
function profileOf(user: User): AccountClaims {
  const claims: AccountClaims = {
    sub: user.user_id,
    nickname: user['nickname'] ?? String(user['email'] ?? user['name']).split('@')[0],
    updated_at: user['updated_at'],
  }
  for (const name of OWN_CLAIMS) {
    if (user[name] !== undefined) claims[name] = user[name]
  }
  return claims
}
