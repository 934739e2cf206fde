import type { Command } from './terminal/command.ts'
import { FILE_FLAGS } from './terminal/tenant-flags.ts'

/** `step-up build` */
export const build: Command = {
  name: 'build',
  summary:
    'Checks the policy, bundles it with the Action into dist/step-up.js, and writes what APIs demand.',
  options: FILE_FLAGS,
  run: async (flags, terminal) => {
    const { BUNDLE_FILE, writeBundle } = await import('./policy/bundle.ts')
    const { loadDesired } = await import('./tenant/desired.ts')
    const { environmentOf } = await import('./tenant/environment.ts')
    const environment = environmentOf(flags, 'files')
    const { bundle } = await loadDesired(environment, { note: terminal.note })
    writeBundle(bundle)
    const { sha256, bytes, policyHash, version, rules } = bundle
    const summary = { file: BUNDLE_FILE, bytes, sha256, policyHash, package: version, rules }
    const rows = [
      ['size', `${(bytes / 1000).toFixed(1)} kB of 100 kB`],
      ['sha256', sha256],
      ['policy', policyHash],
      ...rules.map(({ id, protects }) => ['rule', `${id}: ${protects}`] as const),
    ] as const
    const text = rows.map(([name, value]) => `  ${name.padEnd(6)}  ${value}`)
    terminal.result([terminal.paint('bold', BUNDLE_FILE), ...text].join('\n'), summary)
    return 0
  },
}
