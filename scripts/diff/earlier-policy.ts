import { spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import type { Policy } from '../../actions/step-up/policy.ts'
import { bundlePolicy } from '../policy/bundle.ts'
import { compilePolicy } from '../policy/compile.ts'
import { parsePolicy, type Surroundings } from '../policy/load.ts'
import type { DeclaredScopes } from '../policy/checks.ts'
import { POLICY_FILE, surroundingsOf } from '../tenant/desired.ts'
import { parseEnvironment, TENANT_FILE, type Environment } from '../tenant/environment.ts'
import { parseTenantFile, readTenantFile } from '../tenant/tenant-file.ts'
import type { Files } from '../tenant/tenant-source.ts'
import { UserError } from '../terminal/user-error.ts'
import type { Side } from './sides.ts'

/**
 * Builds an earlier policy with today's Action: that of a file if there is one of the name, else that of
 * the git ref, with the scopes that the tenant file declared and the values that keywords had there.
 * @param declaredNow the scopes that the tenant file declares now
 * @throws UserError for mistakes in it, and where there is no such file or ref
 */
export async function earlierSide(
  refOrFile: string,
  environment: Environment,
  declaredNow: DeclaredScopes | undefined,
): Promise<Side> {
  const policy = isFile(refOrFile)
    ? policyOfFile(refOrFile, surroundingsOf(environment, declaredNow))
    : policyAtRef(refOrFile, environment)
  return { policy, code: await bundlePolicy(policy, '') }
}

function isFile(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isFile() ?? false
}

function policyOfFile(file: string, surroundings: Surroundings): Policy {
  return compilePolicy(parsePolicy(file, readFileSync(file, 'utf8'), surroundings))
}

function policyAtRef(ref: string, now: Environment): Policy {
  const environment = { ...now, keywords: keywordsAt(ref, now) }
  const policyText = textAtRef(ref, POLICY_FILE)
  const file = `${ref}:${POLICY_FILE}`
  const surroundings = surroundingsOf(environment, declaredAt(ref, environment))
  return compilePolicy(parsePolicy(file, policyText, surroundings))
}

// A keyword may have meant another API or client then. Where the environment has come since, it has today's.
function keywordsAt(ref: string, { name, file, keywords }: Environment): Environment['keywords'] {
  const there = `${ref}:${file}`
  if (!filesAt(ref).isFile(there)) return keywords
  return parseEnvironment(name, there, textAtRef(ref, file)).keywords
}

function declaredAt(ref: string, environment: Environment): DeclaredScopes | undefined {
  const { tenantFile = TENANT_FILE } = environment
  const folder = `${ref}:${tenantFile}`
  const files = filesAt(ref)
  if (files.isFolder(folder)) return readTenantFile(folder, environment, files).declaredScopes
  return parseTenantFile(folder, textAtRef(ref, tenantFile), environment).declaredScopes
}

/** The files of a commit, which are named as `REF:path`. */
function filesAt(ref: string): Files {
  const pathOf = (name: string) => name.slice(ref.length + 1)
  const typeOf = (name: string) =>
    git(['cat-file', '-t'], objectAt(ref, pathOf(name))).stdout.trim()
  return {
    isFile: (name) => typeOf(name) === 'blob',
    isFolder: (name) => typeOf(name) === 'tree',
    namesIn: (name) => {
      const tree = objectAt(ref, pathOf(name))
      return git(['ls-tree', '--full-tree', '-z', '--name-only'], tree)
        .stdout.split('\0')
        .filter(Boolean)
        .toSorted()
    },
    textOf: (name) => textAtRef(ref, pathOf(name)),
  }
}

// With `./` the path starts at the current folder, as it does for every other file.
function objectAt(ref: string, path: string): string {
  return `${ref}:./${path.replace(/\/+$/, '')}`
}

function git(command: readonly string[], object: string) {
  const options = { encoding: 'utf8', maxBuffer: 10_000_000 } as const
  return spawnSync('git', [...command, '--end-of-options', object], options)
}

function textAtRef(ref: string, file: string): string {
  const { status, stdout, stderr } = git(['show'], objectAt(ref, file))
  if (status === 0) return stdout
  const [reason = ''] = status === null ? ['git cannot be run'] : stderr.split('\n')
  throw new UserError({
    where: ref,
    message: `no ${file} there: ${reason.replace(/^fatal: |\.$/g, '')}`,
    hint: 'expected a file, or a branch, tag or commit that git knows here',
  })
}
