import { findUser } from '../find-user.ts'
import { addressOf, masked } from '../mfa/out-of-band.ts'
import { enrolments, type Enrolment } from '../login/factors.ts'
import type { MfaTokenRecord } from '../login/oidc-state.ts'
import type { Tenant } from '../tenant.ts'

/** What a user can be challenged with, as the MFA API lists it. */
export interface Authenticator extends Enrolment {
  readonly id: string
  readonly type: 'otp' | 'oob' | 'recovery-code' | 'webauthn-roaming' | 'webauthn-platform'
  readonly channel?: 'sms' | 'voice' | 'email' | 'auth0'
  readonly name?: string | undefined
}

/** @see https://auth0.com/docs/secure/multi-factor-authentication/manage-mfa-auth0-apis/manage-authenticator-factors-mfa-api */
export function authenticatorsOf(tenant: Tenant, { flow }: MfaTokenRecord): Authenticator[] {
  const user = findUser(tenant.store.state, flow.transaction.userId)
  return enrolments(tenant, user).flatMap((one) => authenticators(tenant, one))
}

function authenticators({ store }: Tenant, enrolment: Enrolment): Authenticator[] {
  const { factor, method } = enrolment
  const id = String(method['id'])
  const name = typeof method['name'] === 'string' ? method['name'] : undefined
  switch (factor) {
    case 'phone':
      // Documented: a number is one authenticator for each way in which a code can come to it.
      return store.state.phoneMessageTypes.map((channel) => ({
        ...enrolment,
        id: id.replace(/^phone\|/, `${channel}|`),
        type: 'oob',
        channel,
        name: masked(addressOf(enrolment)),
      }))
    case 'email': {
      const address = masked(addressOf(enrolment))
      return [{ ...enrolment, id, type: 'oob', channel: 'email', name: address }]
    }
    case 'push-notification':
      return [{ ...enrolment, id, type: 'oob', channel: 'auth0', name }]
    default:
      return [{ ...enrolment, id, type: factor as Authenticator['type'], name }]
  }
}
