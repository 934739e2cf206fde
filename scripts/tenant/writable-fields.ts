import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

interface ObjectSchema {
  readonly properties: Readonly<Record<string, object>>
}

/** What can be written of clients and of the tenant. */
interface WritableFields {
  /** Every section that auth0-deploy-cli has in its YAML format. */
  readonly sections: readonly string[]
  /** Flags of the tenant that auth0-deploy-cli writes: it leaves out any other. */
  readonly flags: readonly string[]
  /** What a tenant shows among its settings and auth0-deploy-cli refuses there. */
  readonly pages: readonly string[]
  /** Fields of a client that auth0-deploy-cli leaves out, of an object the dotted path to them. */
  readonly dropped: { readonly create: readonly string[]; readonly update: readonly string[] }
  /** JSON schemas of what the Management API accepts, from the types of its SDK. */
  readonly tenant: ObjectSchema
  readonly clients: ObjectSchema
  /** The same of what it answers, where an audit has to know it all. */
  readonly answered: { readonly resourceServers: ObjectSchema; readonly clientGrants: ObjectSchema }
}

/**
 * As the installed auth0-deploy-cli and SDK have it. Both take a second to load, so it is kept in a file, which
 * tests/slow/writable-fields.test.ts keeps in step.
 */
export const WRITABLE_FIELDS = JSON.parse(
  readFileSync(join(import.meta.dirname, 'writable-fields.json'), 'utf8'),
) as WritableFields

const { clients, tenant, dropped } = WRITABLE_FIELDS

/** What may be under `tenant`. Flags that are not known are told in the plan. */
export const TENANT_FIELDS = fromJsonSchema<Readonly<Record<string, unknown>>>({
  ...tenant,
  properties: { ...tenant.properties, flags: { additionalProperties: { type: 'boolean' } } },
})

/** What may be under `clients`: also what an export has and auth0-deploy-cli then leaves out. */
export const CLIENT_FIELDS = fromJsonSchema<Readonly<Record<string, unknown>> & { name: string }>({
  ...clients,
  properties: {
    ...Object.fromEntries([...dropped.create, ...dropped.update].map((field) => [field, {}])),
    ...clients.properties,
    cross_origin_auth: { type: 'boolean' },
  },
})

function fromJsonSchema<Output>(schema: object): z.ZodType<Output> {
  return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]) as z.ZodType<Output>
}
