import { writeBundle, type Bundle } from '../policy/bundle.ts'
import { applyPlan, type Applied } from './apply.ts'
import type { Connection } from './connection.ts'
import type { ImportOptions } from './deploy-cli.ts'
import type { Desired, Sources } from './desired.ts'
import { assertUnedited } from './edited.ts'
import type { Meanwhile } from './meanwhile.ts'
import type { Plan } from './plan.ts'
import { readAndCompare, type Reading } from './reading.ts'

/** What a deploy did, and what is live after it. */
export interface Deployment {
  readonly environment: string
  readonly domain: string
  readonly changes: Plan['changes']
  readonly kept: Plan['kept']
  readonly twins: Plan['twins']
  readonly notes: Plan['notes']
  /** What changed by other hands between reading and writing. */
  readonly meanwhile: readonly Meanwhile[]
  /** Why the whole import of auth0-deploy-cli wrote the settings, where it did. */
  readonly wholeImport?: string
  readonly live: {
    readonly action: string
    readonly version: number
    readonly runtime: string
    /** SHA-256 of the deployed code, in hex. */
    readonly sha256: string
    readonly policyHash: string
    /** Names of the Actions bound to post-login, in the order in which they run. */
    readonly bindings: readonly string[]
    readonly rules: Bundle['rules']
  }
}

/**
 * Brings a tenant to the desired state and reads back that it is there.
 * @throws UserError when it cannot be, or is not; ManagementError
 */
export async function deployTo(
  connection: Connection,
  sources: Sources,
  options: ImportOptions,
): Promise<Deployment> {
  const { progress } = options
  const reading = await readAndCompare(connection, sources.desired, { access: 'write', progress })
  assertUnedited(reading)
  return carryOut(reading, { connection, sources, options })
}

/** Carries out what a reading has planned, as {@link deployTo} does. */
export async function carryOut(
  reading: Reading,
  {
    connection,
    sources: { desired, bundle },
    options,
  }: {
    readonly connection: Connection
    readonly sources: Sources
    readonly options: ImportOptions
  },
): Promise<Deployment> {
  writeBundle(bundle)
  const applied = await applyPlan(reading, { desired, connection, options })
  return report(applied, { desired, bundle, domain: connection.domain, plan: reading.plan })
}

interface Circumstances {
  readonly desired: Desired
  readonly bundle: Bundle
  readonly domain: string
  readonly plan: Plan
}

function report(
  { after, meanwhile, wholeImport }: Applied,
  { desired, bundle, domain, plan }: Circumstances,
): Deployment {
  return {
    environment: desired.environment,
    domain,
    changes: plan.changes,
    kept: plan.kept,
    twins: plan.twins,
    notes: plan.notes,
    meanwhile,
    ...(wholeImport !== undefined && { wholeImport }),
    live: {
      action: desired.action.name,
      version: after.action?.deployed?.number ?? 0,
      runtime: after.action?.deployed?.runtime ?? '',
      sha256: bundle.sha256,
      policyHash: bundle.policyHash,
      bindings: after.bindings.map(({ actionName }) => actionName),
      rules: bundle.rules,
    },
  }
}
