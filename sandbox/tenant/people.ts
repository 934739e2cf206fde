// The users as whoever develops with them sees them: what they have enrolled, and the codes that they would read now.
import { Secret, TOTP } from 'otpauth'
import { screenOf } from './pages/mfa-screen.ts'
import type { Factor, Person } from './person.ts'
import type { Entity, User } from './state.ts'
import type { Tenant } from './tenant.ts'

/** @returns a user with the current codes, and without secrets */
export function personOf(tenant: Tenant, user: User): Person {
  return {
    user_id: user.user_id,
    ...text(user, 'email'),
    ...text(user, 'username'),
    isBlocked: user['blocked'] === true,
    factors: user.authentication_methods.map((method) => ({
      type: String(method['type']),
      ...text(method, 'name'),
      ...text(method, 'phone_number'),
      ...text(method, 'email'),
      ...codeOf(method, tenant.now()),
    })),
  }
}

/** The authenticator apps that a user is setting up at this moment, each with the code that is asked for. */
export function appsBeingSetUp(tenant: Tenant, { user_id: id }: Pick<User, 'user_id'>): Factor[] {
  return [...tenant.oidc.transactions.values()].flatMap((transaction) => {
    const screen = transaction.userId === id ? screenOf(transaction) : undefined
    if (screen?.name !== 'enrol-otp') return []
    const totp = { type: 'totp', totp_secret: screen.secret }
    return [{ type: 'totp', name: 'being set up', ...codeOf(totp, tenant.now()) }]
  })
}

function text<Name extends string>(entity: Entity, name: Name): Partial<Record<Name, string>> {
  const value = entity[name]
  return typeof value === 'string' ? ({ [name]: value } as Record<Name, string>) : {}
}

/** Of a secret that the Management API was given and that is none there is no code. */
function codeOf(
  { type, totp_secret: secret, last_counter: last = -1 }: Entity,
  timestamp: number,
): Pick<Factor, 'code' | 'isCodeUsed'> {
  if (type !== 'totp' || typeof secret !== 'string') return {}
  try {
    const totp = new TOTP({ secret: Secret.fromBase32(secret) })
    return {
      code: totp.generate({ timestamp }),
      ...(totp.counter({ timestamp }) <= Number(last) && { isCodeUsed: true }),
    }
  } catch {
    return {}
  }
}
