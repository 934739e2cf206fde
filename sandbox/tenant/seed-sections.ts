import { z } from 'zod'
import { SandboxError } from './sandbox-error.ts'
import type { SeedFile } from './seed-file.ts'

const entity = z.record(z.string(), z.unknown())
const entities = z.array(entity).default([])

const names = z.array(z.string()).default([])

/** Entities with fields that no request has; all others are for the endpoint to judge. */
function entitiesWith<S extends z.ZodRawShape>(fields: S) {
  return z.array(z.looseObject(fields)).default([])
}

const sections = z.strictObject({
  tenant: entity.optional(),
  guardianFactors: entitiesWith({ name: z.string().min(1) }),
  resourceServers: entities,
  connections: entities,
  clients: entitiesWith({
    client_id: z.string().min(1).optional(),
    client_secret: z.string().min(1).optional(),
  }),
  clientGrants: entities,
  roles: entitiesWith({ permissions: entities }),
  users: entitiesWith({
    authentication_methods: entities,
    risk_assessment: entity.optional(),
    /** names */
    roles: names,
    permissions: entities,
  }),
  organizations: entitiesWith({
    /** a policy names an organization by it */
    id: z.string().min(1).optional(),
    /** with the names of the connections, as auth0-deploy-cli writes them */
    connections: entitiesWith({ name: z.string() }),
    /** by the email addresses of users and the names of roles */
    members: entitiesWith({ email: z.string(), roles: names }),
  }),
  actions: entitiesWith({ bound: z.boolean().optional() }),
  /** with the name of the Action */
  tokenExchangeProfiles: entitiesWith({ action: z.string() }),
})

/** A device for push notifications, in the list of authentication methods. */
export const deviceBody = z.strictObject({
  type: z.literal('push'),
  name: z.string().min(1).optional(),
})

export type SeedSections = z.output<typeof sections>

/**
 * Reads a seed as far as no endpoint will: which lists there are, and what they say to the sandbox alone.
 *
 * @throws SandboxError with the positions of all mistakes
 */
export function readSections(seed: SeedFile): SeedSections {
  const parsed = sections.safeParse(seed.value ?? {})
  if (parsed.success) return parsed.data
  const mistakes = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => seed.refuse([...issue.path, key], `unknown key \`${key}\``))
      : [seed.refuse(issue.path, EXPECTED)],
  )
  throw new SandboxError(mistakes.map(({ message }) => message).join('\n'))
}

const EXPECTED = 'expected lists of entities in the shape of Management API bodies'
