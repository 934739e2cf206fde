// Stands in for auth0-deploy-cli, which takes half a minute for every import.
import type { Connection } from '../../scripts/tenant/connection.ts'
import type { SettingChange } from '../../scripts/tenant/plan.ts'
import { nameIn } from '../../scripts/tenant/settings.ts'
import { UserError } from '../../scripts/terminal/user-error.ts'

const PATHS = {
  resourceServers: '/resource-servers',
  clients: '/clients',
  guardianFactors: '/guardian/factors',
  tenant: '/tenants/settings',
} as const

/**
 * Sends the writes of auth0-deploy-cli without the half minute of its own: clients and resource servers are listed, then each
 * entity is created or changed. tests/slow/deploy.test.ts pins that the real one sends the same.
 */
export async function importAsDeployCli(
  changes: readonly SettingChange[],
  connection: Connection,
): Promise<void> {
  const clients = (await send(connection, 'GET', '/clients')) as Record<string, unknown>[]
  const servers = (await send(connection, 'GET', '/resource-servers')) as Record<string, unknown>[]
  for (const { section, name, op, values } of changes) {
    const rest = without(values, 'identifier')
    const found = clients.find((client) => nameIn('clients', client) === name)
    const server = servers.find((one) => nameIn('resourceServers', one) === name)
    const path = PATHS[section]
    if (section === 'tenant') await send(connection, 'PATCH', path, values)
    else if (section === 'guardianFactors')
      await send(connection, 'PUT', `${path}/${name}`, without(values, 'name'))
    else if (op === 'add') await send(connection, 'POST', path, values)
    else if (section === 'clients') {
      await send(connection, 'PATCH', `${path}/${String(found?.['client_id'])}`, values)
    } else {
      await send(connection, 'PATCH', `${path}/${String(server?.['id'])}`, rest)
    }
  }
}

function without(values: SettingChange['values'], field: string): object {
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
