import { hashPassword, isPassword } from './password.ts'
import { failureLimit } from './failure-limit.ts'
import { DATABASE } from './not-emulated.ts'
import type { User } from './state.ts'
import type { Tenant } from './tenant.ts'

export interface Credentials {
  /** email address or user name */
  readonly username: string
  readonly password: string
  /** the name of a connection, where the request chose one */
  readonly connection?: string | undefined
}

export type LoginVerdict =
  | { readonly verdict: 'accepted'; readonly user: User }
  | { readonly verdict: 'wrong'; readonly user: User | undefined }
  | { readonly verdict: 'too-many' }

/**
 * Documented: ten failures block a name until thirty days after the last, or until the password is changed.
 * The block is for one address; all that reaches the sandbox comes from the same one.
 *
 * @see https://auth0.com/docs/secure/attack-protection/brute-force-protection
 */
const loginLimit = failureLimit({ max: 10, forgetAfterMs: 30 * 24 * 60 * 60 * 1_000 })

/** Judges a name and a password. What it says, and how long it takes, does not tell whether there is such a user. */
export function checkPassword(tenant: Tenant, credentials: Credentials): LoginVerdict {
  const user = findLogin(tenant, credentials)
  const hash = user?.['password_hash']
  const limit = loginLimit(tenant)
  const key = JSON.stringify([credentials.username.trim().toLowerCase(), hash])
  if (limit.isReached(key)) return { verdict: 'too-many' }
  const isRight = isPassword(typeof hash === 'string' ? hash : DECOY, credentials.password)
  if (user === undefined || typeof hash !== 'string' || !isRight) {
    limit.add(key)
    return { verdict: 'wrong', user }
  }
  limit.clear(key)
  return { verdict: 'accepted', user }
}

const DECOY = hashPassword('nobody has this password')

function findLogin({ store }: Tenant, { username, connection }: Credentials): User | undefined {
  const name = username.trim().toLowerCase()
  const isName = (value: unknown): boolean =>
    typeof value === 'string' && value.toLowerCase() === name
  return store.state.users.find(
    (user) =>
      (isName(user['email']) || isName(user['username'])) &&
      user.identities.some(
        (own) =>
          own.provider === DATABASE && (connection === undefined || own.connection === connection),
      ),
  )
}
