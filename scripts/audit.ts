import { renderText } from './audit/report/text.ts'
import { assertReportsWritable, writeReports } from './audit/report/write-reports.ts'
import { runAudit } from './audit/run-audit.ts'
import { readEarlier } from './audit/since.ts'
import { runCommand } from './terminal/command.ts'
import { UserError } from './terminal/user-error.ts'

await runCommand({
  name: 'audit',
  summary:
    'Checks the bundle in every case that can matter, and looks for what can defeat it in the tenant.',
  options: {
    env: { type: 'string', value: 'NAME', help: 'a file of config/environments' },
    tenant: { type: 'boolean', help: 'look at the tenant itself instead of tenant.yaml' },
    full: { type: 'boolean', help: 'leave out no combination, however long it takes' },
    quick: { type: 'boolean', help: 'run few cases: a first look and no proof' },
    since: {
      type: 'string',
      value: 'FILE',
      help: 'what an earlier audit printed by --json: tell what is new, resolved, still open',
    },
    markdown: { type: 'string', value: 'FILE', help: 'also write a comment for a pull request' },
    sarif: { type: 'string', value: 'FILE', help: 'also write SARIF 2.1.0 for code scanning' },
    html: { type: 'string', value: 'FILE', help: 'also write a page to be kept as evidence' },
  },
  run: async ({ env, tenant, full, quick, since, markdown, sarif, html }, terminal) => {
    if (quick === true && full === true) {
      throw new UserError({
        where: '--quick',
        message: 'cannot be used with `--full`',
        hint: 'choose one of them, or neither for the whole check',
      })
    }
    const reports = { markdown, sarif, html }
    assertReportsWritable(reports)
    const earlier = since === undefined ? undefined : readEarlier(String(since))
    const audit = await runAudit({
      earlier,
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
