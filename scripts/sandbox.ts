import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { assertInstalled, FOR_SANDBOX } from './terminal/needed-packages.ts'
import type { Program } from './terminal/front.ts'
import { ownProgram } from './terminal/own-program.ts'

/** `step-up sandbox`: the emulated tenant as a program of its own, which reads its flags itself. */
export const sandbox: Program = async (argv) => {
  if (!argv.includes('--help')) assertInstalled('the sandbox', FOR_SANDBOX)
  const { nodeFlags, file } = ownProgram('sandbox/tenant/main.ts')
  // Ctrl-C reaches it as well; this waits until it has ended.
  process.on('SIGINT', () => undefined)
  const child = spawn(process.execPath, [...nodeFlags, file, ...argv], { stdio: 'inherit' })
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  const [code] = (await once(child, 'close')) as [number | null]
  return code === 0 ? 0 : 1
}
