// Stands in for the engine of auth0-deploy-cli, which needs a process of its own.
import type { Connection } from '../../scripts/tenant/connection.ts'
import type { PreparedSettings } from '../../scripts/tenant/deploy-cli.ts'
import { mergingFetch, type Found } from '../../scripts/tenant/merging-fetch.ts'
import type { SettingChange } from '../../scripts/tenant/plan.ts'
import { nameIn } from '../../scripts/tenant/setting.ts'
import type { Values } from '../../scripts/tenant/values.ts'
import { UserError } from '../../scripts/terminal/user-error.ts'

const PATHS = {
  resourceServers: '/resource-servers',
  clients: '/clients',
  clientGrants: '/client-grants',
  guardianFactors: '/guardian/factors',
  guardianPolicies: '/guardian/policies',
  tenant: '/tenants/settings',
} as const

/**
 * Sends the writes of auth0-deploy-cli: clients and resource servers are listed, then each entity is created or
 * changed. tests/slow/deploy.test.ts pins that the real one sends the same.
 */
export function prepareAsDeployCli(
  changes: readonly SettingChange[],
  connection: Connection,
): Promise<PreparedSettings> {
  const found: Found[] = []
  const fetch = mergingFetch(connection.fetch, (entity) => found.push(entity))
  return Promise.resolve({
    write: async () => {
      await writeAll(changes, { ...connection, fetch })
      return found
    },
    discard: () => undefined,
  })
}

async function writeAll(changes: readonly SettingChange[], connection: Connection): Promise<void> {
  const clients = (await send(connection, 'GET', '/clients')) as Values[]
  const servers = (await send(connection, 'GET', '/resource-servers')) as Values[]
  for (const { section, name, op, values } of changes) {
    const path = PATHS[section]
    const found = (section === 'clients' ? clients : servers).find(
      (one) => nameIn(section, one) === name,
    )
    if (section === 'tenant') await send(connection, 'PATCH', path, values)
    else if (section === 'guardianPolicies') {
      await send(connection, 'PUT', path, values['policies'] as object)
    } else if (section === 'guardianFactors')
      await send(connection, 'PUT', `${path}/${name}`, without(values, 'name'))
    else if (section === 'clientGrants') await writeGrant(values, connection)
    else if (op === 'add') await send(connection, 'POST', path, values)
    else if (section === 'clients') {
      await send(connection, 'PATCH', `${path}/${String(found?.['client_id'])}`, values)
    } else {
      const rest = without(values, 'identifier')
      await send(connection, 'PATCH', `${path}/${String(found?.['id'])}`, rest)
    }
  }
}

// After the clients, some of which may be new.
async function writeGrant(values: Values, connection: Connection): Promise<void> {
  const clients = (await send(connection, 'GET', '/clients')) as Values[]
  const id = clients.find(({ name }) => name === values['client_id'])?.['client_id']
  const grants = (await send(connection, 'GET', PATHS.clientGrants)) as Values[]
  const grant = { ...values, client_id: id }
  const found = grants.find((one) => nameIn('clientGrants', one) === nameIn('clientGrants', grant))
  if (found === undefined) await send(connection, 'POST', PATHS.clientGrants, grant)
  else {
    const rest = ['client_id', 'audience', 'subject_type'].reduce(without, values)
    await send(connection, 'PATCH', `${PATHS.clientGrants}/${String(found['id'])}`, rest)
  }
}

function without(values: Values, field: string): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name !== field))
}

async function send(
  { fetch, domain, accessToken }: Connection,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const response = await fetch(`https://${domain}/api/v2${path}`, {
    method,
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch(() => undefined)
  if (response?.ok === true) return response.json()
  throw new UserError({
    message: `auth0-deploy-cli could not write \`${path}\`: ${response?.status ?? 'no answer'}`,
  })
}
