import { findUser } from '../find-user.ts'
import type { Verdict } from '../failure-limit.ts'
import { MAX_WRONG_CODES } from '../mfa/code-limit.ts'
import { taskOf, type MfaTask } from '../mfa/task.ts'
import { enrolledFactors, isIndependent, type ChallengeableFactor } from '../login/factors.ts'
import { logLogin } from '../login/login-log.ts'
import type { MfaTokenRecord } from '../login/oidc-state.ts'
import { passStep } from '../login/post-login.ts'
import type { Tenant } from '../tenant.ts'
import { GrantError, forbidden, requireParameters } from './grant-error.ts'
import { assumeUser, type GrantContext, type TokenResponse } from './grant.ts'
import { findMfaTokenOf } from './mfa-token.ts'
import { runFlow } from './token-flow.ts'

export interface CodeGrant {
  readonly factor: ChallengeableFactor
  /** the parameter that carries the code */
  readonly parameter: string
  /** what Auth0 says to a wrong code */
  readonly wrong: string
  readonly log: { readonly accepted: string; readonly wrong: string; readonly tooMany: string }
  /** Judges a code, which is spent when it is right. */
  readonly judge: (tenant: Tenant, record: MfaTokenRecord, code: string) => Verdict
}

/**
 * Goes on with a flow after its challenge has been passed. A token serves for one challenge: what an Action asks for
 * after it has a token of its own.
 *
 * @throws GrantError
 */
export async function passChallenge(
  tenant: Tenant,
  ctx: GrantContext,
  { factor, parameter, wrong, log, judge }: CodeGrant,
): Promise<TokenResponse> {
  const { params, client } = ctx.oidc
  requireParameters(params, 'mfa_token', parameter)
  const mfaToken = String(params.mfa_token)
  const record = findMfaTokenOf(tenant, client.clientId, mfaToken)
  const { transaction } = record.flow
  assumeUser(tenant, ctx, transaction.userId)
  requireFactor(tenant, record, factor)
  const verdict = judge(tenant, record, String(params[parameter]))
  switch (verdict) {
    case 'too-many':
      logLogin(tenant, { type: log.tooMany, transaction })
      throw new GrantError(429, {
        error: 'too_many_attempts',
        error_description: 'Too many failed codes. Wait for some minutes before retrying.',
      })
    case 'wrong':
      logLogin(tenant, { type: log.wrong, transaction })
      transaction.wrongCodes += 1
      if (transaction.wrongCodes >= MAX_WRONG_CODES) tenant.oidc.mfaTokens.delete(mfaToken)
      throw forbidden('invalid_grant', wrong)
    case 'accepted':
      logLogin(tenant, { type: log.accepted, transaction })
      tenant.oidc.mfaTokens.delete(mfaToken)
      transaction.wrongCodes = 0
      passStep(tenant, transaction, factor)
      return runFlow(tenant, ctx, record.flow)
  }
}

/** @returns what the user has to do for an `mfa_token` */
export function taskOfToken(tenant: Tenant, { flow: { transaction } }: MfaTokenRecord): MfaTask {
  const { pending } = transaction
  if (pending === undefined) throw new Error('an mfa_token without a challenge')
  return taskOf(tenant, transaction, pending.mfa)
}

/**
 * INVARIANT: a code passes only where its factor was asked for: neither another factor of the user nor one that was
 * enrolled without having been asked for will do.
 *
 * @throws GrantError 400
 */
export function requireFactor(
  tenant: Tenant,
  record: MfaTokenRecord,
  factor: ChallengeableFactor,
): void {
  if (record.association?.factor === factor) {
    requireFirstFactor(tenant, record)
    return
  }
  if (!challengeOfToken(tenant, record).includes(factor)) throw unsupportedChallengeType()
}

/** @returns the factors with which the user is challenged now @throws GrantError 400 for one who is to enrol first */
export function challengeOfToken(
  tenant: Tenant,
  record: MfaTokenRecord,
): readonly ChallengeableFactor[] {
  const task = taskOfToken(tenant, record)
  if (task.kind === 'enrol') {
    throw new GrantError(400, {
      error: 'association_required',
      error_description:
        'User does not have any authenticators enrolled. Enroll one with POST /mfa/associate.',
    })
  }
  if (task.kind === 'impossible') throw unsupportedChallengeType()
  return task.factors
}

export function unsupportedChallengeType(): GrantError {
  return new GrantError(400, {
    error: 'unsupported_challenge_type',
    error_description: 'User does not have any authenticator of a supported challenge type.',
  })
}

/** Of two who enrol at the same time the first wins: the other may be the one who only knows the password. */
function requireFirstFactor(tenant: Tenant, { flow: { transaction } }: MfaTokenRecord): void {
  const enrolled = enrolledFactors(tenant, findUser(tenant.store.state, transaction.userId))
  const hasFactor = enrolled.some(isIndependent)
  if (hasFactor && transaction.passedFactors.length === 0) {
    throw forbidden('access_denied', 'User is already enrolled.')
  }
}
