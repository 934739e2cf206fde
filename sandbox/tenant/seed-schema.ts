// The JSON Schema of a seed, by which an editor completes and checks it: from what its reader checks it by.
import { z } from 'zod'
import { createActionBody } from './management/action-body.ts'
import { methodBody } from './management/authentication-methods.ts'
import { createBody as grantBody } from './management/client-grants.ts'
import { createBody as clientBody } from './management/clients.ts'
import { createBody as connectionBody } from './management/connections.ts'
import { FACTORS, factorBody } from './management/guardian.ts'
import { createBody as organizationBody } from './management/organizations.ts'
import { createBody as apiBody } from './management/resource-servers.ts'
import { createBody as roleBody, permissionsBody } from './management/roles.ts'
import { createBody as profileBody } from './management/token-exchange-profiles.ts'
import { settingsBody } from './management/tenant-settings.ts'
import { createBody as userBody } from './management/users.ts'
import { deviceBody, type SeedSections } from './seed-sections.ts'

const listOf = <S extends z.ZodType>(entity: S) => z.array(entity).optional()

const names = z.array(z.string())

/** INVARIANT: every section that the reader knows is here, and what is here is what its endpoint reads. */
const SECTIONS = {
  tenant: settingsBody.optional().describe('Settings of the tenant'),
  guardianFactors: listOf(factorBody.extend({ name: z.enum(FACTORS) })).describe('MFA factors'),
  resourceServers: listOf(apiBody).describe('APIs'),
  connections: listOf(connectionBody).describe(
    'Connections; `Username-Password-Authentication` is there, and gets the settings that are here',
  ),
  clients: listOf(
    clientBody.extend({
      client_id: z.string().min(1).optional(),
      client_secret: z.string().min(1).optional(),
    }),
  ).describe('Applications'),
  clientGrants: listOf(grantBody).describe('Which scopes of which API an application has'),
  roles: listOf(
    roleBody.extend({ permissions: z.array(permissionsBody.shape.permissions.element).optional() }),
  ).describe('Roles of users'),
  users: listOf(
    userBody.extend({
      roles: names.optional().describe('Names of roles'),
      permissions: z.array(permissionsBody.shape.permissions.element).optional(),
      authentication_methods: listOf(z.union([methodBody, deviceBody])).describe(
        'What the user has enrolled',
      ),
      risk_assessment: z
        .record(z.string(), z.unknown())
        .optional()
        .describe('What Adaptive MFA would have found out'),
    }),
  ),
  organizations: listOf(
    organizationBody.extend({
      id: z.string().min(1).optional().describe('A policy names an organization by it'),
      connections: listOf(z.looseObject({ name: z.string() })).describe('By name'),
      members: listOf(z.looseObject({ email: z.string(), roles: names.optional() })).describe(
        'By the email addresses of users and the names of roles',
      ),
    }),
  ),
  actions: listOf(
    createActionBody.partial({ supported_triggers: true }).extend({
      code: z
        .string()
        .optional()
        .describe('JavaScript, or the path of a file with it: `./action.js`'),
      bound: z.boolean().optional().describe('Whether its trigger runs it'),
    }),
  ).describe('Actions of post-login, unless they say otherwise; all are deployed'),
  tokenExchangeProfiles: listOf(
    profileBody
      .omit({ action_id: true, type: true })
      .extend({ action: z.string().describe('The name of an Action of custom-token-exchange') }),
  ).describe('Which Action finds out whose the subject tokens of a type are'),
} satisfies Record<keyof SeedSections, z.ZodType>

/** @returns the schema as the text of its file */
export function seedSchema(): string {
  const schema = z.toJSONSchema(z.strictObject(SECTIONS), {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
  })
  const titled = { ...schema, title: 'Seed of a sandbox tenant' }
  return `${JSON.stringify(titled, null, 2)}\n`
}
