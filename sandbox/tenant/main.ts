// Entry of the sandbox tenant.
import { USAGE } from './command/flags.ts'

const argv = process.argv.slice(2)
// Whoever asks what there is need not wait until all of it is loaded.
if (argv.includes('--help')) process.stderr.write(USAGE)
else {
  const { runSandbox } = await import('./command/run-sandbox.ts')
  process.exitCode = await runSandbox(argv)
}
