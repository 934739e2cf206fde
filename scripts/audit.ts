import type { Command } from './terminal/command.ts'
import { TENANT_FLAGS } from './terminal/tenant-flags.ts'
import { timeOf } from './terminal/time-flag.ts'
import { UserError } from './terminal/user-error.ts'

/** `step-up audit` */
export const audit: Command = {
  name: 'audit',
  summary:
    'Checks the bundle in every case that can matter, and looks for what can defeat it in the tenant.',
  saysNo: 'the audit is not clean',
  options: {
    ...TENANT_FLAGS,
    tenant: { type: 'boolean', help: 'look at the tenant itself instead of tenant.yaml' },
    bundle: {
      type: 'string',
      value: 'FILE',
      help: 'audit the code in a file, such as what a dashboard shows, instead of what is built',
    },
    full: { type: 'boolean', help: 'try every combination, however long it takes' },
    quick: { type: 'boolean', help: 'run few cases: a first look, no proof' },
    at: {
      type: 'string',
      value: 'DATE',
      help: 'judge as of a day (UTC) or a time',
    },
    since: {
      type: 'string',
      value: 'FILE',
      help: 'compare with what an earlier audit printed by --json',
    },
    markdown: { type: 'string', value: 'FILE', help: 'also write a comment for a pull request' },
    sarif: { type: 'string', value: 'FILE', help: 'also write SARIF 2.1.0 for code scanning' },
    html: { type: 'string', value: 'FILE', help: 'also write a page to keep as evidence' },
  },
  run: async (flags, terminal) => {
    const { tenant, bundle, full, quick, at, since, markdown, sarif, html } = flags
    // Nothing that is known yet tells whether they are needed, and reading takes as long as starting them.
    const workers =
      bundle === undefined && quick !== true
        ? (await import('./proof/worker-pool.ts')).startWorkers()
        : undefined
    const { renderText } = await import('./audit/report/text.ts')
    const { assertReportsWritable, writeReports } = await import('./audit/report/write-reports.ts')
    const { runAudit } = await import('./audit/run-audit.ts')
    const { readEarlier } = await import('./audit/since.ts')
    if (quick === true && full === true) {
      throw new UserError({
        where: '--quick',
        message: 'cannot be used with `--full`',
        hint: 'choose one of them, or neither for the whole check',
      })
    }
    if (tenant === true && bundle !== undefined) {
      throw new UserError({
        where: '--bundle',
        message: 'cannot be used with `--tenant`, which audits the code that is deployed',
        hint: 'choose one of them',
      })
    }
    const reports = { markdown, sarif, html }
    assertReportsWritable(reports)
    const earlier = since === undefined ? undefined : readEarlier(String(since))
    const audit = await runAudit({
      earlier,
      flags,
      against: tenant === true ? 'tenant' : 'tenant-file',
      at: at === undefined ? undefined : timeOf(at),
      bundleFile: bundle === undefined ? undefined : String(bundle),
      workers,
      depth: quick === true ? 'quick' : full === true ? 'full' : 'whole',
      terminal,
    })
    writeReports(audit, reports)
    terminal.result(renderText(audit, terminal.paint), audit)
    return audit.verdict.outcome === 'clean' ? 0 : 2
  },
}
