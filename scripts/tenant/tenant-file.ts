import { z } from 'zod'
import type { DeclaredScopes } from '../policy/checks.ts'
import { keywordsIn } from '../policy/keywords.ts'
import { problemsOf } from '../policy/problems.ts'
import type { Path, YamlSource } from '../policy/yaml-source.ts'
import { printableLines } from '../terminal/printable.ts'
import { UserError, type Problem, type Where } from '../terminal/user-error.ts'
import { missingKeyword, TENANT_FILE, type Environment } from './environment.ts'
import { BUNDLE_PATH, ourPart, OWN_SECTIONS, type OurPart } from './our-part.ts'
import { nameIn } from './setting.ts'
import { isRecord } from './values.ts'
import {
  parseTenantSource,
  readTenantSource,
  type Files,
  type TenantSource,
} from './tenant-source.ts'
import { CLIENT_FIELDS, TENANT_FIELDS, WRITABLE_FIELDS } from './writable-fields.ts'

const text = z.string().min(1)

const action = z.strictObject({
  name: text,
  code: text.describe('The file that `step-up build` writes'),
  runtime: z.string().regex(/^node\d+$/),
  deployed: z.literal(true).describe('Otherwise auth0-deploy-cli leaves the old code live'),
  supported_triggers: z
    .array(z.strictObject({ id: z.literal('post-login'), version: z.literal('v3') }))
    .length(1),
  // An export has them, of every Action.
  dependencies: z.array(z.unknown()).max(0).optional().describe('Nothing: the Action has none'),
  secrets: z.array(z.unknown()).max(0).optional().describe('Nothing: the Action has none'),
  status: z.unknown().optional(),
})

const triggers = z.strictObject({
  'post-login': z.array(z.strictObject({ action_name: text, display_name: text })),
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
  token_lifetime_for_anonymous_access_tokens: lifetime.optional(),
  allow_offline_access: z.boolean().optional(),
  allow_online_access: z.boolean().optional(),
  allow_online_access_with_ephemeral_sessions: z.boolean().optional(),
  enforce_policies: z.boolean().optional(),
  skip_consent_for_verifiable_first_party_clients: z.boolean().optional(),
  signing_secret: text.optional().describe('Text that is never written'),
  authorization_policy: z.unknown().optional(),
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

/** The part of auth0-deploy-cli's format that a deploy takes care of: its sections are {@link OWN_SECTIONS}. */
const ownSections = z.strictObject({
  actions: z.array(action),
  triggers,
  resourceServers: z.array(resourceServer).optional(),
  clientGrants: z.array(clientGrant).optional(),
  guardianFactors: z.array(factor).optional(),
  guardianPolicies: guardianPolicies.optional(),
  tenant: TENANT_FIELDS.optional(),
  clients: z.array(CLIENT_FIELDS).optional(),
})

/** With the others, which are no mistake: so a misspelt one is told from those. */
const tenantFileSchema = ownSections.extend(
  Object.fromEntries(
    WRITABLE_FIELDS.sections
      .filter((section) => !OWN_SECTIONS.some((own) => own === section))
      .map((section) => [section, z.unknown().optional()]),
  ),
)

export type TenantFile = z.output<typeof ownSections>

/** A tenant file as far as it could be read. */
export interface TenantFileReading {
  /** Absent where there are problems. */
  readonly tenantFile?: TenantFile
  /** Absent where the file could not be read, so that nobody knows what it declares. */
  readonly declaredScopes?: DeclaredScopes
  /** What the file binds to post-login, in its order; absent where it could not be read. */
  readonly flow?: OurPart['flow']
  readonly problems: readonly Problem[]
  /** What of the file is left alone, and what of it is not known, a line for each. */
  readonly notes: readonly string[]
  /** The place of the value at a path. */
  readonly locate: (path: Path) => Where
}

type Values = Pick<Environment, 'keywords'> & Partial<Environment>

/** The name of our Action, for a command that needs nothing else of the tenant file. @throws UserError */
export function readActionName(environment: Environment): string {
  const { tenantFile, problems } = readTenantFile(
    environment.tenantFile ?? TENANT_FILE,
    environment,
  )
  const [first, ...rest] = problems
  if (first !== undefined) throw new UserError(first, ...rest)
  return tenantFile?.actions[0]?.name ?? ''
}

/**
 * Reads a tenant file, or a directory in its place, with the keywords of an environment put in. Throws nothing of the
 * user's.
 * @param files where it is; on this disk if left out
 */
export function readTenantFile(
  path: string,
  environment: Values,
  files?: Files,
): TenantFileReading {
  try {
    return judge(readTenantSource(path, environment.keywords, files), environment)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const { problems } = error
    return { problems, notes: [], locate: () => path }
  }
}

/** The same for its text; `file` is what positions name. @throws UserError where it is not YAML */
export function parseTenantFile(
  file: string,
  text: string,
  environment: Values,
): TenantFileReading {
  return judge(parseTenantSource(file, text, environment.keywords), environment)
}

function judge(source: TenantSource, environment: Values): TenantFileReading {
  const declared = declaredScopes(source.content)
  const part = ourPart(source)
  const { own, originalPath, unresolved } = part
  const parsed = tenantFileSchema.safeParse(own)
  const ours: YamlSource<Where> = {
    ...source,
    locate: (path) => source.locate(originalPath(path)),
    locateKey: (path, key) => source.locateKey(originalPath(path), key),
  }
  const missing = absent(part, source)
  const isAbsent = missing.length > 0
  const issues = (parsed.error?.issues ?? [])
    .filter(({ path: [section] }) => !isAbsent || (section !== 'actions' && section !== 'triggers'))
    .map((issue) => ({ ...issue, path: [...originalPath(issue.path)] }))
  const problems = [
    ...(environment.mayLackValues === true ? [] : withoutValue(part, source, environment)),
    ...source.problems,
    ...missing,
    ...problemsOf(source, tenantFileSchema, issues),
    ...(parsed.success && !isAbsent ? inconsistencies(ours, parsed.data as TenantFile) : []),
  ]
  const names = new Set(unresolved.flatMap(({ keywords }) => keywords))
  return {
    // As the file has it, in its order: the schema changes nothing.
    ...(parsed.success && problems.length === 0 && { tenantFile: part.ours as TenantFile }),
    declaredScopes: declared,
    flow: part.flow,
    problems,
    notes: [
      ...leftAlone(part, source),
      ...(environment.mayLackValues === true && names.size > 0
        ? [
            `${source.file}: what depends on ${[...names].join(', ')} is not judged: the ${names.size === 1 ? 'keyword has' : 'keywords have'} no value without \`--env\``,
          ]
        : []),
    ],
    locate: (path) => ours.locate(path),
  }
}

function leftAlone({ foreign }: OurPart, { file }: TenantSource): readonly string[] {
  const kinds = [
    ['section', foreign.sections],
    ['Action', foreign.actions],
    ['binding', foreign.bindings],
  ] as const
  const said = kinds
    .filter(([, names]) => names.length > 0)
    .map(
      ([kind, names]) =>
        `${names.length} ${kind}${names.length === 1 ? '' : 's'} (${names.join(', ')})`,
    )
  return said.length === 0
    ? []
    : [printableLines(`${file}: left alone, as not ours: ${said.join('; ')}`)]
}

// Each keyword once, at its first place, however often the file has it.
function withoutValue(
  { unresolved }: OurPart,
  source: TenantSource,
  { file = 'the environment', ...environment }: Values,
): readonly Problem[] {
  const names = new Set(unresolved.flatMap(({ keywords }) => keywords))
  return [...names].map((name) => {
    const places = unresolved.filter(({ keywords }) => keywords.includes(name))
    return {
      where: source.locate(places[0]?.path ?? []),
      ...missingKeyword(name, { file, ...environment }),
    }
  })
}

const SNIPPET = `{ name: Step-up, code: ${BUNDLE_PATH}, runtime: node22, deployed: true, supported_triggers: [{ id: post-login, version: v3 }] }`

function bindingOf(name: string): string {
  return `{ action_name: ${name}, display_name: ${name} }`
}

/** What is wrong where our Action, or its binding, is not there once. */
function absent({ own, originalPath }: OurPart, source: TenantSource): readonly Problem[] {
  if (!isRecord(own)) return []
  const { actions, triggers } = own
  if (actions !== undefined && !Array.isArray(actions)) return []
  const [first, second] = (actions ?? []) as readonly { readonly name?: unknown }[]
  if (first === undefined) {
    return [
      {
        where: source.locate(['actions']),
        message: `our Action is missing: none has the code \`${BUNDLE_PATH}\``,
        hint: `add \`${SNIPPET}\` ${source.file === source.base ? 'as JSON in `actions/Step-up.json`' : 'to `actions`'}, and \`${bindingOf('Step-up')}\` to \`triggers.post-login\``,
      },
    ]
  }
  if (second !== undefined) {
    return [
      {
        where: source.locate(originalPath(['actions', 1])),
        message: `a second Action has the code \`${BUNDLE_PATH}\``,
        hint: 'keep one of the two',
      },
    ]
  }
  const bindings = isRecord(triggers) ? triggers['post-login'] : []
  if (bindings !== undefined && !Array.isArray(bindings)) return []
  const [binding, another] = (bindings ?? []) as readonly unknown[]
  const name = typeof first.name === 'string' ? first.name : 'Step-up'
  if (binding === undefined) {
    return [
      {
        where: source.locate(['triggers', 'post-login']),
        message: `\`${name}\` is not bound to post-login, so it would never run`,
        hint: `add \`${bindingOf(name)}\` to \`triggers.post-login\``,
      },
    ]
  }
  if (another === undefined) return []
  return [
    {
      where: source.locate(originalPath(['triggers', 'post-login', 1])),
      message: `\`${name}\` is bound twice`,
      hint: 'keep one of the two',
    },
  ]
}

function inconsistencies(source: YamlSource<Where>, file: TenantFile): Problem[] {
  const problems: Problem[] = []
  for (const [i, client] of (file.clients ?? []).entries()) {
    if (!('client_secret' in client)) continue
    problems.push({
      where: source.locateKey(['clients', i], 'client_secret'),
      message: `the secret of \`${client.name}\` does not belong in this file`,
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
        message: `\`${name}\` is listed twice in \`${String(path.at(-1))}\``,
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

// One without a value may be any scope, or any resource server.
const keyword = z.string().refine((value) => keywordsIn(value).length > 0)

// Lenient, so that a mistake elsewhere in the file does not make every scope of the policy unknown.
const declaration = z.object({
  identifier: text,
  scopes: z.union([z.array(z.object({ value: text })), keyword.transform((value) => [{ value }])]),
})

function declaredScopes(content: unknown): DeclaredScopes {
  const servers = z
    .object({
      resourceServers: z.union([
        z.array(z.unknown()),
        keyword.transform((identifier) => [{ identifier, scopes: [] }]),
      ]),
    })
    .safeParse(content)
  return new Map(
    (servers.data?.resourceServers ?? []).flatMap((server) => {
      const { success, data } = declaration.safeParse(server)
      return success ? [[data.identifier, new Set(data.scopes.map(({ value }) => value))]] : []
    }),
  )
}
