import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { UserError, type Problem } from '../terminal/user-error.ts'
import type { Desired } from './desired.ts'
import { assemblePlan, type Change, type Snapshot } from './plan.ts'

interface Wanted {
  readonly desired: Desired
  readonly domain: string
}

const PAUSE_MS = 1_000

/**
 * Reads a tenant after a deploy, and once more where it is not as wanted: what was written may take a moment to show,
 * and only what moves by itself is somebody else's doing.
 * @throws UserError for each difference
 */
export async function readReached(
  read: () => Promise<Snapshot>,
  { desired, domain }: Wanted,
): Promise<Snapshot> {
  const first = await read()
  if (assemblePlan(first, desired).changes.length === 0) return first
  await sleep(PAUSE_MS)
  const second = await read()
  const { changes } = assemblePlan(second, desired)
  const hint = isDeepStrictEqual(first, second)
    ? 'a second read shows the same: the tenant stores it otherwise, or somebody has set it since'
    : 'somebody else is changing the tenant: run the same command again'
  const [problem, ...rest] = changes.flatMap((change) => differences(change, domain, hint))
  if (problem !== undefined) throw new UserError(problem, ...rest)
  return second
}

function differences({ section, name, fields }: Change, where: string, hint: string): Problem[] {
  return fields.map(({ field, before, after }) => ({
    where,
    message: `\`${field}\` of \`${name}\` in \`${section}\` is ${shown(before)} after the deploy, not ${shown(after)}`,
    hint,
  }))
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : `\`${JSON.stringify(value)}\``
}
