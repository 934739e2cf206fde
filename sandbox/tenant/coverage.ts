// What the sandbox emulates, refuses and only stores, as the Markdown of docs/sandbox.md: from what answers itself.
import { API_PARTS } from './action-runtime/api/action-api.ts'
import { REFUSED_COMMANDS } from './action-runtime/api/refused.ts'
import type { ApiContext } from './action-runtime/api/context.ts'
import { newLoginFlow } from './action-runtime/login-flow.ts'
import type { Trigger } from './action-runtime/messages.ts'
import { TOKEN_ROUTES } from './grants/token-endpoint.ts'
import { GRANT_TYPES } from './grants/registry.ts'
import { DOCUMENT_ENDPOINTS } from './management/documents.ts'
import { MANAGEMENT_PATH, MANAGEMENT_ROUTES } from './management/routes.ts'
import { TRIGGER_IDS } from './management/trigger-catalog.ts'
import { RUN_TRIGGERS } from './management/triggers.ts'
import { HONOURED_SETTINGS } from './honoured-settings.ts'
import {
  REFUSED_API_SETTINGS,
  REFUSED_CLIENT_SETTINGS,
  REFUSED_ENDPOINTS,
  REFUSED_GRANTS,
  REFUSED_OUTSIDE_OF_AUTHORIZE,
  REFUSED_PARAMETERS,
  REFUSED_RESPONSE_TYPES,
  STORED_SETTINGS,
} from './not-emulated.ts'
import { DOOR_PATHS } from './oidc/entrance.ts'

interface Row {
  readonly name: string
  readonly state: 'emulated' | 'refused' | 'stored only' | 'no effect'
  /** below https://auth0.com/docs/ */
  readonly source: string
}

export interface SdkOperation {
  readonly method: string
  readonly path: string
}

const DOCS = 'https://auth0.com/docs/'

/** @param operations all that the Management API has */
export function coverageTable(operations: readonly SdkOperation[]): string {
  return [
    section('Commands of post-login Actions', commandRows('post-login')),
    section('Commands of credentials-exchange Actions', commandRows('credentials-exchange')),
    section('Commands of custom-token-exchange Actions', commandRows('custom-token-exchange')),
    section('Triggers', triggerRows()),
    section('Endpoints of the Authentication API', endpointRows()),
    section('Grant types', grantRows()),
    section('Parameters of `/authorize`', parameterRows()),
    section('Settings of applications, APIs, connections and the tenant', settingRows()),
    section('Management API', operationRows(operations)),
  ].join('\n')
}

function section(title: string, rows: readonly Row[]): string {
  const lines = rows.map(
    ({ name, state, source }) =>
      `| ${name.includes('`') ? name : `\`${name}\``} | ${state} | [${source}] |`,
  )
  const sources = [...new Set(rows.map(({ source }) => source))]
  const links = sources.map((source) => `[${source}]: ${DOCS}${source}`)
  return `## ${title}\n\n| What | Here | Source |\n| --- | --- | --- |\n${lines.join('\n')}\n\n${links.join('\n')}\n`
}

function commandRows(trigger: Trigger): readonly Row[] {
  const source = `actions/reference/${trigger}/${trigger}-api-object`
  const emulated = emulatedCommands(trigger).map((name): Row => {
    const isOfSaml = name.startsWith('api.samlResponse.')
    return { name, state: isOfSaml ? 'no effect' : 'emulated', source }
  })
  const refused = REFUSED_COMMANDS[trigger].map(
    (name) => ({ name, state: 'refused', source }) as const,
  )
  return [...emulated, ...refused].sort((one, other) => (one.name < other.name ? -1 : 1))
}

/** @returns the names of the commands that an Action of this trigger finds and that do something */
export function emulatedCommands(trigger: Trigger): readonly string[] {
  const event = { session: { id: 'any' } }
  const context: ApiContext = {
    event,
    action: { name: '' },
    entrypoint: 'onExecutePostLogin',
    flow: newLoginFlow({
      entrypoint: 'onExecutePostLogin',
      actions: [],
      event,
      settings: { enabledFactors: [], customizeMfaInPostLoginAction: false },
    }),
  }
  return Object.entries(API_PARTS[trigger]).flatMap(([part, partOf]) =>
    Object.keys(partOf(context)).map((name) => `api.${part}.${name}`),
  )
}

function triggerRows(): readonly Row[] {
  return TRIGGER_IDS.map((name) => ({
    name,
    state: RUN_TRIGGERS.includes(name) ? 'emulated' : 'stored only',
    source: 'customize/actions/explore-triggers',
  }))
}

function endpointRows(): readonly Row[] {
  const source = 'api/authentication'
  const own = TOKEN_ROUTES.map(({ path }) => path).filter((path) => !DOOR_PATHS.includes(path))
  return [
    ...[...DOOR_PATHS, ...own].map((name) => ({ name, state: 'emulated', source }) as const),
    ...REFUSED_ENDPOINTS.map(
      ({ method, name, source }) =>
        ({ name: `${method} ${name}`, state: 'refused', source }) as const,
    ),
  ]
}

function grantRows(): readonly Row[] {
  const source = 'get-started/applications/application-grant-types'
  return [
    ...[...GRANT_TYPES].map((name) => ({ name, state: 'emulated', source }) as const),
    ...REFUSED_GRANTS.map(({ name, source }) => ({ name, state: 'refused', source }) as const),
  ]
}

/** Those that have an effect; every other one is for Actions to see, as at Auth0. */
const HONOURED_PARAMETERS = `
  acr_values audience client_id code_challenge code_challenge_method connection dpop_jkt login_hint max_age nonce
  organization prompt redirect_uri request_uri response_mode response_type scope state`

function parameterRows(): readonly Row[] {
  const source = 'api/authentication/login/authorize-client'
  return [
    ...words(HONOURED_PARAMETERS).map((name) => ({ name, state: 'emulated', source }) as const),
    ...REFUSED_PARAMETERS.map(({ name, source }) => ({ name, state: 'refused', source }) as const),
    ...REFUSED_RESPONSE_TYPES.map(
      ({ name, source }) => ({ name: `response_type=${name}`, state: 'refused', source }) as const,
    ),
    { name: '`connection` that is no database', state: 'refused', source },
    ...REFUSED_OUTSIDE_OF_AUTHORIZE.map(
      ({ name, source }) =>
        ({ name: `\`${name}\` of other endpoints`, state: 'refused', source }) as const,
    ),
  ]
}

function settingRows(): readonly Row[] {
  const refused = [
    ['application', REFUSED_CLIENT_SETTINGS],
    ['API', REFUSED_API_SETTINGS],
  ] as const
  return [
    ...refused.flatMap(([kind, settings]) =>
      settings.map(
        ({ name, source }) =>
          ({ name: `\`${name}\` of an ${kind}`, state: 'refused', source }) as const,
      ),
    ),
    ...KINDS.flatMap((kind) => [
      ...settingsOf(kind, HONOURED_SETTINGS[kind], 'emulated'),
      ...settingsOf(kind, STORED_SETTINGS[kind], 'stored only'),
    ]),
  ]
}

const KINDS = ['client', 'API', 'client grant', 'connection', 'tenant'] as const

const SETTINGS_SOURCE = {
  client: 'get-started/applications/application-settings',
  API: 'get-started/apis/api-settings',
  'client grant': 'get-started/applications/application-access-to-apis-client-grants',
  connection: 'authenticate/identity-providers',
  tenant: 'get-started/tenant-settings',
}

function settingsOf(
  kind: (typeof KINDS)[number],
  names: string,
  state: Row['state'],
): readonly Row[] {
  return words(names).map((name) => ({
    name: `\`${name}\` (${kind})`,
    state,
    source: SETTINGS_SOURCE[kind],
  }))
}

function operationRows(operations: readonly SdkOperation[]): readonly Row[] {
  const emulated = new Set(
    MANAGEMENT_ROUTES.map(
      ({ method, path }) =>
        `${method} ${path.replace(MANAGEMENT_PATH, '').replaceAll(/\{\w+\}/g, '{}')}`,
    ),
  )
  const stored = new Set(
    DOCUMENT_ENDPOINTS.flatMap(([method, path]) => (method === 'GET' ? [] : [`${method} ${path}`])),
  )
  const all = new Set([...emulated, ...operations.map(({ method, path }) => `${method} ${path}`)])
  return [...all]
    .sort((one, other) => (pathOf(one) < pathOf(other) ? -1 : 1))
    .map((name) => ({
      name,
      state: stored.has(name) ? 'stored only' : emulated.has(name) ? 'emulated' : 'refused',
      source: 'api/management/v2',
    }))
}

function pathOf(operation: string): string {
  const [method = '', path = ''] = operation.split(' ')
  return `${path} ${method}`
}

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/)
}
