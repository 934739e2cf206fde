import type { Setting } from './setting.ts'
import { isRecord, valueAt, type Values } from './values.ts'
import { WRITABLE_FIELDS } from './writable-fields.ts'

/** A field that auth0-deploy-cli writes differently from tenant.yaml. */
export interface Unwritten {
  /** Of an object the dotted path to it. */
  readonly field: string
  /** The field that is written in its place. */
  readonly writtenAs?: string
}

/** What auth0-deploy-cli makes of a setting. */
export interface Written {
  readonly values: Values
  readonly unwritten: readonly Unwritten[]
}

/** Names of which auth0-deploy-cli has another, and what it calls them. */
const RENAMED: readonly (readonly [from: string, to: string])[] = [
  ['cross_origin_auth', 'cross_origin_authentication'],
  ['oidc_backchannel_logout', 'oidc_logout'],
]

/** Of a client that represents an API. */
const NOT_OF_RESOURCE_SERVERS = ['oidc_backchannel_logout', 'oidc_logout', 'refresh_token']

/** auth0-deploy-cli would send them with a new client too, and Auth0 refuse it. */
const NOT_CREATED = [
  ...WRITABLE_FIELDS.dropped.create,
  ...WRITABLE_FIELDS.dropped.update.filter((field) => !isCreatable(field)),
]

function isCreatable(path: string): boolean {
  const [field = ''] = path.split('.')
  return field in WRITABLE_FIELDS.clients.properties
}

/** What auth0-deploy-cli would send of a setting. tests/unit/deploy-cli-engine.test.ts asks it. */
export function asWritten(
  { section, values }: Pick<Setting, 'section' | 'values'>,
  write: 'create' | 'update',
): Written {
  if (section === 'tenant') return withoutFlags(values)
  if (section === 'resourceServers') return without(values, ['signing_secret'])
  if (section !== 'clients') return { values, unwritten: [] }
  const dropped = [
    ...(write === 'update' ? WRITABLE_FIELDS.dropped.update : NOT_CREATED),
    'token_vault_privileged_access',
    'client_authentication_methods',
    // It is written with the credentials, which are not.
    ...(values['client_authentication_methods'] ? ['token_endpoint_auth_method'] : []),
    ...(values['app_type'] === 'resource_server' ? NOT_OF_RESOURCE_SERVERS : []),
  ]
  const kept = without(values, dropped)
  const renamed = RENAMED.filter(([from]) => from in kept.values)
  return {
    values: renamed.reduce(rename, kept.values),
    unwritten: [...kept.unwritten, ...renamed.map(([field, writtenAs]) => ({ field, writtenAs }))],
  }
}

function withoutFlags(values: Values): Written {
  const { flags, ...rest } = values
  if (!isRecord(flags)) return { values, unwritten: [] }
  const unknown = Object.keys(flags).filter((flag) => !WRITABLE_FIELDS.flags.includes(flag))
  const left = without(
    values,
    unknown.map((flag) => `flags.${flag}`),
  )
  return unknown.length < Object.keys(flags).length ? left : { ...left, values: rest }
}

function rename(values: Values, [from, to]: readonly [string, string]): Values {
  const { [from]: value, ...rest } = values
  return { [to]: value, ...rest }
}

function without(values: Values, paths: readonly string[]): Written {
  const found = paths.filter((path) => valueAt(values, path) !== undefined)
  return {
    values: found.reduce((rest, path) => withoutPath(rest, path.split('.')), values),
    unwritten: found.map((field) => ({ field })),
  }
}

function withoutPath(values: Values, [first = '', ...rest]: readonly string[]): Values {
  const { [first]: inner, ...others } = values
  if (rest.length === 0 || !isRecord(inner)) return others
  return { ...values, [first]: withoutPath(inner, rest) }
}
