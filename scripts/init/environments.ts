import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { parseYaml } from '../policy/yaml-source.ts'
import { ENVIRONMENTS_FOLDER, isDeployCliConfig, SANDBOX } from '../tenant/environment.ts'
import { isRecord, type Values } from '../tenant/values.ts'
import { UserError } from '../terminal/user-error.ts'

/** A configuration of auth0-deploy-cli, as far as it says what an environment is. */
export interface DeployCliConfig {
  readonly file: string
  /** Of the environment that it becomes. */
  readonly name: string
  readonly domain?: string
  readonly keywords: Values
}

/**
 * The configurations that a team has beside its tenant file, or the one that is named.
 * @throws UserError where that one cannot be read or is none
 */
export function findConfigs(from: string, named: string | undefined): readonly DeployCliConfig[] {
  if (named !== undefined) {
    const config = configIn(named)
    if (config !== undefined) return [config]
    throw new UserError({
      where: named,
      message: 'no configuration of auth0-deploy-cli',
      hint: 'expected JSON with `AUTH0_DOMAIN` or `AUTH0_KEYWORD_REPLACE_MAPPINGS`',
    })
  }
  const base =
    statSync(from, { throwIfNoEntry: false })?.isDirectory() === true ? from : dirname(from)
  return [base, join(base, 'config')].flatMap((folder) =>
    jsonFilesIn(folder).flatMap((file) => configIn(join(folder, file)) ?? []),
  )
}

function configIn(file: string): DeployCliConfig | undefined {
  const content = contentOf(file)
  if (!isRecord(content) || !isDeployCliConfig(content)) return undefined
  const { AUTH0_DOMAIN: domain, AUTH0_KEYWORD_REPLACE_MAPPINGS: mappings } = content
  return {
    file,
    name: environmentName(basename(file, '.json')),
    ...(typeof domain === 'string' && { domain }),
    keywords: isRecord(mappings) ? mappings : {},
  }
}

/** A name for an environment; the sandbox keeps its own. */
export function environmentName(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return name === SANDBOX || name === '' ? 'tenant' : name
}

/** Where an environment of a name is. */
export function fileOf({ name }: { readonly name: string }): string {
  return `${ENVIRONMENTS_FOLDER}/${name}.json`
}

function contentOf(file: string): unknown {
  try {
    return parseYaml(file, readFileSync(file, 'utf8')).content
  } catch {
    return undefined
  }
}

function jsonFilesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.json') && !/^(?:package|tsconfig)/.test(file))
      .toSorted()
  } catch {
    return []
  }
}
