import { savePlan } from './tenant/saved-plan.ts'
import { readAndCompare } from './tenant/reading.ts'
import { withDesired } from './tenant/session.ts'
import { runCommand, type ExitCode } from './terminal/command.ts'
import { OVERWRITE, stopAtEdited } from './terminal/overwrite.ts'
import { renderPlan } from './terminal/render-plan.ts'

await runCommand({
  name: 'plan',
  summary:
    'Shows what a deploy would change in a tenant and what it leaves alone. Changes nothing.',
  options: {
    env: { type: 'string', value: 'NAME', help: 'a file of config/environments' },
    out: { type: 'string', value: 'FILE', help: 'save the plan, for `deploy --plan FILE`' },
    ...OVERWRITE,
  },
  run: ({ env, out, overwrite }, terminal) =>
    withDesired<ExitCode>({ env, terminal }, async ({ connection, files: { desired } }) => {
      const { progress } = terminal
      const reading = await readAndCompare(connection, desired, { access: 'read', progress })
      stopAtEdited(reading, { desired, overwrite, terminal })
      if (out !== undefined) savePlan(String(out), reading)
      terminal.result(renderPlan(reading, desired, terminal), {
        ...reading.plan,
        domain: reading.domain,
      })
      return reading.plan.changes.length === 0 ? 0 : 2
    }),
})
