import { writeBundle, type Bundle } from '../policy/bundle.ts'
import { UserError, type Problem } from '../terminal/user-error.ts'
import { applyPlan, type ApplyOptions } from './apply.ts'
import type { Connection } from './connection.ts'
import type { Desired, Sources } from './desired.ts'
import { assertUnedited } from './edited.ts'
import { assemblePlan, type Change, type Plan, type Snapshot } from './plan.ts'
import { readTenant } from './read.ts'
import { readAndCompare, type Reading } from './reading.ts'

/** What a deploy did, and what is live after it. */
export interface Deployment {
  readonly environment: string
  readonly domain: string
  readonly changes: Plan['changes']
  readonly kept: Plan['kept']
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
  options: ApplyOptions,
): Promise<Deployment> {
  const { progress } = options
  const reading = await readAndCompare(connection, sources.desired, { access: 'write', progress })
  assertUnedited(reading)
  return carryOut(reading, { connection, sources, options })
}

/** Carries out what a reading has planned, as {@link deployTo} does. */
export async function carryOut(
  { plan, snapshot: before }: Reading,
  {
    connection,
    sources: { desired, bundle },
    options,
  }: {
    readonly connection: Connection
    readonly sources: Sources
    readonly options: ApplyOptions
  },
): Promise<Deployment> {
  const { management, domain } = connection
  writeBundle(bundle)
  await applyPlan(plan, desired, connection, options)
  const after = plan.changes.length === 0 ? before : await readTenant(management, desired)
  assertReached(after, desired, domain)
  return report(after, { desired, bundle, domain, plan })
}

function assertReached(after: Snapshot, desired: Desired, domain: string): void {
  const [first, ...rest] = assemblePlan(after, desired).changes.flatMap((change) =>
    differences(change, domain),
  )
  if (first !== undefined) throw new UserError(first, ...rest)
}

function differences({ section, name, fields }: Change, domain: string): Problem[] {
  return fields.map(({ field, before, after }) => ({
    where: domain,
    message: `\`${field}\` of \`${name}\` in \`${section}\` is ${shown(before)} after the deploy, not ${shown(after)}`,
    hint: 'somebody else may be changing the tenant: run the same command again',
  }))
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : `\`${JSON.stringify(value)}\``
}

interface Circumstances {
  readonly desired: Desired
  readonly bundle: Bundle
  readonly domain: string
  readonly plan: Plan
}

function report(after: Snapshot, { desired, bundle, domain, plan }: Circumstances): Deployment {
  return {
    environment: desired.environment,
    domain,
    changes: plan.changes,
    kept: plan.kept,
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
