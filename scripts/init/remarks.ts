// What is worth a look in the files that were there before `init`, and in the folder.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { keywordsIn } from '../policy/keywords.ts'
import { parseYaml } from '../policy/yaml-source.ts'
import { POLICY_FILE } from '../tenant/desired.ts'
import { isRecord, type Values } from '../tenant/values.ts'
import { fileOf } from './environments.ts'
import { nameOf, type ProposedRule } from './proposal.ts'
import type { NewEnvironment } from './texts.ts'

/** The scopes of proposed rules that a policy which stays does not protect. */
export function unprotected(rules: readonly ProposedRule[], policyText: string): readonly string[] {
  const protects = protectedIn(policyText)
  return rules.flatMap(({ protects: wanted }) => {
    if ('acr' in wanted) return []
    const { api, scope } = wanted
    const isNamed = protects.some(
      ({ audience, scopes }) =>
        Array.isArray(scopes) &&
        scopes.includes(scope.value) &&
        typeof audience === 'string' &&
        // Nobody knows here what a keyword stands for in the tenant that was read.
        (audience === api.identifier || keywordsIn(audience).length > 0),
    )
    return isNamed
      ? []
      : [
          `${scope.value} of ${nameOf(api)} looks high-value, and ${POLICY_FILE}, which stays, has no rule for it.`,
        ]
  })
}

function protectedIn(policyText: string): readonly Values[] {
  const { content } = parseYaml(POLICY_FILE, policyText)
  const rules: unknown = isRecord(content) ? content['rules'] : undefined
  return (Array.isArray(rules) ? rules : []).flatMap((rule: unknown) =>
    isRecord(rule) && isRecord(rule['protects']) ? [rule['protects']] : [],
  )
}

/** What differs between an environment that stays and the one that `init` would write. */
export function remarkOnKept(environment: NewEnvironment): readonly string[] {
  const { tenantFile, domain } = environment
  const file = fileOf(environment)
  const there = readRecord(file)
  return [
    ...(tenantFile === undefined || there['tenantFile'] === tenantFile
      ? []
      : [`${file} was there and stays: have it say \`"tenantFile": "${tenantFile}"\`.`]),
    ...(domain === undefined || there['domain'] === domain
      ? []
      : [`${file} was there and stays: its domain is not \`${domain}\`.`]),
  ]
}

/** Keywords without a value, by what the file of the environment has, which may have been there before. */
export function missingValues(
  environment: NewEnvironment,
  used: readonly string[],
): readonly string[] {
  const { keywords } = readRecord(fileOf(environment))
  const has = isRecord(keywords) ? keywords : {}
  const missing = [...new Set(used)].filter((name) => !(name in has))
  return missing.length === 0
    ? []
    : [`${fileOf(environment)} lacks ${missing.join(', ')}: add them to its \`keywords\`.`]
}

function readRecord(file: string): Values {
  try {
    const { content } = parseYaml(file, readFileSync(file, 'utf8'))
    return isRecord(content) ? content : {}
  } catch {
    return {}
  }
}

/** What a workflow that stays may lack. */
export function remarkOnWorkflow(file: string, environments: readonly string[]): string {
  const text = readFileSync(file, 'utf8')
  const words = new Set(text.split(/[^\w-]+/))
  const unnamed = environments.filter((name) => !words.has(name))
  const lacks = unnamed.length === 0 ? '' : ` It does nothing for ${unnamed.join(', ')}.`
  return `${file} was there and stays, and this version would write another one.${lacks} Move it away, run \`init\` again, and compare.`
}

/** What GitHub, and the commands, make of a folder: it may be inside of another one, and lack the package. */
export function remarksOnFolder(folder: string): readonly string[] {
  const above = foldersAbove(folder)
  const project = above.find((each) => existsSync(join(each, POLICY_FILE)))
  const repository = [folder, ...above].find((each) => existsSync(join(each, '.git'))) ?? folder
  return [
    ...(project === undefined
      ? []
      : [
          `${relative(folder, project)} has a policy already: commands in this folder go by the one here, those above it by that one.`,
        ]),
    ...(repository === folder
      ? []
      : [
          `GitHub runs no workflow from here: move those files to .github/workflows in ${relative(folder, repository)}, and give each \`defaults: { run: { working-directory: ${relative(repository, folder)} } }\`.`,
        ]),
    ...remarksOnPackage(folder, repository),
  ]
}

const PACKAGE = 'auth0-step-up'

function remarksOnPackage(folder: string, repository: string): readonly string[] {
  const own = [folder, ...foldersAbove(folder)].find((each) =>
    existsSync(join(each, 'package-lock.json')),
  )
  if (own === undefined || isOutside(own, repository)) {
    return [
      `The workflows install the package by \`npm ci\`: there has to be a package.json that names ${PACKAGE}, with its package-lock.json.`,
    ]
  }
  const { dependencies, devDependencies } = readRecord(join(own, 'package.json'))
  const isForDevelopment = isRecord(devDependencies) && PACKAGE in devDependencies
  const from = isRecord(dependencies) ? String(dependencies[PACKAGE]) : ''
  const [, path] = /^file:(.+)$/.exec(from) ?? []
  return [
    ...(isForDevelopment
      ? [
          `package.json has ${PACKAGE} in \`devDependencies\`, which the workflows do not install: move it to \`dependencies\`.`,
        ]
      : []),
    ...(path !== undefined && isOutside(resolve(own, path), repository)
      ? [
          `package.json takes ${PACKAGE} from \`${path}\`, which is outside of the repository: the workflows cannot install it.`,
        ]
      : []),
  ]
}

function isOutside(path: string, folder: string): boolean {
  return relative(folder, path).startsWith('..')
}

function foldersAbove(folder: string): readonly string[] {
  const parent = dirname(folder)
  return parent === folder ? [] : [parent, ...foldersAbove(parent)]
}
