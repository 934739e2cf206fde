import { readAndCompare } from './tenant/reading.ts'
import { readRecentWrites } from './tenant/recent-writes.ts'
import { withDesired } from './tenant/session.ts'
import { runCommand, type ExitCode } from './terminal/command.ts'
import { renderDrift } from './terminal/render-drift.ts'

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
      const writes = changes.length === 0 ? [] : await readRecentWrites(connection)
      terminal.result(renderDrift(reading, writes, terminal), {
        environment: reading.plan.environment,
        domain: reading.domain,
        drift: changes,
        recentWrites: writes,
      })
      return changes.length === 0 ? 0 : 2
    }),
})
