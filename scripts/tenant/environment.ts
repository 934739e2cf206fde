import { readdirSync } from 'node:fs'
import { z } from 'zod'
import type { Keywords } from '../policy/keywords.ts'
import { problemsOf } from '../policy/problems.ts'
import { suggest } from '../policy/suggest.ts'
import { parseYaml, readYaml, type YamlSource } from '../policy/yaml-source.ts'
import type { Flags } from '../terminal/command.ts'
import { typed } from '../terminal/typed.ts'
import { UserError, type Problem } from '../terminal/user-error.ts'

/** The environment that needs no tenant: the one embedded in this repository. */
export const SANDBOX = 'sandbox'

/** The flag that names an environment in a command to be typed; nothing for the embedded tenant. */
export function envFlag(environment: string): string {
  return environment === SANDBOX ? '' : `--env ${environment}`
}

/** Where the environments are, a file for each. */
export const ENVIRONMENTS_FOLDER = 'config/environments'

/** Where the desired state of a tenant is described, unless an environment or `--tenant-file` says otherwise. */
export const TENANT_FILE = 'tenant.yaml'
const MAX_BYTES = 100_000

const position = z
  .union([
    z.enum(['first', 'last']),
    z.strictObject({ after: z.string().min(1) }),
    z.strictObject({ before: z.string().min(1) }),
  ])
  .describe('`first`, `last`, or `{ "after": … }` or `{ "before": … }` with the name of an Action')

/** What the domain of a tenant looks like. */
export const DOMAIN = /^[a-z0-9-]+(\.[a-z0-9-]+)*(:\d+)?$/

const domain = z
  .string()
  .regex(DOMAIN)
  .describe('The domain of the tenant without `https://`, such as `acme.eu.auth0.com`')

const keywords = z
  .record(z.string().regex(/^\w[\w-]*$/), z.json())
  .default({})
  .describe('What replaces the keywords of tenant.yaml and of the policy: any JSON')

const tenantFile = z
  .string()
  .min(1)
  .optional()
  .describe('A YAML file or directory of auth0-deploy-cli in place of tenant.yaml')

const seed = z
  .string()
  .min(1)
  .optional()
  .describe('A file with what the sandbox tenant is filled with when it is new')

const embedded = z.strictObject({ position, keywords, tenantFile, seed })
const confirm = z
  .boolean()
  .optional()
  .describe('`true` where a person, or `--yes` in a pipeline, must agree to each change')
const remote = z.strictObject({ domain, position, keywords, tenantFile, confirm })

/** Where the binding of our Action belongs among those of the trigger. */
export type Position = z.output<typeof position>

/** One tenant to deploy to. Credentials are never part of it. */
export interface Environment {
  readonly name: string
  readonly file: string
  /** Absent for the embedded tenant, whose domain is known once it runs. */
  readonly domain?: string
  readonly position: Position
  readonly keywords: Keywords
  /** A file or a directory; {@link TENANT_FILE} if left out. */
  readonly tenantFile?: string | undefined
  /** Of the embedded tenant: the file of its seed, if not the one that is built in. */
  readonly seed?: string | undefined
  /** No environment was named, and nothing is sent to a tenant: keywords of the tenant file may lack a value. */
  readonly mayLackValues?: boolean
  /** Nothing is changed before somebody has agreed. */
  readonly confirm?: boolean | undefined
}

/**
 * The environment that the flags `env` and `tenant-file` name. Without a name it is the embedded tenant, and a
 * command that works with `files` alone needs no values for the keywords of the tenant file then.
 * @throws UserError with every mistake in its file
 */
export function environmentOf(flags: Flags, needs: 'tenant' | 'files'): Environment {
  const { env, 'tenant-file': tenantFile } = flags
  return {
    ...loadEnvironment(env === undefined ? SANDBOX : String(env)),
    ...(tenantFile !== undefined && { tenantFile: String(tenantFile) }),
    ...(env === undefined && needs === 'files' && { mayLackValues: true }),
  }
}

/** Reads `config/environments/NAME.json`. @throws UserError with every mistake in it */
export function loadEnvironment(name: string, folder = ENVIRONMENTS_FOLDER): Environment {
  const known = environmentsIn(folder)
  const file = `${folder}/${name}.json`
  if (!known.includes(name)) {
    if (name === SANDBOX) return { name, file, position: 'last', keywords: {} }
    throw new UserError({
      where: '--env',
      message: `no environment \`${name}\` in ${folder}`,
      hint:
        known.length === 0
          ? `there is none: \`${typed('init')}\` writes one`
          : suggest(name, known),
    })
  }
  // JSON is YAML, and the YAML reader knows the place of each value.
  return environmentIn(name, file, readYaml(file, MAX_BYTES))
}

/** The environment of a name that a text holds, such as its file in an earlier commit. @throws UserError */
export function parseEnvironment(name: string, file: string, text: string): Environment {
  return environmentIn(name, file, parseYaml(file, text))
}

function environmentIn(name: string, file: string, source: YamlSource): Environment {
  const schema = name === SANDBOX ? embedded : remote
  const parsed = schema.safeParse(source.content)
  const problems: Problem[] = [
    ...source.problems,
    ...(isDeployCliConfig(source.content)
      ? [
          {
            where: source.locate([]),
            message: 'this is a configuration of auth0-deploy-cli, and no environment',
            hint: `its \`AUTH0_DOMAIN\` belongs in \`domain\`, and its \`AUTH0_KEYWORD_REPLACE_MAPPINGS\` into \`keywords\`; \`${typed('init', `--from TENANT_FILE --config ${file}`)}\` writes such an environment`,
          },
        ]
      : problemsOf(source, schema, parsed.error?.issues ?? [])),
  ]
  const [first, ...rest] = problems
  if (first !== undefined) throw new UserError(first, ...rest)
  return { name, file, ...(parsed.data as z.output<typeof embedded | typeof remote>) }
}

/** Whether data is a configuration of auth0-deploy-cli. */
export function isDeployCliConfig(content: unknown): boolean {
  return (
    typeof content === 'object' &&
    content !== null &&
    ('AUTH0_DOMAIN' in content || 'AUTH0_KEYWORD_REPLACE_MAPPINGS' in content)
  )
}

/** What to say of a keyword without a value: whoever names no environment may mean any. */
export function missingKeyword(
  name: string,
  { file, keywords, mayLackValues }: Pick<Environment, 'file' | 'keywords' | 'mayLackValues'>,
): Omit<Problem, 'where'> {
  const message = `no value for the keyword \`${name}\``
  const others = environmentsIn(ENVIRONMENTS_FOLDER).filter((other) => other !== SANDBOX)
  if (mayLackValues === true && others.length > 0) {
    const flags = others.map((other) => `\`--env ${other}\``).join(' or ')
    return { message, hint: `say which environment is meant: ${flags}` }
  }
  const known = Object.keys(keywords)
  const meant = known.length === 0 ? '' : `; ${suggest(name, known)}`
  return { message, hint: `add it to \`keywords\` in ${file}${meant}` }
}

/** The names of the environments in a folder. */
export function environmentsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .map((file) => file.slice(0, -'.json'.length))
      .toSorted()
  } catch {
    return []
  }
}
