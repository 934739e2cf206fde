import type { Bundle } from '../policy/bundle.ts'
import type { Reading } from '../tenant/reading.ts'
import type { RecentWrites } from '../tenant/recent-writes.ts'
import type { Terminal } from './command.ts'
import { printable } from './printable.ts'
import { aligned, envFlag, NOT_WRITTEN, renderChanges, renderNote, section } from './render.ts'

interface Verified {
  readonly reading: Reading
  readonly recent: RecentWrites
  /** Names of the Actions that are deployed for post-login and run in no login. */
  readonly unbound: readonly string[]
  readonly rules: Bundle['rules']
}

/** Where a tenant differs from the repository, for people. */
export function renderDrift(verified: Verified, { paint }: Terminal): string {
  const { reading, recent, unbound } = verified
  const { plan, domain } = reading
  const { environment, changes } = plan
  const beside = [
    ...section(paint, NOT_WRITTEN, plan.notes.map(renderNote)),
    ...section(paint, UNBOUND, printable(unbound)),
  ]
  if (changes.length === 0) {
    const all = `${environment} (${domain}) is as this repository says: deployed code, bindings, settings.`
    return [...beside, all].join('\n')
  }
  return [
    ...section(paint, 'Unprotected', unprotected(verified)),
    ...section(
      paint,
      `Drift in ${environment} (${domain}): what it is → what it should be`,
      renderChanges(paint, changes),
    ),
    ...beside,
    ...section(paint, 'Newest changes in the log of the tenant', renderWrites(recent)),
    `${changes.length} to change. Bring it back with: npm run deploy${envFlag(environment)}`,
  ].join('\n')
}

const UNBOUND =
  'Deployed for post-login and not bound: if one of them ran before, an import by auth0-deploy-cli has unbound it'

// The binding is new in a plan where ours is not bound: somebody's list of bindings does not have it.
function unprotected({ reading: { plan }, rules }: Verified): readonly string[] {
  const isUnbound = plan.changes.some(({ section, op }) => section === 'triggers' && op === 'add')
  if (!isUnbound) return []
  return [
    'the Action is not bound to post-login, so none of its rules holds: whatever writes the list of bindings has to list it',
    ...rules.map(({ id, protects }) => `${id}: ${protects}`),
  ]
}

function renderWrites(recent: RecentWrites): readonly string[] {
  const shown = printable(recent)
  if (shown.log === 'unreadable') return [`not readable: ${shown.reason}`]
  return aligned(
    shown.writes.map(({ at, what, by }) => [at.slice(0, 19).replace('T', ' '), what, `by ${by}`]),
  )
}
