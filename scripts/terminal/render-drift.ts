import { lapsesOf, type Lapse } from '../tenant/lapses.ts'
import type { Reading } from '../tenant/reading.ts'
import type { RecentWrites } from '../tenant/recent-writes.ts'
import type { Terminal } from './command.ts'
import { printable } from './printable.ts'
import { aligned, envFlag, renderChanges, section } from './render.ts'

/** Where a tenant differs from the repository, for people. */
export function renderDrift(reading: Reading, recent: RecentWrites, { paint }: Terminal): string {
  const { plan, domain } = reading
  const { environment, changes } = plan
  if (changes.length === 0) {
    return `${environment} (${domain}) is as this repository says: deployed code, bindings, settings.`
  }
  return [
    ...section(
      (style, title) => paint('red', paint(style, title)),
      `Unprotected in ${environment} (${domain})`,
      lapsesOf(reading).map(lapseInWords),
    ),
    ...section(
      paint,
      `Drift in ${environment} (${domain}): what it is → what it should be`,
      renderChanges(paint, changes),
    ),
    ...section(paint, 'Newest changes in the log of the tenant', renderWrites(recent)),
    `${changes.length} to change. Bring it back with: npm run deploy${envFlag(environment)}`,
  ].join('\n')
}

function lapseInWords(lapse: Lapse): string {
  const { why, action } = printable(lapse)
  switch (why) {
    case 'not-deployed':
      return `not deployed: no version of \`${action}\` runs, so whatever the rules protect is issued without step-up`
    case 'not-bound':
      return `not bound: \`${action}\` runs in no login, so whatever the rules protect is issued without step-up`
    case 'other-code':
      return `other code: \`${action}\` runs code that this repository does not build; take whatever the rules protect for unprotected`
  }
}

function renderWrites(recent: RecentWrites): readonly string[] {
  const shown = printable(recent)
  if (shown.log === 'unreadable') return [`not readable: ${shown.reason}`]
  return aligned(
    shown.writes.map(({ at, what, by }) => [at.slice(0, 19).replace('T', ' '), what, `by ${by}`]),
  )
}
