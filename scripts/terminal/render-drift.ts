import type { Reading } from '../tenant/reading.ts'
import type { RecentWrites } from '../tenant/recent-writes.ts'
import type { Terminal } from './command.ts'
import { printable } from './printable.ts'
import { aligned, envFlag, renderChanges, section } from './render.ts'

/** Where a tenant differs from the repository, for people. */
export function renderDrift(
  { plan, domain }: Reading,
  recent: RecentWrites,
  { paint }: Terminal,
): string {
  const { environment, changes } = plan
  if (changes.length === 0) {
    return `${environment} (${domain}) is as this repository says: deployed code, bindings, settings.`
  }
  return [
    ...section(
      paint,
      `Drift in ${environment} (${domain}): what it is → what it should be`,
      renderChanges(paint, changes),
    ),
    ...section(paint, 'Newest changes in the log of the tenant', renderWrites(recent)),
    `${changes.length} to change. Bring it back with: npm run deploy${envFlag(environment)}`,
  ].join('\n')
}

function renderWrites(recent: RecentWrites): readonly string[] {
  const shown = printable(recent)
  if (shown.log === 'unreadable') return [`not readable: ${shown.reason}`]
  return aligned(
    shown.writes.map(({ at, what, by }) => [at.slice(0, 19).replace('T', ' '), what, `by ${by}`]),
  )
}
