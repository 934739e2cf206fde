import { findUser } from '../find-user.ts'
import { randomText, type Entity } from '../state.ts'
import type { Tenant } from '../tenant.ts'

/** As the Management API calls what a user has enrolled. */
export type MethodType =
  'totp' | 'recovery-code' | 'webauthn-roaming' | 'webauthn-platform' | 'phone' | 'email' | 'push'

/** @returns an authentication method with an identity, confirmed */
export function newMethod(type: string, fields: Entity, nowMs: number): Entity {
  return {
    id: `${type}|dev_${randomText(16)}`,
    type,
    ...fields,
    confirmed: true,
    created_at: new Date(nowMs).toISOString(),
  }
}

/** Gives a user an authentication method. */
export function addMethod(
  { store, now }: Tenant,
  userId: string,
  { type, ...fields }: Entity & { readonly type: MethodType },
): void {
  store.update((state) => {
    findUser(state, userId).authentication_methods.push(newMethod(type, fields, now()))
  })
}

/** @returns the confirmed methods of one type that a user has */
export function methodsOf({ store }: Tenant, userId: string, type: MethodType): readonly Entity[] {
  return findUser(store.state, userId).authentication_methods.filter(
    (method) => method['type'] === type && method['confirmed'] !== false,
  )
}

/** Notes on a method what its use has changed. */
export function noteUse(
  { store, now }: Tenant,
  userId: string,
  { method, fields }: { readonly method: Entity; readonly fields: Entity },
): void {
  store.update((state) => {
    const own = findUser(state, userId).authentication_methods.find(({ id }) => id === method['id'])
    if (own !== undefined) {
      Object.assign(own, fields, { last_auth_at: new Date(now()).toISOString() })
    }
  })
}
