// The MFA API beside its grants: what a user can be challenged with, and how a first authenticator is added.
import { ok, type Reply, type TenantRequest } from '../http.ts'
import { firstRecoveryCode } from '../mfa/recovery-code.ts'
import { addressOf, askDevice, sendCode } from '../mfa/out-of-band.ts'
import type { Message } from '../mfa/message.ts'
import type { MfaTokenRecord, OutOfBandChallenge } from '../login/oidc-state.ts'
import { splitScope } from '../login/resource-servers.ts'
import type { Route } from '../router.ts'
import type { Tenant } from '../tenant.ts'
import { authenticateClient, readParameters } from './client-authentication.ts'
import { requireParameters, unauthorized } from './grant-error.ts'
import { associateAuthenticator, tooManyMessages } from './mfa-associate.ts'
import { authenticatorsOf, type Authenticator } from './mfa-authenticators.ts'
import { challengeOfToken, unsupportedChallengeType } from './mfa-challenge.ts'
import { findMfaToken, findMfaTokenOf } from './mfa-token.ts'

export const MFA_ROUTES: readonly Route[] = [
  { method: 'POST', path: '/mfa/challenge', handler: challenge },
  { method: 'GET', path: '/mfa/authenticators', handler: listAuthenticators },
  { method: 'POST', path: '/mfa/associate', handler: associate },
]

/**
 * Challenges a user. For a one-time password nothing is sent, so this only says that it will be taken.
 *
 * @see https://auth0.com/docs/api/authentication/multi-factor-authentication/request-mfa-challenge
 */
async function challenge(tenant: Tenant, request: TenantRequest): Promise<Reply> {
  const parameters = readParameters(request)
  const { client_id: clientId } = await authenticateClient(tenant, parameters)
  requireParameters(parameters, 'mfa_token')
  const record = findMfaTokenOf(tenant, clientId, String(parameters['mfa_token']))
  const chosen = choose(tenant, record, {
    types: splitScope(parameters['challenge_type'] ?? 'otp oob'),
    id: parameters['authenticator_id'],
  })
  if (chosen.type === 'otp') return ok({ challenge_type: 'otp' })
  const { factor, message } = send(tenant, record, chosen)
  record.challenges.set(message.id, { factor, message })
  return ok({
    challenge_type: 'oob',
    oob_code: message.id,
    ...(factor === 'push-notification' ? {} : { binding_method: 'prompt' }),
  })
}

/**
 * @returns the authenticator that the client has chosen; otherwise a one-time password, which needs no message (assumed),
 * or the first of those that were asked for
 */
function choose(
  tenant: Tenant,
  record: MfaTokenRecord,
  { types, id }: { readonly types: readonly string[]; readonly id: string | undefined },
): Authenticator {
  const factors: readonly string[] = challengeOfToken(tenant, record)
  const usable = authenticatorsOf(tenant, record)
    .filter(({ factor, type }) => factors.includes(factor) && CHALLENGE_TYPES.includes(type))
    .filter(({ type }) => types.includes(type))
    .sort((one, other) => factors.indexOf(one.factor) - factors.indexOf(other.factor))
  const chosen =
    id === undefined
      ? (usable.find(({ type }) => type === 'otp') ?? usable[0])
      : usable.find((one) => one.id === id)
  if (chosen === undefined) throw unsupportedChallengeType()
  return chosen
}

const CHALLENGE_TYPES: readonly string[] = ['otp', 'oob']

function send(
  tenant: Tenant,
  { flow: { transaction } }: MfaTokenRecord,
  authenticator: Authenticator,
): OutOfBandChallenge {
  const { userId } = transaction
  const { channel } = authenticator
  const to = addressOf(authenticator)
  const sent = (message: Message | undefined): Message => {
    if (message === undefined) throw tooManyMessages()
    return message
  }
  switch (channel) {
    case 'sms':
    case 'voice':
      return { factor: 'phone', message: sent(sendCode(tenant, { userId, channel, to })) }
    case 'email':
      return { factor: 'email', message: sent(sendCode(tenant, { userId, channel, to })) }
    default: {
      const message = sent(askDevice(tenant, { userId, to }, 'Are you logging in?'))
      return { factor: 'push-notification', message }
    }
  }
}

/** @see https://auth0.com/docs/api/authentication/multi-factor-authentication/list-authenticators */
function listAuthenticators(tenant: Tenant, request: TenantRequest): Reply {
  const found = authenticatorsOf(tenant, bearerOf(tenant, request))
  return ok(
    found.map(({ id, factor, type, channel, name }) => ({
      id,
      type: factor,
      authenticator_type: type,
      ...(channel === undefined ? {} : { oob_channel: channel }),
      active: true,
      ...(name === undefined ? {} : { name }),
    })),
  )
}

/**
 * Offers a first authenticator; `mfa-otp` and `mfa-oob` confirm it.
 *
 * @see https://auth0.com/docs/api/authentication/multi-factor-authentication/add-an-authenticator
 */
function associate(tenant: Tenant, request: TenantRequest): Reply {
  const record = bearerOf(tenant, request)
  const isFirst = record.association === undefined
  const offer = associateAuthenticator(tenant, record, request)
  return ok({
    ...offer,
    ...(isFirst ? recoveryCodes(tenant, record.flow.transaction.userId) : {}),
  })
}

/** Told the first time that an authenticator is added. */
function recoveryCodes(tenant: Tenant, userId: string): object {
  const code = firstRecoveryCode(tenant, userId)
  return code === undefined ? {} : { recovery_codes: [code] }
}

/** @throws GrantError 401 without a token, 403 for one that does not hold */
function bearerOf(tenant: Tenant, { headers }: TenantRequest): MfaTokenRecord {
  const token = /^Bearer (.+)$/i.exec(headers['authorization'] ?? '')?.[1]
  if (token === undefined) throw unauthorized()
  return findMfaToken(tenant, token)
}
