import { z } from 'zod'
import { ApiError, ok, type Endpoint, type Reply, type TenantRequest } from '../http.ts'
import type { Tenant } from '../tenant.ts'
import { readBody } from './validation.ts'

// prettier-ignore
export const GUARDIAN_ENDPOINTS: readonly Endpoint[] = [
  ['GET', '/guardian/factors',        'read:guardian_factors',   listFactors],
  ['PUT', '/guardian/factors/{name}', 'update:guardian_factors', switchFactor, 'Update a Guardian factor'],
  ['GET', '/guardian/factors/phone/message-types', 'read:guardian_factors', showMessageTypes],
  ['PUT', '/guardian/factors/phone/message-types', 'update:guardian_factors', replaceMessageTypes, 'Update the message types of the phone factor'],
  ['GET', '/guardian/policies',       'read:mfa_policies',       showPolicies],
  ['PUT', '/guardian/policies',       'update:mfa_policies',     replacePolicies, 'Update Guardian policies'],
]

/** In the order in which the service lists them. */
export const FACTORS: readonly string[] = [
  'sms',
  'push-notification',
  'otp',
  'email',
  'duo',
  'webauthn-roaming',
  'webauthn-platform',
  'recovery-code',
]

function listFactors({ store }: Tenant): Reply {
  const { factors } = store.state
  return ok(
    FACTORS.map((name) => ({ name, enabled: factors[name] === true, trial_expired: false })),
  )
}

export const factorBody = z.strictObject({ enabled: z.boolean() })

function switchFactor({ store }: Tenant, { params, body }: TenantRequest): Reply {
  const { name = '' } = params
  if (!FACTORS.includes(name)) {
    throw new ApiError(
      400,
      `Path validation error: 'No enum match for: ${name}' on property name (Factor name).`,
      'invalid_uri',
    )
  }
  const { enabled } = readBody(factorBody, body)
  store.update((state) => {
    state.factors[name] = enabled
  })
  return ok({ enabled })
}

function showMessageTypes({ store }: Tenant): Reply {
  return ok({ message_types: store.state.phoneMessageTypes })
}

const messageTypesBody = z.strictObject({ message_types: z.array(z.enum(['sms', 'voice'])).min(1) })

function replaceMessageTypes({ store }: Tenant, { body }: TenantRequest): Reply {
  const { message_types: types } = readBody(messageTypesBody, body)
  store.update((state) => {
    state.phoneMessageTypes = types
  })
  return ok({ message_types: types })
}

function showPolicies({ store }: Tenant): Reply {
  return ok(store.state.mfaPolicies)
}

const policiesBody = z.array(z.enum(['all-applications', 'confidence-score'])).max(1)

function replacePolicies({ store }: Tenant, { body }: TenantRequest): Reply {
  const policies = readBody(policiesBody, body)
  store.update((state) => {
    state.mfaPolicies = policies
  })
  return ok(policies)
}
