import { createHash, randomUUID } from 'node:crypto'
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
  const holder = takeLock(lock)
  if (holder !== undefined) {
    throw new SandboxError(`the state in \`${directory}\` is in use by process ${holder}`)
  }
  return () => rmSync(lock, { force: true })
}

/** @returns the process that has the lock, where this one did not get it */
function takeLock(lock: string): number | undefined {
  const mine = `${lock}.${randomUUID()}`
  writeFileSync(mine, `${process.pid}\n${randomUUID()}\n`, { mode: 0o600 })
  try {
    // A link appears whole or not at all, so that a lock is never seen without its pid.
    while (!tryLink(mine, lock)) {
      const found = readIfThere(lock)
      if (found === undefined) continue
      const holder = Number.parseInt(found, 10)
      if (isRunning(holder)) return holder
      const rival = removeDeadLock(lock, found)
      if (rival !== undefined) return rival
    }
    return undefined
  } finally {
    rmSync(mine, { force: true })
  }
}

/**
 * INVARIANT: a dead lock is removed by whoever has the lock on its removal, and never another in its place:
 * no two have the same content.
 *
 * @returns the process that is about to remove it, where this one is not
 */
function removeDeadLock(lock: string, content: string): number | undefined {
  const removal = `${lock}.${createHash('sha256').update(content).digest('hex').slice(0, 16)}`
  const rival = takeLock(removal)
  if (rival !== undefined) return rival
  if (readIfThere(lock) === content) rmSync(lock)
  rmSync(removal)
  return undefined
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

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
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
