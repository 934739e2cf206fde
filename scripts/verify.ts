import { lapsesOf } from './tenant/lapses.ts'
import type { RecentWrites } from './tenant/recent-writes.ts'
import type { Command, ExitCode } from './terminal/command.ts'
import { TENANT_FLAGS } from './terminal/tenant-flags.ts'

/** Nobody asks the log of a tenant that is as it should be. */
const NO_WRITES: RecentWrites = { log: 'read', writes: [] }

/** `step-up verify` */
export const verify: Command = {
  name: 'verify',
  summary:
    'Compares a tenant with this repository: code, bindings, resource servers, factors, settings.',
  saysNo: 'the tenant differs from the files, or a deploy would stop',
  options: TENANT_FLAGS,
  run: async (flags, terminal) => {
    const { preflight } = await import('./tenant/preflight.ts')
    const { readAndCompare } = await import('./tenant/reading.ts')
    const { readRecentWrites } = await import('./tenant/recent-writes.ts')
    const { withDesired } = await import('./tenant/session.ts')
    const { readUnbound } = await import('./tenant/unbound.ts')
    const { renderDrift } = await import('./deploy/render-drift.ts')
    return withDesired<ExitCode>({ flags, terminal }, async ({ connection, files }) => {
      const { desired } = files
      const { progress } = terminal
      const reading = await readAndCompare(connection, desired, { access: 'read', progress })
      const { environment, changes, twins, notes } = reading.plan
      const [judged, unbound, recent] = await Promise.all([
        preflight(reading, files, connection),
        readUnbound(connection, reading),
        changes.length === 0 ? NO_WRITES : readRecentWrites(connection),
      ])
      const rules = files.bundle.rules
      terminal.result(renderDrift({ reading, recent, unbound, rules, ...judged }, terminal), {
        environment,
        domain: reading.domain,
        unprotected: lapsesOf(reading),
        drift: changes,
        twins,
        notes,
        unbound,
        ...judged,
        ...(recent.log === 'read'
          ? { recentWrites: recent.writes }
          : { logUnreadable: recent.reason }),
      })
      return changes.length === 0 && judged.refusals.length === 0 ? 0 : 2
    })
  },
}
