import type { Command, ExitCode } from './terminal/command.ts'
import { assertWritable, writeOutput } from './terminal/output-file.ts'
import { OVERWRITE, stopAtEdited } from './deploy/overwrite.ts'
import { TENANT_FLAGS } from './terminal/tenant-flags.ts'

/** `step-up plan` */
export const plan: Command = {
  name: 'plan',
  summary:
    'Shows what a deploy would change in a tenant and what it leaves alone. Changes nothing.',
  saysNo: 'there is something to change, or a deploy would stop',
  options: {
    ...TENANT_FLAGS,
    out: { type: 'string', value: 'FILE', help: 'save the plan, for `deploy --plan FILE`' },
    ...OVERWRITE,
  },
  run: async (flags, terminal) => {
    const { out, overwrite } = flags
    const { preflight } = await import('./tenant/preflight.ts')
    const { plannedDiff } = await import('./diff/planned.ts')
    const { readSetUp } = await import('./tenant/recent-writes.ts')
    const { readAndCompare } = await import('./tenant/reading.ts')
    const { savedPlanText } = await import('./tenant/saved-plan.ts')
    const { withDesired } = await import('./tenant/session.ts')
    const { renderPlan } = await import('./deploy/render-plan.ts')
    const outputs = out === undefined ? [] : [{ flag: '--out', file: String(out) }]
    assertWritable(outputs)
    return withDesired<ExitCode>({ flags, terminal }, async ({ connection, files }) => {
      const { desired } = files
      const { progress } = terminal
      const reading = await readAndCompare(connection, desired, { access: 'read', progress })
      await stopAtEdited(reading, { desired, overwrite, terminal })
      const [{ refusals, unknown }, setUp] = await Promise.all([
        preflight(reading, files, connection),
        readSetUp(connection),
      ])
      const policyDiff = await plannedDiff(reading, files, progress)
      const shown = { policyDiff, refusals, unknown }
      for (const output of outputs) writeOutput(output, savedPlanText(reading, shown))
      terminal.result(renderPlan({ reading, desired, setUp, ...shown }, terminal), {
        ...reading.plan,
        ...shown,
        setUp,
        domain: reading.domain,
      })
      return reading.plan.changes.length === 0 && refusals.length === 0 ? 0 : 2
    })
  },
}
