import { z } from 'zod'
import { ApiError, created, noContent, ok, type Endpoint, type Reply } from '../http.ts'
import type { TenantRequest } from '../http.ts'
import { newId, type TenantState, type TokenExchangeProfile } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import { checkpointList } from './paging.ts'
import { readBody } from './validation.ts'

// prettier-ignore
export const TOKEN_EXCHANGE_PROFILE_ENDPOINTS: readonly Endpoint[] = [
  ['GET',    '/token-exchange-profiles',      'read:token_exchange_profiles',   list],
  ['POST',   '/token-exchange-profiles',      'create:token_exchange_profiles', create, 'Create a token exchange profile'],
  ['GET',    '/token-exchange-profiles/{id}', 'read:token_exchange_profiles',   show],
  ['PATCH',  '/token-exchange-profiles/{id}', 'update:token_exchange_profiles', update, 'Update a token exchange profile'],
  ['DELETE', '/token-exchange-profiles/{id}', 'delete:token_exchange_profiles', remove, 'Delete a token exchange profile'],
]

/** Documented as not to be used. */
const RESERVED = /^(https?:\/\/(auth0|okta)\.com|urn:(ietf|auth0|okta))/i

const tokenType = z
  .string()
  .min(8)
  .max(100)
  .refine((type) => URL.canParse(type) && !RESERVED.test(type), {
    message: 'The subject_token_type must be a URI outside of the reserved namespaces',
  })

export const createBody = z.strictObject({
  name: z.string().min(3).max(50),
  subject_token_type: tokenType,
  action_id: z.string(),
  type: z.enum(['custom_authentication']),
})
/** Documented: the Action stays. */
const updateBody = createBody.pick({ name: true, subject_token_type: true }).partial()

function list({ store }: Tenant, request: TenantRequest): Reply {
  const { tokenExchangeProfiles } = store.state
  return checkpointList(request, 'token_exchange_profiles', tokenExchangeProfiles)
}

function create({ store, now }: Tenant, request: TenantRequest): Reply {
  const body = readBody(createBody, request.body)
  const at = new Date(now()).toISOString()
  const profile = store.update((state) => {
    assertFreeType(state, body.subject_token_type)
    const action = state.actions.find(({ id }) => id === body.action_id)
    if (action?.supported_triggers.some(({ id }) => id === 'custom-token-exchange') !== true) {
      throw new ApiError(400, 'The action must use the custom-token-exchange trigger.')
    }
    const profile = { id: newId('tep'), ...body, created_at: at, updated_at: at }
    state.tokenExchangeProfiles.push(profile)
    return profile
  })
  return created(profile)
}

function show({ store }: Tenant, { params }: TenantRequest): Reply {
  return ok(find(store.state, params['id']))
}

function update({ store, now }: Tenant, request: TenantRequest): Reply {
  const body = readBody(updateBody, request.body)
  store.update((state) => {
    const profile = find(state, request.params['id'])
    const { subject_token_type: type = profile.subject_token_type } = body
    if (type !== profile.subject_token_type) assertFreeType(state, type)
    Object.assign(profile, body, { updated_at: new Date(now()).toISOString() })
  })
  return noContent()
}

function remove({ store }: Tenant, { params }: TenantRequest): Reply {
  store.update((state) => {
    const gone = find(state, params['id'])
    state.tokenExchangeProfiles = state.tokenExchangeProfiles.filter((one) => one !== gone)
  })
  return noContent()
}

function assertFreeType(state: TenantState, type: string): void {
  if (state.tokenExchangeProfiles.some(({ subject_token_type }) => subject_token_type === type)) {
    throw new ApiError(409, 'A token exchange profile with that subject_token_type already exists.')
  }
}

function find(state: Readonly<TenantState>, id: string | undefined): TokenExchangeProfile {
  const profile = state.tokenExchangeProfiles.find((one) => one.id === id)
  if (profile === undefined) throw new ApiError(404, 'The token exchange profile does not exist.')
  return profile
}
