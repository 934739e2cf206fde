import { buildBundle, type Bundle } from '../policy/bundle.ts'
import type { DeclaredScopes } from '../policy/checks.ts'
import type { Surroundings } from '../policy/load.ts'
import { POLICY_FILE } from '../terminal/project.ts'
import { UserError, type Problem } from '../terminal/user-error.ts'
import { missingKeyword, TENANT_FILE, type Environment, type Position } from './environment.ts'
import { type Setting } from './setting.ts'
import { settingsOf } from './settings.ts'
import { readTenantFile, type TenantFile, type TenantFileReading } from './tenant-file.ts'

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

/** The same with what the tenant file says by itself. */
export interface LoadedSources extends Sources {
  readonly tenantFile: TenantFile
  readonly declaredScopes: DeclaredScopes
  readonly flow: NonNullable<TenantFileReading['flow']>
}

/** How {@link loadDesired} reads. */
export interface Loading {
  /** What is already known to be wrong, reported with the rest. */
  readonly problems?: readonly Problem[]
  /** What the policy file is about to hold; what it holds, if left out. */
  readonly policyText?: string
  /** Is told what of the tenant file is left alone, also where there are problems. */
  readonly note?: (lines: readonly string[]) => void
}

/**
 * Builds the bundle and reads the desired state of a tenant from the files of this project.
 * @throws UserError with every mistake in the tenant file and in the policy
 */
export async function loadDesired(
  environment: Environment,
  { problems = [], policyText, note }: Loading = {},
): Promise<LoadedSources> {
  const file = environment.tenantFile ?? TENANT_FILE
  const { tenantFile, declaredScopes, flow, notes, locate, ...reading } = readTenantFile(
    file,
    environment,
  )
  note?.(notes)
  const { bundle, problems: inPolicy } = await attempt(() =>
    buildBundle({
      policyFile: POLICY_FILE,
      ...surroundingsOf(environment, declaredScopes),
      ...(policyText !== undefined && { policyText }),
    }),
  )
  const [first, ...rest] = eachKeywordOnce([...problems, ...reading.problems, ...inPolicy])
  if (first !== undefined) throw new UserError(first, ...rest)
  if (tenantFile === undefined || declaredScopes === undefined || bundle === undefined) {
    throw new Error('unreachable: no problems')
  }
  const desired = desiredState({ environment, tenantFile, bundle, locate })
  return { desired, bundle, tenantFile, declaredScopes, flow: flow ?? [] }
}

/** What a policy is judged against in an environment. */
export function surroundingsOf(
  environment: Environment,
  declaredScopes: DeclaredScopes | undefined,
): Surroundings {
  const { keywords, tenantFile = TENANT_FILE } = environment
  return {
    declaredScopes,
    declaredIn: tenantFile,
    keywords,
    missingKeyword: (name) => missingKeyword(name, environment),
  }
}

// The tenant file and the policy may both need it, and one value mends both.
function eachKeywordOnce(problems: readonly Problem[]): readonly Problem[] {
  const isMissing = ({ message }: Problem) => message.startsWith('no value for the keyword')
  return problems.filter(
    (problem, i) =>
      !isMissing(problem) || problems.findIndex(({ message }) => message === problem.message) === i,
  )
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
