import { spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import type { Policy } from '../../actions/step-up/policy.ts'
import { bundlePolicy } from '../policy/bundle.ts'
import { compilePolicy } from '../policy/compile.ts'
import { parsePolicy } from '../policy/load.ts'
import { POLICY_FILE } from '../tenant/desired.ts'
import type { Environment } from '../tenant/environment.ts'
import { parseTenantFile, readTenantFile, TENANT_FILE } from '../tenant/tenant-file.ts'
import { UserError } from '../terminal/user-error.ts'
import type { Side } from './sides.ts'

/** Exceptions that have expired since are no mistake of an earlier policy. */
const LONG_AGO = new Date(0)

/**
 * Builds an earlier policy with today's Action: that of a file if there is one of the name, else that of
 * the git ref, with the scopes that tenant.yaml declared there.
 * @throws UserError for mistakes in it, and where there is no such file or ref
 */
export async function earlierSide(refOrFile: string, environment: Environment): Promise<Side> {
  const policy = isFile(refOrFile)
    ? policyOfFile(refOrFile, environment)
    : policyAtRef(refOrFile, environment)
  return { policy, code: await bundlePolicy(policy, '') }
}

function isFile(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isFile() ?? false
}

function policyOfFile(file: string, environment: Environment): Policy {
  const { declaredScopes } = readTenantFile(TENANT_FILE, environment)
  const text = readFileSync(file, 'utf8')
  return compilePolicy(parsePolicy(file, text, { declaredScopes, today: LONG_AGO }))
}

function policyAtRef(ref: string, environment: Environment): Policy {
  const policyText = textAtRef(ref, POLICY_FILE)
  const tenantText = textAtRef(ref, TENANT_FILE)
  const { declaredScopes } = parseTenantFile(`${ref}:${TENANT_FILE}`, tenantText, environment)
  const file = `${ref}:${POLICY_FILE}`
  return compilePolicy(parsePolicy(file, policyText, { declaredScopes, today: LONG_AGO }))
}

function textAtRef(ref: string, file: string): string {
  // With `./` the path starts at the current folder, as it does for every other file.
  const flags = ['show', '--end-of-options', `${ref}:./${file}`]
  const options = { encoding: 'utf8', maxBuffer: 10_000_000 } as const
  const { status, stdout, stderr } = spawnSync('git', flags, options)
  if (status === 0) return stdout
  const [reason = ''] = status === null ? ['git cannot be run'] : stderr.split('\n')
  throw new UserError({
    where: ref,
    message: `no ${file} there: ${reason.replace(/^fatal: |\.$/g, '')}`,
    hint: 'expected a file, or a branch, tag or commit that git knows here',
  })
}
