import type { Side } from './diff/sides.ts'
import type { Bundle } from './policy/bundle.ts'
import { assertWritable, writeOutput, type OutputFile } from './terminal/output-file.ts'
import type { Command, ExitCode, Flags, Terminal } from './terminal/command.ts'
import { TENANT_FLAGS } from './terminal/tenant-flags.ts'
import { typed } from './terminal/typed.ts'
import { UserError } from './terminal/user-error.ts'

/** `step-up diff` */
export const diff: Command = {
  name: 'diff',
  summary: 'Says which requests this policy treats differently from another one.',
  saysNo: 'some requests need less proof',
  positional: 'REF_OR_FILE',
  options: {
    deployed: { type: 'boolean', help: 'compare with the code that is deployed in the tenant' },
    ...TENANT_FLAGS,
    markdown: { type: 'string', value: 'FILE', help: 'write it for a pull request, too' },
  },
  async run(flags, terminal) {
    const { REF_OR_FILE: refOrFile } = flags
    if ((flags['deployed'] === true) === (refOrFile !== undefined)) {
      throw new UserError({
        message: 'diff: expected either a git ref or file, or `--deployed`',
        hint: `see: ${typed('diff', '--help')}`,
      })
    }
    assertWritable(outputsOf(flags))
    if (refOrFile === undefined) {
      const { deployedSide } = await import('./diff/deployed-policy.ts')
      const { withDesired } = await import('./tenant/session.ts')
      return withDesired<ExitCode>({ flags, terminal }, async (session) => {
        const { connection, environment, files } = session
        const { management, domain } = connection
        terminal.progress(`reading ${domain}`)
        const { name } = files.desired.action
        const before = await deployedSide(management, name, environment.name)
        return report({ before, from: `the Action deployed in ${domain}` }, files.bundle, {
          flags,
          terminal,
        })
      })
    }
    const { earlierSide } = await import('./diff/earlier-policy.ts')
    const { loadDesired } = await import('./tenant/desired.ts')
    const { environmentOf } = await import('./tenant/environment.ts')
    const environment = environmentOf(flags, 'files')
    const { bundle, declaredScopes } = await loadDesired(environment, { note: terminal.note })
    const before = await earlierSide(String(refOrFile), environment, declaredScopes)
    return report({ before, from: String(refOrFile) }, bundle, { flags, terminal })
  },
}

async function report(
  { before, from }: { readonly before: Side; readonly from: string },
  bundle: Bundle,
  { flags, terminal }: { readonly flags: Flags; readonly terminal: Terminal },
): Promise<ExitCode> {
  const { compareWithBuilt } = await import('./diff/compare-built.ts')
  const { diffMarkdown, renderDiff } = await import('./diff/render-diff.ts')
  const diff = await compareWithBuilt(before, bundle, terminal.progress)
  const compared = { from, keywords: bundle.keywords }
  for (const output of outputsOf(flags)) writeOutput(output, diffMarkdown(diff, compared))
  terminal.result(renderDiff(diff, compared, terminal), {
    from,
    ...(bundle.keywords.length > 0 && { keywords: bundle.keywords }),
    ...diff,
  })
  return diff.groups.some(({ verdict }) => verdict === 'weaker') ? 2 : 0
}

function outputsOf({ markdown: file }: Flags): readonly OutputFile[] {
  return typeof file === 'string' ? [{ flag: '--markdown', file }] : []
}
