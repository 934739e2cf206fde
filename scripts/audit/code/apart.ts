import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { WatchPoint } from '../../reading/watch.ts'
import { apartScript } from './apart-script.ts'
import type { Progress, Trial, Tried } from './tried.ts'

/** What came of running code that nobody has released. */
export interface TriedApart extends Tried {
  /** Turns of the code that were not taken, or not both ways. */
  readonly untried: readonly UntriedPoint[]
}

export interface UntriedPoint extends WatchPoint {
  readonly never: 'true' | 'false' | 'reached'
}

/** What the process apart says, a line of JSON each. */
export type ApartMessage =
  | { readonly progress: readonly [done: number, total: number] }
  | { readonly result: TriedApart }
  | { readonly failure: string }

/** Longer than any part of a check takes. */
const SILENCE_MS = 120_000

/**
 * Runs code in a process of its own, which has an empty environment and, by Node's permission model, no
 * files, no processes and no threads. `node:vm` alone is no wall.
 * @throws Error where it cannot be loaded, or never ends
 */
export async function tryApart(trial: Trial, progress: Progress): Promise<TriedApart> {
  const script = `const TRIAL = ${JSON.stringify(trial)}\n${await apartScript()}`
  const child = spawn(process.execPath, [...permissions(), '--no-warnings', '-'], {
    env: {},
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  // Where it ends early there is nobody to read the script; its exit tells.
  child.stdin.on('error', () => undefined)
  child.stdin.end(script)
  const silence = setTimeout(() => child.kill('SIGKILL'), SILENCE_MS)
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      silence.refresh()
      const message = JSON.parse(line) as ApartMessage
      if ('failure' in message) throw new Error(message.failure)
      if ('result' in message) return message.result
      progress(...message.progress)
    }
  } finally {
    clearTimeout(silence)
    child.kill('SIGKILL')
  }
  throw new Error('the code ended the process that it ran in, or never ended itself')
}

function permissions(): readonly string[] {
  const known = process.allowedNodeEnvironmentFlags
  const flag = ['--permission', '--experimental-permission'].find((each) => known.has(each))
  return flag === undefined ? [] : [flag]
}
