// The one recovery code of a user: shown once, kept as a hash, replaced when it is used.
import { findUser } from '../find-user.ts'
import { randomInt } from 'node:crypto'
import { enabledFactors } from '../login/factors.ts'
import { hashPassword, isPassword } from '../password.ts'
import type { Tenant } from '../tenant.ts'
import { recoveryCodeLimit } from './code-limit.ts'
import { addMethod, methodsOf } from './methods.ts'

/** Documented: 24 alphanumeric characters; the examples are capital letters and digits. */
const LENGTH = 24
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ123456789'

/**
 * Documented: a recovery code is made with the first factor, where the tenant has switched it on.
 *
 * @returns the code, to be shown now or never; `undefined` where the user has one or is to have none
 */
export function firstRecoveryCode(tenant: Tenant, userId: string): string | undefined {
  const isWanted =
    enabledFactors(tenant).includes('recovery-code') &&
    methodsOf(tenant, userId, 'recovery-code').length === 0
  return isWanted ? newRecoveryCode(tenant, userId) : undefined
}

/** Gives a user a new recovery code in place of the old one. @returns the code, of which only a hash is kept */
export function newRecoveryCode(tenant: Tenant, userId: string): string {
  const code = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
  tenant.store.update((state) => {
    const user = findUser(state, userId)
    user.authentication_methods = user.authentication_methods.filter(
      ({ type }) => type !== 'recovery-code',
    )
  })
  addMethod(tenant, userId, { type: 'recovery-code', code_hash: hashPassword(code) })
  return code
}

export type RecoveryVerdict =
  | { readonly verdict: 'accepted'; readonly replacement: string }
  | { readonly verdict: 'wrong' }
  | { readonly verdict: 'too-many' }

/** Spends the user's recovery code; the one that replaces it is shown now or never. */
export function spendRecoveryCode(tenant: Tenant, userId: string, code: string): RecoveryVerdict {
  const limit = recoveryCodeLimit(tenant)
  if (limit.isReached(userId)) return { verdict: 'too-many' }
  const given = code.replace(/[\s-]/g, '').toUpperCase()
  const hash = methodsOf(tenant, userId, 'recovery-code')[0]?.['code_hash']
  if (given.length === LENGTH && typeof hash === 'string' && isPassword(hash, given)) {
    return { verdict: 'accepted', replacement: newRecoveryCode(tenant, userId) }
  }
  limit.add(userId)
  return { verdict: 'wrong' }
}
