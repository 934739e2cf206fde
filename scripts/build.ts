import type { Command } from './terminal/command.ts'

/** `step-up build` */
export const build: Command = {
  name: 'build',
  summary:
    'Checks the policy, bundles it with the Action into dist/step-up.js, and writes what APIs demand.',
  options: { env: { type: 'string', value: 'NAME', help: 'a file of config/environments' } },
  run: async ({ env }, terminal) => {
    const { BUNDLE_FILE, writeBundle } = await import('./policy/bundle.ts')
    const { loadDesired } = await import('./tenant/desired.ts')
    const { loadEnvironment, SANDBOX } = await import('./tenant/environment.ts')
    const { bundle } = await loadDesired(loadEnvironment(String(env ?? SANDBOX)), [])
    writeBundle(bundle)
    const { sha256, bytes, policyHash, version, rules } = bundle
    const summary = { file: BUNDLE_FILE, bytes, sha256, policyHash, version, rules }
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
