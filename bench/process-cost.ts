import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'

/** What a program took, the processes that it started included. */
export interface ProcessCost {
  readonly exitCode: number | null
  readonly output: string
  readonly wallSeconds: number
  /** In user mode and in the kernel. */
  readonly cpuSeconds: number
  /** Most memory that all its processes had at once. */
  readonly peakMegabytes: number
}

export interface Surroundings {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
}

const SAMPLED_EVERY_MS = 20

/** Runs Node with these arguments and watches it in `/proc`, so on Linux only. @throws Error where it does not start */
export async function processCost(
  args: readonly string[],
  { cwd, env }: Surroundings,
): Promise<ProcessCost> {
  const started = performance.now()
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const cpuByProcess = new Map<number, number>()
  let peakKilobytes = 0
  const sampling = setInterval(() => {
    const alive = familyOf(child.pid ?? 0)
    for (const pid of alive) cpuByProcess.set(pid, cpuSecondsOf(pid) ?? cpuByProcess.get(pid) ?? 0)
    const kilobytes = alive.reduce((sum, pid) => sum + residentKilobytesOf(pid), 0)
    peakKilobytes = Math.max(peakKilobytes, kilobytes)
  }, SAMPLED_EVERY_MS)
  const [exitCode, ...outputs] = await Promise.all([
    new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('close', resolve)
    }),
    text(child.stdout),
    text(child.stderr),
  ]).finally(() => {
    clearInterval(sampling)
  })
  return {
    exitCode,
    output: outputs.join(''),
    wallSeconds: (performance.now() - started) / 1_000,
    cpuSeconds: [...cpuByProcess.values()].reduce((sum, seconds) => sum + seconds, 0),
    peakMegabytes: peakKilobytes / 1_024,
  }
}

function familyOf(pid: number): readonly number[] {
  const children = threadsOf(pid).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  )
  return [pid, ...children.flatMap(familyOf)]
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}

/** The kernel counts time for `/proc` in this unit, whatever its clock. */
const TICKS_PER_SECOND = 100

function cpuSecondsOf(pid: number): number | undefined {
  // The name of the program stands in parentheses and may itself hold any character.
  const stat = read(`/proc/${pid}/stat`)
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [userTicks, kernelTicks] = fields.slice(11, 13).map(Number)
  if (userTicks === undefined || kernelTicks === undefined) return undefined
  return (userTicks + kernelTicks) / TICKS_PER_SECOND
}

function residentKilobytesOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0)
}

// A process may have ended since it was found.
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
