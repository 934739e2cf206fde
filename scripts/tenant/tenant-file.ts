import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { BUNDLE_FILE } from '../policy/bundle.ts'
import type { DeclaredScopes } from '../policy/checks.ts'
import { problemsOf } from '../policy/problems.ts'
import { parseYaml, type Path, type YamlSource } from '../policy/yaml-source.ts'
import { UserError, type Problem } from '../terminal/user-error.ts'
import type { Environment } from './environment.ts'
import { replaceKeywords } from './keywords.ts'
import { nameIn } from './setting.ts'
import { CLIENT_FIELDS, TENANT_FIELDS, WRITABLE_FIELDS } from './writable-fields.ts'

const text = z.string().min(1)

const action = z.strictObject({
  name: text,
  code: z.literal(`./${BUNDLE_FILE}`).describe('The file that `step-up build` writes'),
  runtime: z.string().regex(/^node\d+$/),
  deployed: z.literal(true).describe('Otherwise auth0-deploy-cli leaves the old code live'),
  supported_triggers: z
    .array(z.strictObject({ id: z.literal('post-login'), version: z.literal('v3') }))
    .length(1),
})

const triggers = z.strictObject({
  'post-login': z.array(z.strictObject({ action_name: text, display_name: text })).length(1),
})

const lifetime = z.int().min(1).max(2_592_000).describe('Seconds, at most 30 days')

// Closed, because a misspelt key would only be refused by Auth0, when the Action is already live.
const resourceServer = z.strictObject({
  name: text,
  identifier: text,
  scopes: z.array(z.strictObject({ value: text, description: z.string().optional() })).optional(),
  signing_alg: z.enum(['RS256', 'RS512', 'PS256', 'HS256']).optional(),
  token_dialect: z
    .enum(['access_token', 'access_token_authz', 'rfc9068_profile', 'rfc9068_profile_authz'])
    .optional(),
  token_lifetime: lifetime.optional(),
  token_lifetime_for_web: lifetime.optional(),
  allow_offline_access: z.boolean().optional(),
  allow_online_access: z.boolean().optional(),
  allow_online_access_with_ephemeral_sessions: z.boolean().optional(),
  enforce_policies: z.boolean().optional(),
  skip_consent_for_verifiable_first_party_clients: z.boolean().optional(),
  consent_policy: z.unknown().optional(),
  authorization_details: z.unknown().optional(),
  token_encryption: z.unknown().optional(),
  proof_of_possession: z.unknown().optional(),
  subject_type_authorization: z.unknown().optional(),
})

const factor = z.strictObject({
  name: z.enum([
    'sms',
    'push-notification',
    'otp',
    'email',
    'duo',
    'webauthn-roaming',
    'webauthn-platform',
    'recovery-code',
  ]),
  enabled: z.boolean(),
})

const clientGrant = z.strictObject({
  client_id: text.describe('The name of the application').optional(),
  default_for: z.literal('third_party_clients').optional(),
  audience: text,
  scope: z.array(text).optional(),
  subject_type: z.enum(['client', 'user']).optional(),
  allow_all_scopes: z.boolean().optional(),
  allow_any_organization: z.boolean().optional(),
  organization_usage: z.enum(['deny', 'allow', 'require']).optional(),
  authorization_details_types: z.array(text).optional(),
})

const guardianPolicies = z.strictObject({
  policies: z.array(z.enum(['all-applications', 'confidence-score'])).max(1),
})

/** The part of auth0-deploy-cli's YAML format that a deploy takes care of. */
const tenantFileSchema = z.strictObject({
  actions: z.array(action).length(1),
  triggers,
  resourceServers: z.array(resourceServer).optional(),
  clientGrants: z.array(clientGrant).optional(),
  guardianFactors: z.array(factor).optional(),
  guardianPolicies: guardianPolicies.optional(),
  tenant: TENANT_FIELDS.optional(),
  clients: z.array(CLIENT_FIELDS).optional(),
})

export type TenantFile = z.output<typeof tenantFileSchema>

/** A tenant file as far as it could be read. */
export interface TenantFileReading {
  /** Absent where there are problems. */
  readonly tenantFile?: TenantFile
  readonly declaredScopes: DeclaredScopes
  readonly problems: readonly Problem[]
  /** `file:line:column` of what stands at a path. */
  readonly locate: (path: Path) => string
}

/** Where the desired state of a tenant is described. */
export const TENANT_FILE = 'tenant.yaml'

/** The name of our Action, for a command that needs nothing else of tenant.yaml. @throws UserError */
export function readActionName(environment: Environment): string {
  const { tenantFile, problems } = readTenantFile(TENANT_FILE, environment)
  const [first, ...rest] = problems
  if (first !== undefined) throw new UserError(first, ...rest)
  return tenantFile?.actions[0]?.name ?? ''
}

/** Reads tenant.yaml with the keywords of an environment put in. Throws nothing of the user's. */
export function readTenantFile(file: string, environment: Environment): TenantFileReading {
  try {
    return parseTenantFile(file, readFileSync(file, 'utf8'), environment)
  } catch (error) {
    return { declaredScopes: new Map(), problems: problemsIn(error, file), locate: () => file }
  }
}

/** The same for its text; `file` is what positions name. @throws UserError where it is not YAML */
export function parseTenantFile(
  file: string,
  text: string,
  { keywords }: Pick<Environment, 'keywords'>,
): TenantFileReading {
  const replaced = replaceKeywords(file, text, keywords)
  return judge(parseYaml(file, replaced.text), replaced.problems)
}

function judge(source: YamlSource, before: readonly Problem[]): TenantFileReading {
  const parsed = tenantFileSchema.safeParse(source.content)
  const problems = [
    ...before,
    ...source.problems,
    ...problemsOf(source, tenantFileSchema, parsed.error?.issues ?? []),
    ...(parsed.success ? inconsistencies(source, parsed.data) : []),
  ]
  return {
    // As it stands in the file, in its order: the schema changes nothing.
    ...(parsed.success && problems.length === 0 && { tenantFile: source.content as TenantFile }),
    declaredScopes: declaredScopes(source.content),
    problems,
    locate: (path) => source.locate(path),
  }
}

function inconsistencies(source: YamlSource, file: TenantFile): Problem[] {
  const problems: Problem[] = []
  const [action] = file.actions
  const [binding] = file.triggers['post-login']
  if (action?.name !== binding?.action_name) {
    problems.push({
      where: source.locate(['triggers', 'post-login', 0, 'action_name']),
      message: `\`${binding?.action_name ?? ''}\` is bound, but the Action is \`${action?.name ?? ''}\``,
      hint: 'bind the Action of this file',
    })
  }
  for (const [i, client] of (file.clients ?? []).entries()) {
    if (!('client_secret' in client)) continue
    problems.push({
      where: source.locateKey(['clients', i], 'client_secret'),
      message: `the secret of \`${client.name}\` does not belong into this file`,
      hint: 'take it out: Auth0 makes one, and the tenant keeps it',
    })
  }
  for (const page of WRITABLE_FIELDS.pages.filter((page) => page in (file.tenant ?? {}))) {
    problems.push({
      where: source.locateKey(['tenant'], page),
      message: `\`${page}\` is a page, which auth0-deploy-cli does not write with the settings`,
      hint: 'take it out: pages are left alone',
    })
  }
  for (const [i, grant] of (file.clientGrants ?? []).entries()) {
    if ((grant.client_id === undefined) !== (grant.default_for === undefined)) continue
    problems.push({
      where: source.locate(['clientGrants', i]),
      message: 'a client grant is for one application, or the default for third-party ones',
      hint: 'name either `client_id` or `default_for`',
    })
  }
  for (const [path, key, names] of namesThatMustDiffer(file)) {
    names.forEach((name, i) => {
      if (names.indexOf(name) === i) return
      problems.push({
        where: source.locate([...path, i, key]),
        message: `\`${name}\` stands twice in \`${String(path.at(-1))}\``,
        hint: 'keep one of the two',
      })
    })
  }
  return problems
}

/** Of each list its path, and the names of its entities under their key. */
type Names = readonly [path: Path, key: string, names: readonly string[]]

function namesThatMustDiffer(file: TenantFile): readonly Names[] {
  const { resourceServers = [], guardianFactors = [], clients = [], clientGrants = [] } = file
  return [
    [['resourceServers'], 'identifier', resourceServers.map(({ identifier }) => identifier)],
    ...resourceServers.map(({ scopes = [] }, i): Names => {
      return [['resourceServers', i, 'scopes'], 'value', scopes.map(({ value }) => value)]
    }),
    [['guardianFactors'], 'name', guardianFactors.map(({ name }) => name)],
    [['clients'], 'name', clients.map(({ name }) => name)],
    [['clientGrants'], 'client_id', clientGrants.map((grant) => nameIn('clientGrants', grant))],
  ]
}

// Lenient, so that a mistake elsewhere in the file does not make every scope of the policy unknown.
const declaration = z.object({ identifier: text, scopes: z.array(z.object({ value: text })) })

function declaredScopes(content: unknown): DeclaredScopes {
  const servers = z.object({ resourceServers: z.array(z.unknown()) }).safeParse(content)
  return new Map(
    (servers.data?.resourceServers ?? []).flatMap((server) => {
      const { success, data } = declaration.safeParse(server)
      return success ? [[data.identifier, new Set(data.scopes.map(({ value }) => value))]] : []
    }),
  )
}

function problemsIn(error: unknown, file: string): readonly Problem[] {
  if (error instanceof UserError) return error.problems
  if ((error as NodeJS.ErrnoException).code === undefined) throw error
  return [{ where: file, message: 'file cannot be read', hint: 'does it exist?' }]
}
