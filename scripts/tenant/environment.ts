import { readdirSync } from 'node:fs'
import { z } from 'zod'
import { problemsOf } from '../policy/problems.ts'
import { suggest } from '../policy/suggest.ts'
import { readYaml } from '../policy/yaml-source.ts'
import { UserError, type Problem } from '../terminal/user-error.ts'

/** The environment that needs no tenant: the one embedded in this repository. */
export const SANDBOX = 'sandbox'

/** The flag that names an environment in a command to be typed; nothing for the embedded tenant. */
export function envFlag(environment: string): string {
  return environment === SANDBOX ? '' : `--env ${environment}`
}

const FOLDER = 'config/environments'
const MAX_BYTES = 100_000

const position = z
  .union([
    z.enum(['first', 'last']),
    z.strictObject({ after: z.string().min(1) }),
    z.strictObject({ before: z.string().min(1) }),
  ])
  .describe('`first`, `last`, or `{ "after": … }` or `{ "before": … }` with the name of an Action')

const domain = z
  .string()
  .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)*(:\d+)?$/)
  .describe('The domain of the tenant without `https://`, such as `acme.eu.auth0.com`')

const keywords = z
  .record(z.string().regex(/^\w+$/), z.union([z.string(), z.array(z.string())]))
  .default({})
  .describe('What replaces the keywords of tenant.yaml: strings, or lists of strings')

const embedded = z.strictObject({ position, keywords })
const confirm = z
  .boolean()
  .optional()
  .describe('`true` where a person, or `--yes` in a pipeline, must agree to each change')
const remote = z.strictObject({ domain, position, keywords, confirm })

/** Where the binding of our Action belongs among those of the trigger. */
export type Position = z.output<typeof position>
export type Keywords = z.output<typeof keywords>

/** One tenant to deploy to. Credentials are never part of it. */
export interface Environment {
  readonly name: string
  readonly file: string
  /** Absent for the embedded tenant, whose domain is known once it runs. */
  readonly domain?: string
  readonly position: Position
  readonly keywords: Keywords
  /** Nothing is changed before somebody has agreed. */
  readonly confirm?: boolean | undefined
}

/** Reads `config/environments/NAME.json`. @throws UserError with every mistake in it */
export function loadEnvironment(name: string, folder = FOLDER): Environment {
  const known = environmentsIn(folder)
  if (!known.includes(name)) {
    throw new UserError({
      where: '--env',
      message: `no environment \`${name}\` in ${folder}`,
      hint: suggest(name, known),
    })
  }
  const file = `${folder}/${name}.json`
  // JSON is YAML, and the YAML reader knows where a value stands.
  const source = readYaml(file, MAX_BYTES)
  const schema = name === SANDBOX ? embedded : remote
  const parsed = schema.safeParse(source.content)
  const problems: Problem[] = [
    ...source.problems,
    ...problemsOf(source, schema, parsed.error?.issues ?? []),
  ]
  const [first, ...rest] = problems
  if (first !== undefined) throw new UserError(first, ...rest)
  return { name, file, ...(parsed.data as z.output<typeof embedded | typeof remote>) }
}

function environmentsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .map((file) => file.slice(0, -'.json'.length))
      .toSorted()
  } catch {
    return []
  }
}
