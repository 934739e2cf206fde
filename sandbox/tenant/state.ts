// The whole tenant as it is kept in state.json. Wire names stay as Auth0 writes them.
import { randomBytes } from 'node:crypto'

/** A resource whose fields the tenant stores and returns but does not interpret. */
export interface Entity {
  [field: string]: unknown
}

export interface Secret {
  name: string
  value: string
  updated_at: string
}

export interface Dependency {
  name: string
  version: string
}

export interface TriggerRef {
  id: string
  version: string
}

/** What a draft and a version of an Action have in common. */
export interface ActionContent {
  code: string
  dependencies: Dependency[]
  runtime: string
  secrets: Secret[]
  supported_triggers: TriggerRef[]
}

export type BuildOutcome = 'built' | 'failed' | 'hangs'

export interface ActionVersion extends ActionContent {
  id: string
  number: number
  created_at: string
  /** milliseconds since the epoch; the version is live from this moment on */
  liveFromMs: number
}

export interface Action extends ActionContent {
  id: string
  name: string
  created_at: string
  updated_at: string
  build: { startedAtMs: number; outcome: BuildOutcome }
  versions: ActionVersion[]
  /** the number of the next version; versions that were dropped keep their numbers */
  nextVersion: number
}

export interface Binding {
  id: string
  action_id: string
  display_name: string
  created_at: string
}

export interface ResourceServer extends Entity {
  id: string
  identifier: string
  name?: string
  scopes?: { value: string; description?: string }[]
  is_system?: boolean
}

export interface Client extends Entity {
  client_id: string
  client_secret: string
  name: string
}

export interface ClientGrant extends Entity {
  id: string
  client_id: string
  audience: string
  scope: string[]
}

/** A scope of an API that a role or a user has. */
export interface Permission {
  permission_name: string
  resource_server_identifier: string
}

export interface Role {
  id: string
  name: string
  description: string
  permissions: Permission[]
  /** ids of those who have it, outside of organizations */
  users: string[]
}

export interface Organization {
  id: string
  name: string
  display_name: string
  metadata: Record<string, unknown>
  branding?: Entity
  members: { user_id: string; roles: string[] }[]
  enabled_connections: OrganizationConnection[]
}

export interface OrganizationConnection extends Entity {
  connection_id: string
  assign_membership_on_login: boolean
}

/** Which Action finds out whose the subject tokens of a type are. */
export interface TokenExchangeProfile {
  id: string
  name: string
  subject_token_type: string
  action_id: string
  type: 'custom_authentication'
  created_at: string
  updated_at: string
}

export interface User extends Entity {
  user_id: string
  /** given directly, not by a role */
  permissions?: Permission[]
  identities: { connection: string; user_id: string; provider: string; isSocial: boolean }[]
  authentication_methods: Entity[]
}

export interface Connection extends Entity {
  id: string
  name: string
  strategy: string
}

export interface LogEntry extends Entity {
  log_id: string
  date: string
  type: string
}

export interface TenantState {
  version: 1
  /** as clients spell it: `localhost:PORT`; changes with the port */
  domain: string
  /** signs access tokens for the Management API */
  tokenKey: string
  /** signs the tokens of the authorization server: an RSA key, PKCS #8 in PEM */
  signingKey?: string
  managementClientId: string
  settings: Entity
  actions: Action[]
  bindings: Record<string, Binding[]>
  resourceServers: ResourceServer[]
  clients: Client[]
  clientGrants: ClientGrant[]
  connections: Connection[]
  users: User[]
  roles: Role[]
  organizations: Organization[]
  tokenExchangeProfiles: TokenExchangeProfile[]
  factors: Record<string, boolean>
  mfaPolicies: string[]
  /** how codes come to phones */
  phoneMessageTypes: ('sms' | 'voice')[]
  logs: LogEntry[]
  /** settings without effect, by their path in the Management API */
  documents: Record<string, Entity>
}

/** @returns an identifier such as `cgr_8mTz…`, or without a prefix 24 hexadecimal digits */
export function newId(prefix = ''): string {
  return prefix === '' ? randomBytes(12).toString('hex') : `${prefix}_${randomText(16)}`
}

/** @returns `length` random characters of the alphabet of client ids */
export function randomText(length: number): string {
  return Array.from(randomBytes(length), (byte) => ALPHABET[byte % ALPHABET.length]).join('')
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
