// Entry of the sandbox tenant.
import { runSandbox } from './command/run-sandbox.ts'

process.exitCode = await runSandbox(process.argv.slice(2))
