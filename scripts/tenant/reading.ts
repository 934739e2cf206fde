import type { Connection } from './connection.ts'
import type { Desired } from './desired.ts'
import { assemblePlan, sha256, type Plan, type Snapshot } from './plan.ts'
import { readTenant } from './read.ts'
import { assertScopes, requiredScopes, type AccessMode } from './required-scopes.ts'

/** A tenant as it was found, and what a deploy would make of it. */
export interface Reading {
  readonly domain: string
  readonly snapshot: Snapshot
  readonly plan: Plan
  /** Digest of all that was found: another one means that the tenant has changed. */
  readonly basis: string
  /** Digest of the desired state, the code of the Action included. */
  readonly wanted: string
}

export interface ReadOptions {
  /** What the reading is for, and so what the credentials must allow. */
  readonly access: AccessMode
  /** Says what is going on. */
  readonly progress: (text: string) => void
}

/**
 * Reads a tenant with one GET for each kind of thing, and compares it with what is wanted.
 * @throws UserError when the credentials do not suffice, or the wanted state cannot be reached without
 *   touching what is not ours; ManagementError
 */
export async function readAndCompare(
  connection: Connection,
  desired: Desired,
  { access, progress }: ReadOptions,
): Promise<Reading> {
  assertScopes(connection, requiredScopes(desired.settings, access))
  const { management, domain } = connection
  progress(`reading ${domain}`)
  const snapshot = await readTenant(management, desired)
  return {
    domain,
    snapshot,
    plan: assemblePlan(snapshot, desired),
    basis: sha256(JSON.stringify(snapshot)),
    wanted: sha256(JSON.stringify(desired)),
  }
}

/** The code of our Action that runs and that a deploy would replace by other code. */
export function replacedCode({ plan, snapshot }: Reading): string | undefined {
  const isReplaced = plan.changes.some(
    ({ section, fields }) => section === 'actions' && fields.some(({ field }) => field === 'code'),
  )
  return isReplaced ? snapshot.action?.deployed?.code : undefined
}
