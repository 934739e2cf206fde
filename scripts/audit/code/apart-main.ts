import { splitAtPolicy } from '../../policy/bundle-parts.ts'
import { checkBundle } from '../../proof/check-bundle.ts'
import { rehearse, withPolicy } from '../../proof/rehearsal.ts'
import type { Seen, WatchedCode } from '../../proof/guard.ts'
import { watch, type WatchPoint } from '../../reading/watch.ts'
import { differencesFrom } from '../matrix/hold.ts'
import { readable } from './reported-violation.ts'
import type { ApartMessage, TriedApart, UntriedPoint } from './apart.ts'
import type { Trial } from './tried.ts'

// Runs code that nobody has released, in a process that can do nothing but tell what came of it.

/** Stands before this script. */
declare const TRIAL: Trial

function tell(message: ApartMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}

function watchedCode(code: string): WatchedCode & { readonly watchPoints: readonly WatchPoint[] } {
  const watched = watch(code)
  if (watched === undefined) throw new Error('the code is no JavaScript')
  return { code: watched.code, points: watched.points.length, watchPoints: watched.points }
}

async function tried({ depth, ...subject }: Trial): Promise<TriedApart> {
  const { code, policy } = subject
  const differences = await differencesFrom(policy, code)
  const watched = watchedCode(code)
  const progress = (done: number, total: number) => tell({ progress: [done, total] })
  const result = await checkBundle(
    { ...subject, watched },
    { depth, where: 'this-thread', progress },
  )
  const { seen = new Uint8Array(), ...exhaustive } = result
  const rehearsed = await seenInRehearsals(code)
  const all = seen.map((each, i) => each | (rehearsed?.[i] ?? 0))
  return {
    differences,
    exhaustive: {
      ...exhaustive,
      violations: exhaustive.violations.map((each) => ({
        ...each,
        event: readable(each.event) as object,
      })),
    },
    untried: untriedOf(watched.watchPoints, all),
  }
}

// Where the end of the code is no policy, there is no engine that could be run with another one.
async function seenInRehearsals(code: string): Promise<Seen | undefined> {
  const { engine, policy } = splitAtPolicy(code)
  if (policy === undefined) return undefined
  try {
    return await rehearse((other) => watchedCode(withPolicy(engine, other)))
  } catch {
    return undefined
  }
}

function untriedOf(points: readonly WatchPoint[], seen: Seen): readonly UntriedPoint[] {
  return points.flatMap((point, i): UntriedPoint | [] => {
    const [wasFalse, wasTrue] = [seen[2 * i] === 1, seen[2 * i + 1] === 1]
    const wasReached = point.needs === 'once' ? wasTrue : wasTrue || wasFalse
    if (!wasReached) return { ...point, never: 'reached' }
    if (point.needs === 'once' || (wasTrue && wasFalse)) return []
    return { ...point, never: wasTrue ? 'false' : 'true' }
  })
}

tried(TRIAL).then(
  (result) => tell({ result }),
  (error: unknown) => tell({ failure: (error as Error).message }),
)
