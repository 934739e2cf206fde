import { z } from 'zod'
import type { BuildOutcome } from './state.ts'

const count = z.number().int().min(0)

const fault = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('status'),
    status: z.number().int().min(200).max(599),
    headers: z.record(z.string(), z.string()).optional(),
    body: z.unknown().optional(),
  }),
  z.strictObject({ kind: z.literal('drop') }),
  z.strictObject({ kind: z.literal('drop-answer') }),
  z.strictObject({ kind: z.literal('delay'), milliseconds: count }),
])

/** What `POST /sandbox/faults` accepts. */
export const faultPlan = z.strictObject({
  faults: z
    .array(
      z.strictObject({
        method: z.string().optional(),
        path: z.string().optional(),
        skip: count.optional(),
        times: count.optional(),
        fault,
      }),
    )
    .optional(),
  builds: z
    .array(
      z.strictObject({
        skip: count.optional(),
        times: count.optional(),
        outcome: z.enum(['failed', 'hangs']),
      }),
    )
    .optional(),
})

export type FaultPlan = z.infer<typeof faultPlan>
export type Fault = z.infer<typeof fault>

/** The faults that the sandbox was told to show. */
export interface Faults {
  add(plan: FaultPlan): void
  clear(): void
  /** @returns the fault for this request, the first that fits; counts the request */
  next(method: string, path: string): Fault | undefined
  /** @returns how the next build of an Action shall end; counts the build */
  nextBuild(): BuildOutcome
}

interface Budget {
  skip: number
  times: number
}

export function newFaults(): Faults {
  let requests: (Budget & { method: string | undefined; path: RegExp; fault: Fault })[] = []
  let builds: (Budget & { outcome: BuildOutcome })[] = []
  return {
    add: (plan) => {
      for (const { method, path = '*', skip = 0, times = Infinity, fault } of plan.faults ?? []) {
        requests.push({ method, path: wildcard(path), skip, times, fault })
      }
      for (const { skip = 0, times = Infinity, outcome } of plan.builds ?? []) {
        builds.push({ skip, times, outcome })
      }
    },
    clear: () => {
      requests = []
      builds = []
    },
    next: (method, path) =>
      spend(requests.filter((one) => (one.method ?? method) === method && one.path.test(path)))
        ?.fault,
    nextBuild: () => spend(builds)?.outcome ?? 'built',
  }
}

function spend<T extends Budget>(candidates: readonly T[]): T | undefined {
  for (const candidate of candidates) {
    if (candidate.skip > 0) candidate.skip -= 1
    else if (candidate.times > 0) {
      candidate.times -= 1
      return candidate
    }
  }
  return undefined
}

function wildcard(pattern: string): RegExp {
  const literal = pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
  return new RegExp(`^${literal.join('.*')}$`)
}
