import { ApiError, created, noContent, ok, type Endpoint, type Reply } from '../http.ts'
import type { TenantRequest } from '../http.ts'
import type { Credential } from '../login/credentials.ts'
import type { Client, TenantState } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import { findClientOf } from './clients.ts'
import { credentialBody, newCredential } from './credential-body.ts'
import { without } from '../fields.ts'
import { readBody } from './validation.ts'

// prettier-ignore
export const CLIENT_CREDENTIAL_ENDPOINTS: readonly Endpoint[] = [
  ['GET',    '/clients/{id}/credentials',              'read:client_credentials read:clients',     list],
  ['POST',   '/clients/{id}/credentials',              'create:client_credentials update:clients', create, 'Create a client credential'],
  ['GET',    '/clients/{id}/credentials/{credential}', 'read:client_credentials read:clients',     show],
  ['DELETE', '/clients/{id}/credentials/{credential}', 'delete:client_credentials update:clients', remove, 'Delete a client credential'],
]

function list({ store }: Tenant, { params }: TenantRequest): Reply {
  return ok(credentialsOf(findClientOf(store.state, params['id'])).map(shown))
}

function create({ store, now }: Tenant, { params, body }: TenantRequest): Reply {
  const given = readBody(credentialBody, body)
  const credential = store.update((state) => {
    const client = findClientOf(state, params['id'])
    const credential = newCredential(given, new Date(now()).toISOString())
    client['credentials'] = [...credentialsOf(client), credential]
    return credential
  })
  return created(shown(credential))
}

function show({ store }: Tenant, { params }: TenantRequest): Reply {
  return ok(shown(find(store.state, params)))
}

function remove({ store }: Tenant, { params }: TenantRequest): Reply {
  store.update((state) => {
    const { id } = find(state, params)
    const client = findClientOf(state, params['id'])
    client['credentials'] = credentialsOf(client).filter((one) => one.id !== id)
  })
  return noContent()
}

function find(
  state: Readonly<TenantState>,
  { id, credential }: Readonly<Record<string, string>>,
): Credential {
  const found = credentialsOf(findClientOf(state, id)).find((one) => one.id === credential)
  if (found === undefined) {
    throw new ApiError(404, 'The client credential does not exist', 'inexistent_client_credential')
  }
  return found
}

function credentialsOf(client: Client): readonly Credential[] {
  return (client['credentials'] ?? []) as Credential[]
}

function shown(credential: Credential): object {
  return without(credential, 'pem')
}
