import { WRITABLE_FIELDS } from '../../tenant/writable-fields.ts'

interface Schema {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Schema>>
  /** Any other key is unknown where it is `false`. */
  readonly additionalProperties?: object | false
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
}

const CLIENT = WRITABLE_FIELDS.clients.properties as Readonly<Record<string, Schema>>

/** Settings of a client that findings read, but for those that name providers, of whatever name. */
const READ_OF_CLIENT = [
  ...['app_type', 'grant_types', 'is_first_party', 'oidc_conformant', 'refresh_token'],
  ...['cross_origin_authentication', 'token_exchange', 'session_transfer'],
  ...['identity_assertion_authorization_grant', 'anonymous_sessions'],
]

/** What tenants answer although the SDK does not have it. */
const UNTYPED = { verificationKey: {}, verificationLocation: {}, options: {} }

const SCHEMAS = {
  client: {
    properties: {
      ...Object.fromEntries(READ_OF_CLIENT.map((name) => [name, CLIENT[name] ?? {}])),
      // What is in an addon is its own.
      addons: {
        properties: Object.fromEntries(
          Object.keys(CLIENT['addons']?.properties ?? {}).map((addon) => [addon, {}]),
        ),
        additionalProperties: false,
      },
    },
  },
  resourceServer: withMore(WRITABLE_FIELDS.answered.resourceServers, UNTYPED),
  clientGrant: WRITABLE_FIELDS.answered.clientGrants as Schema,
} satisfies Readonly<Record<string, Schema>>

function withMore(schema: object, more: Schema['properties']): Schema {
  const { properties } = schema as Schema
  return { ...schema, properties: { ...properties, ...more } }
}

/** What an entity has that this audit does not know, as `SETTING`, `SETTING.KEY` or `SETTING: VALUE`. */
export function unknownSettings(kind: keyof typeof SCHEMAS, entity: object): readonly string[] {
  return unknownIn(entity, SCHEMAS[kind], '')
}

function unknownIn(value: unknown, schema: Schema, path: string): readonly string[] {
  // A setting that is not set is answered as `null`, or left out.
  if (value === undefined || value === null) return []
  if (schema.anyOf !== undefined) {
    const [closest = []] = schema.anyOf
      .filter(({ type }) => type !== 'null')
      .map((each) => unknownIn(value, each, path))
      .toSorted((a, b) => a.length - b.length)
    return closest
  }
  if (schema.enum !== undefined) return schema.enum.includes(value) ? [] : [told(path, value)]
  if (schema.type !== undefined && schema.type !== typeOf(value)) return [told(path, value)]
  if (Array.isArray(value)) {
    return value.flatMap((item) => unknownIn(item, schema.items ?? {}, path))
  }
  const { properties } = schema
  if (properties === undefined || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, inside]) => {
    const name = path === '' ? key : `${path}.${key}`
    if (Object.hasOwn(properties, key)) return unknownIn(inside, properties[key] ?? {}, name)
    return schema.additionalProperties === false ? [name] : []
  })
}

function typeOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value
}

const LONGEST = 60

function told(path: string, value: unknown): string {
  if (typeof value === 'string') return `${path}: ${value.slice(0, LONGEST)}`
  return typeof value === 'object' ? path : `${path}: ${JSON.stringify(value)}`
}
