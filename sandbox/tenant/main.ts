// Entry of the sandbox tenant.
import { readFlags, USAGE } from './command/flags.ts'
import { SandboxError } from './sandbox-error.ts'

const argv = process.argv.slice(2)
// Whoever asks what there is, or mistypes it, need not wait until all of it is loaded.
if (argv.includes('--help')) process.stderr.write(USAGE)
else {
  try {
    const flags = readFlags(argv)
    const { runSandbox } = await import('./command/run-sandbox.ts')
    process.exitCode = await runSandbox(flags)
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error
    process.stderr.write(`sandbox: ${error.message}\n`)
    process.exitCode = 1
  }
}
