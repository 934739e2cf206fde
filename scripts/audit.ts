import { runCommand } from './terminal/command.ts'
import { TENANT_FLAGS } from './terminal/tenant-flags.ts'
import { UserError } from './terminal/user-error.ts'

await runCommand({
  name: 'audit',
  summary:
    'Checks the bundle in every case that can matter, and looks for what can defeat it in the tenant.',
  options: {
    ...TENANT_FLAGS,
    tenant: { type: 'boolean', help: 'look at the tenant itself instead of tenant.yaml' },
    full: { type: 'boolean', help: 'leave out no combination, however long it takes' },
    quick: { type: 'boolean', help: 'run few cases: a first look and no proof' },
    markdown: { type: 'string', value: 'FILE', help: 'also write a comment for a pull request' },
    sarif: { type: 'string', value: 'FILE', help: 'also write SARIF 2.1.0 for code scanning' },
    html: { type: 'string', value: 'FILE', help: 'also write a page to be kept as evidence' },
  },
  run: async ({ env, tenant, full, quick, markdown, sarif, html }, terminal) => {
    const { renderText } = await import('./audit/report/text.ts')
    const { assertReportsWritable, writeReports } = await import('./audit/report/write-reports.ts')
    const { runAudit } = await import('./audit/run-audit.ts')
    if (quick === true && full === true) {
      throw new UserError({
        where: '--quick',
        message: 'cannot be used with `--full`',
        hint: 'choose one of them, or neither for the whole check',
      })
    }
    const reports = { markdown, sarif, html }
    assertReportsWritable(reports)
    const audit = await runAudit({
      env,
      against: tenant === true ? 'tenant' : 'tenant-file',
      depth: quick === true ? 'quick' : full === true ? 'full' : 'whole',
      terminal,
    })
    writeReports(audit, reports)
    terminal.result(renderText(audit, terminal.paint), audit)
    return audit.verdict.outcome === 'clean' ? 0 : 2
  },
})
