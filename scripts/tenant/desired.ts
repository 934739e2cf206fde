import { buildBundle, type Bundle } from '../policy/bundle.ts'
import { POLICY_FILE } from '../terminal/project.ts'
import { UserError, type Problem } from '../terminal/user-error.ts'
import type { Environment, Position } from './environment.ts'
import { type Setting } from './setting.ts'
import { settingsOf } from './settings.ts'
import {
  readTenantFile,
  TENANT_FILE,
  type TenantFile,
  type TenantFileReading,
} from './tenant-file.ts'

/** What a tenant should be like after a deploy. */
export interface Desired {
  readonly environment: string
  readonly action: {
    readonly name: string
    readonly displayName: string
    readonly runtime: string
    readonly code: string
    /** SHA-256 of the code, in hex. */
    readonly sha256: string
  }
  readonly position: Position
  readonly settings: readonly Setting[]
}

export { POLICY_FILE }

/** The desired state, and what it was made from. */
export interface Sources {
  readonly desired: Desired
  readonly bundle: Bundle
}

/**
 * Builds the bundle and reads the desired state of a tenant from the files of this project.
 * @param problems what is already known to be wrong, reported with the rest
 * @param policyText what the policy file is about to hold; what it holds, if left out
 * @throws UserError with every mistake in tenant.yaml and in the policy
 */
export async function loadDesired(
  environment: Environment,
  problems: readonly Problem[],
  policyText?: string,
): Promise<Sources> {
  const {
    tenantFile,
    declaredScopes,
    problems: inTenantFile,
    locate,
  } = readTenantFile(TENANT_FILE, environment)
  const { bundle, problems: inPolicy } = await attempt(() =>
    buildBundle({
      policyFile: POLICY_FILE,
      declaredScopes,
      ...(policyText !== undefined && { policyText }),
    }),
  )
  const [first, ...rest] = [...problems, ...inTenantFile, ...inPolicy]
  if (first !== undefined) throw new UserError(first, ...rest)
  if (tenantFile === undefined || bundle === undefined) throw new Error('unreachable: no problems')
  return { desired: desiredState({ environment, tenantFile, bundle, locate }), bundle }
}

interface Files {
  readonly environment: Environment
  readonly tenantFile: TenantFile
  readonly bundle: Pick<Bundle, 'code' | 'sha256'>
  readonly locate?: TenantFileReading['locate']
}

/** Puts together what the files say; does no I/O. */
export function desiredState({ environment, tenantFile, bundle, locate }: Files): Desired {
  const [action] = tenantFile.actions
  const [binding] = tenantFile.triggers['post-login']
  if (action === undefined || binding === undefined) throw new Error('the schema wants one of each')
  return {
    environment: environment.name,
    action: {
      name: action.name,
      displayName: binding.display_name,
      runtime: action.runtime,
      code: bundle.code,
      sha256: bundle.sha256,
    },
    position: environment.position,
    settings: settingsOf(tenantFile, locate),
  }
}

async function attempt(
  build: () => Promise<Bundle>,
): Promise<{ readonly bundle?: Bundle; readonly problems: readonly Problem[] }> {
  try {
    return { bundle: await build(), problems: [] }
  } catch (error) {
    if (error instanceof UserError) return { problems: error.problems }
    throw error
  }
}
