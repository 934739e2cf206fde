import { randomBytes } from 'node:crypto'
import type { PendingMfa } from '../action-runtime/messages.ts'
import { notEmulated } from '../not-emulated.ts'
import { taskOf } from '../mfa/task.ts'
import type { MfaTokenRecord, TokenFlow } from '../login/oidc-state.ts'
import type { Tenant } from '../tenant.ts'
import { GrantError, forbidden, notImplemented, badRequest } from './grant-error.ts'

/** Documented: an `mfa_token` lasts ten minutes. */
const LIFETIME_MS = 600_000

/** @returns the refusal of a flow that has come to a challenge, with the token that goes on with it */
export function mfaRequired(tenant: Tenant, flow: TokenFlow, mfa: PendingMfa): GrantError {
  if (flow.kind === 'ciba') {
    // The documentation does not tell whether the MFA API goes on with it.
    return notImplemented(notEmulated('MFA in a CIBA flow'))
  }
  const isExchange = flow.kind === 'token_exchange' || flow.kind === 'custom_token_exchange'
  if (isExchange && mfa.when === 'in-place') {
    // Documented as a "non-recoverable error"; which one is assumed.
    return forbidden(
      'access_denied',
      'challengeWith and enrollWith are not supported in a token exchange',
    )
  }
  if (flow.kind === 'custom_token_exchange' && flow.actor !== undefined) {
    // Documented, but for the code.
    return badRequest(NO_MFA_WITH_ACTOR)
  }
  if (flow.kind === 'custom_token_exchange' && flow.transaction.organization !== undefined) {
    // Documented as not supported; what is answered is assumed.
    return forbidden('access_denied', 'MFA is not supported in a token exchange of an organization')
  }
  return new GrantError(403, {
    error: 'mfa_required',
    error_description: 'Multifactor authentication required',
    mfa_token: newMfaToken(tenant, flow),
    ...requirementsOf(tenant, flow, mfa),
  })
}

const NO_MFA_WITH_ACTOR =
  'MFA is not supported using actor_token with the requested token exchange profile.'

function newMfaToken({ oidc: { mfaTokens }, now }: Tenant, flow: TokenFlow): string {
  for (const [token, { expiresAtMs }] of mfaTokens) {
    if (expiresAtMs + LIFETIME_MS <= now()) mfaTokens.delete(token)
  }
  const token = randomBytes(48).toString('base64url')
  mfaTokens.set(token, {
    flow,
    expiresAtMs: now() + LIFETIME_MS,
    association: undefined,
    challenges: new Map(),
    polls: [],
  })
  return token
}

/** Told where an Action has named the factors. */
function requirementsOf(tenant: Tenant, { transaction }: TokenFlow, mfa: PendingMfa): object {
  if (mfa.when === 'end-of-flow') return {}
  const task = taskOf(tenant, transaction, mfa)
  if (task.kind === 'impossible') return {}
  const factors = task.factors.map((type) => ({ type }))
  return { mfa_requirements: task.kind === 'enrol' ? { enroll: factors } : { challenge: factors } }
}

/**
 * @returns what an `mfa_token` goes on with
 * @throws GrantError 403 for one that is unknown, spent or expired
 */
export function findMfaToken({ oidc, now }: Tenant, token: string): MfaTokenRecord {
  const record = oidc.mfaTokens.get(token)
  if (record === undefined) throw malformedMfaToken()
  if (record.expiresAtMs <= now()) throw forbidden('expired_token', 'mfa_token is expired')
  return record
}

/** The same for a token that must be this client's. @throws GrantError 403 */
export function findMfaTokenOf(tenant: Tenant, clientId: string, token: string): MfaTokenRecord {
  const record = findMfaToken(tenant, token)
  if (record.flow.transaction.clientId !== clientId) throw malformedMfaToken()
  return record
}

function malformedMfaToken(): GrantError {
  return forbidden('invalid_grant', 'Malformed mfa_token')
}
