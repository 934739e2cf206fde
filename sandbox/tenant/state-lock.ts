import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SandboxError } from './sandbox-error.ts'

/**
 * Makes this process the only one on a state directory; a lock whose process is gone is taken over.
 *
 * @returns what gives the lock back
 * @throws SandboxError while another process holds it
 */
export function lockState(directory: string): () => void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const lock = join(directory, 'lock')
  const mine = `${lock}.${process.pid}`
  writeFileSync(mine, `${process.pid}\n`, { mode: 0o600 })
  try {
    // A link appears whole or not at all, so that a lock is never seen without its pid.
    if (!tryLink(mine, lock)) {
      const holder = Number(readFileSync(lock, 'utf8'))
      if (isRunning(holder)) throw inUse(directory, holder)
      rmSync(lock, { force: true })
      if (!tryLink(mine, lock)) throw inUse(directory, Number(readFileSync(lock, 'utf8')))
    }
  } finally {
    rmSync(mine, { force: true })
  }
  return () => rmSync(lock, { force: true })
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function inUse(directory: string, holder: number): SandboxError {
  return new SandboxError(`the state in \`${directory}\` is in use by process ${holder}`)
}
