// The tenants of tests/support/team-tenants, as they would be after an import of the files.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readTenantSource } from '../../scripts/tenant/tenant-source.ts'
import type { ManagementRequest } from './sandbox-request.ts'

type Body = Readonly<Record<string, unknown>>

const FOLDER = join(__dirname, 'team-tenants')

/** Where the files of a team are: what `init --from` is given. */
export function teamSource(name: string): string {
  return join(FOLDER, name, name === 'directory' ? '' : 'tenant.yaml')
}

/** No request may carry them, though an export has them. */
const READ_ONLY = ['cross_origin_auth', 'status', 'deployed']

/** A seed for the sandbox. @param config of auth0-deploy-cli, whose keywords are put in */
export function teamSeed(name: string, config?: string): object {
  const keywords = config === undefined ? {} : mappingsIn(join(FOLDER, name, 'config', config))
  const { content, base } = readTenantSource(teamSource(name), keywords)
  const sections = content as Readonly<Record<string, unknown>>
  const list = (section: string) => (sections[section] ?? []) as readonly Body[]
  const { 'post-login': bindings = [] } = (sections['triggers'] ?? {}) as {
    'post-login'?: readonly Body[]
  }
  const place = (action: Body) =>
    bindings.findIndex(({ action_name: bound }) => bound === action['name'])
  return {
    tenant: sections['tenant'],
    guardianFactors: list('guardianFactors'),
    resourceServers: list('resourceServers'),
    clients: list('clients').map((client) => ({
      ...without(client, READ_ONLY),
      client_id: idOf(client['name']),
    })),
    clientGrants: list('clientGrants').map((grant) => ({
      ...grant,
      client_id: idOf(grant['client_id']),
    })),
    // They are bound in the order in which they stand.
    actions: list('actions')
      .toSorted((a, b) => place(a) - place(b))
      .map((action) => ({
        ...without(action, [...READ_ONLY, 'secrets', 'dependencies']),
        code: readFileSync(join(base, String(action['code'])), 'utf8'),
        bound: place(action) !== -1,
      })),
  }
}

function mappingsIn(file: string): Body {
  const { AUTH0_KEYWORD_REPLACE_MAPPINGS: mappings } = JSON.parse(
    readFileSync(file, 'utf8'),
  ) as Record<string, Body>
  return mappings ?? {}
}

function idOf(name: unknown): string {
  return `id-of-${String(name).toLowerCase().replaceAll(' ', '-')}`
}

function without(body: Body, fields: readonly string[]): Body {
  return Object.fromEntries(Object.entries(body).filter(([field]) => !fields.includes(field)))
}

/** What main.tf of the terraform tenant makes of a tenant. */
export function terraformSeed(): object {
  return {
    tenant: { friendly_name: 'Quarrystone Logistics', session_lifetime: 12 },
    guardianFactors: [
      { name: 'otp', enabled: true },
      { name: 'recovery-code', enabled: true },
    ],
    resourceServers: [
      {
        name: 'Freight API (dev)',
        identifier: 'https://freight.dev.quarrystone.example',
        signing_alg: 'RS256',
        allow_offline_access: true,
        token_lifetime: 7200,
        skip_consent_for_verifiable_first_party_clients: true,
        enforce_policies: true,
        token_dialect: 'access_token_authz',
        scopes: [
          { value: 'read:consignment', description: 'Follow a consignment' },
          { value: 'release:consignment', description: 'Release a consignment from the warehouse' },
          { value: 'change:recipient', description: 'Send a consignment to somebody else' },
        ],
      },
    ],
    clients: [
      {
        name: 'Driver app',
        app_type: 'native',
        oidc_conformant: true,
        callbacks: ['quarrystone://callback'],
        grant_types: ['authorization_code', 'refresh_token'],
      },
    ],
    actions: [
      {
        name: 'Depot claim',
        runtime: 'node22',
        code: readFileSync(join(FOLDER, 'terraform/actions/depot-claim.js'), 'utf8'),
        bound: true,
      },
      {
        name: 'Night shift',
        runtime: 'node22',
        code: 'exports.onExecutePostLogin = async () => {}',
        bound: true,
      },
    ],
  }
}

/** All of a tenant that a deploy could reach, but for our Action. */
export async function othersIn(request: ManagementRequest): Promise<object> {
  const paths = [
    '/tenants/settings',
    '/guardian/factors',
    '/resource-servers',
    '/clients',
    '/client-grants',
    '/actions/actions',
    '/actions/triggers/post-login/bindings',
  ]
  const bodies = await Promise.all(
    paths.map(async (path) => [path, (await request(`GET ${path}`)).body] as const),
  )
  const all = Object.fromEntries(bodies) as Record<string, Record<string, readonly Body[]>>
  const { actions = [] } = all['/actions/actions'] ?? {}
  const { bindings = [] } = all['/actions/triggers/post-login/bindings'] ?? {}
  return {
    ...all,
    '/actions/actions': actions.filter(({ name }) => name !== 'Step-up'),
    '/actions/triggers/post-login/bindings': bindings
      .filter(({ display_name: name }) => name !== 'Step-up')
      .map(({ display_name, action }) => [display_name, (action as Body)['id']]),
  }
}
