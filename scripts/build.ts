import { BUNDLE_FILE, writeBundle } from './policy/bundle.ts'
import { loadDesired } from './tenant/desired.ts'
import { loadEnvironment, SANDBOX } from './tenant/environment.ts'
import { runCommand } from './terminal/command.ts'

await runCommand({
  name: 'build',
  summary: `Checks the policy, bundles it with the Action into ${BUNDLE_FILE}, and writes what APIs demand.`,
  options: { env: { type: 'string', value: 'NAME', help: 'a file of config/environments' } },
  run: async ({ env = SANDBOX }, terminal) => {
    const { bundle } = await loadDesired(loadEnvironment(String(env)), [])
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
})
