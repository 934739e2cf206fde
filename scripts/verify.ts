import { lapsesOf } from './tenant/lapses.ts'
import { readAndCompare } from './tenant/reading.ts'
import { readRecentWrites, type RecentWrites } from './tenant/recent-writes.ts'
import { withDesired } from './tenant/session.ts'
import { runCommand, type ExitCode } from './terminal/command.ts'
import { renderDrift } from './terminal/render-drift.ts'

/** Nobody asks the log of a tenant that is as it should be. */
const NO_WRITES: RecentWrites = { log: 'read', writes: [] }

await runCommand({
  name: 'verify',
  summary:
    'Compares a tenant with this repository: code, bindings, resource servers, factors, settings.',
  options: { env: { type: 'string', value: 'NAME', help: 'a file of config/environments' } },
  run: ({ env }, terminal) =>
    withDesired<ExitCode>({ env, terminal }, async ({ connection, files: { desired } }) => {
      const { progress } = terminal
      const reading = await readAndCompare(connection, desired, { access: 'read', progress })
      const { changes } = reading.plan
      const recent = changes.length === 0 ? NO_WRITES : await readRecentWrites(connection)
      terminal.result(renderDrift(reading, recent, terminal), {
        environment: reading.plan.environment,
        domain: reading.domain,
        unprotected: lapsesOf(reading),
        drift: changes,
        ...(recent.log === 'read'
          ? { recentWrites: recent.writes }
          : { logUnreadable: recent.reason }),
      })
      return changes.length === 0 ? 0 : 2
    }),
})
