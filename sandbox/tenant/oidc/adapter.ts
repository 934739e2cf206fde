import type { Adapter, AdapterPayload } from 'oidc-provider'
import type { Tenant } from '../tenant.ts'
import { dropExpired } from './expiry.ts'

/** A device that goes on polling is to hear that its code has expired, not that there never was one. */
const DEVICE_GRACE_MS = 3_600_000

/** Documented: half a minute, whatever is configured; oidc-provider keeps them for a whole one. */
export const PUSHED_LIFETIME_SECONDS = 30

/** @returns the storage of one model of oidc-provider, in the tenant's memory */
export function newAdapter(tenant: Tenant, model: string): Adapter {
  const { records } = tenant.oidc
  const { now } = tenant
  const graceMs = model === 'DeviceCode' ? DEVICE_GRACE_MS : 0
  const key = (id: string): string => `${model}:${id}`

  function read(id: string): AdapterPayload | undefined {
    const record = records.get(key(id))
    if (record === undefined) return undefined
    if (record.expiresAtMs > now()) return record.payload
    records.delete(key(id))
    return undefined
  }

  function search(matches: (payload: AdapterPayload) => boolean): AdapterPayload | undefined {
    for (const [name, { payload }] of records) {
      if (name.startsWith(`${model}:`) && matches(payload)) {
        return read(name.slice(model.length + 1))
      }
    }
    return undefined
  }

  return {
    upsert: (id, payload, expiresIn) => {
      dropExpired(tenant)
      const lifetime = model === 'PushedAuthorizationRequest' ? PUSHED_LIFETIME_SECONDS : expiresIn
      const expiresAtMs = lifetime === undefined ? Infinity : now() + lifetime * 1_000 + graceMs
      records.set(key(id), { payload, expiresAtMs })
      return Promise.resolve()
    },
    find: (id) => Promise.resolve(read(id)),
    findByUid: (uid) => Promise.resolve(search((payload) => payload.uid === uid)),
    findByUserCode: (code) => Promise.resolve(search((payload) => payload.userCode === code)),
    consume: (id) => {
      const payload = read(id)
      // INVARIANT: of two exchanges at the same time, which have both found it unused, one succeeds.
      if (payload?.consumed !== undefined) return Promise.reject(alreadyUsed())
      if (payload !== undefined) payload.consumed = Math.floor(now() / 1_000)
      return Promise.resolve()
    },
    destroy: (id) => {
      records.delete(key(id))
      return Promise.resolve()
    },
    revokeByGrantId: (grantId) => {
      for (const [name, { payload }] of records) {
        if (payload.grantId === grantId) records.delete(name)
      }
      return Promise.resolve()
    },
  }
}

/** In the shape of oidc-provider's own errors, which it tells the client. */
function alreadyUsed(): Error {
  return Object.assign(new Error('invalid_grant'), {
    expose: true,
    statusCode: 400,
    error: 'invalid_grant',
    error_description: 'grant request is invalid',
  })
}
