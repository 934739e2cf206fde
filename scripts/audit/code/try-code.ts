import type { ExhaustiveResult } from '../../proof/check-bundle.ts'
import { splitAtPolicy } from '../../policy/bundle-parts.ts'
import { literalsOf, newIn } from '../../reading/literals.ts'
import type { WorkerPool } from '../../proof/worker-pool.ts'
import type { UntriedPoint } from './apart.ts'
import { isRunnable, type CodeRead } from './read-code.ts'
import { tryHere, type Progress, type Trial, type Tried } from './tried.ts'

/** What came of trying code, or why it was not tried. */
export interface CodeTried extends Tried {
  readonly untried: readonly UntriedPoint[]
  readonly notRun: string | undefined
}

/** What else matters where code is tried. */
export interface Around {
  readonly read: CodeRead
  /** The code that is built here, whose literals are no news. */
  readonly built: string
  /** Threads for a released engine, if they were started before. */
  readonly workers?: Promise<WorkerPool>
}

/**
 * Runs code in cases: here where its engine is a released one, byte for byte; else apart, and only after
 * reading it has shown that it does not reach for what runs it.
 */
export async function tryCode(
  trial: Trial,
  { read, built, workers }: Around,
  progress: Progress,
): Promise<CodeTried> {
  if (read.engine.release !== undefined) {
    return { ...(await tryHere(trial, progress, workers)), untried: [], notRun: undefined }
  }
  if (!isRunnable(read)) {
    return notTried('it was read, and reaches for what is around it')
  }
  const literals = literalsOf(splitAtPolicy(trial.code).engine)
  const newLiterals = newIn(literals, literalsOf(splitAtPolicy(built).engine))
  // Loaded where it is needed: it holds a whole program.
  const { tryApart } = await import('./apart.ts')
  try {
    const tried = await tryApart({ ...trial, literals, newLiterals }, progress)
    return { ...tried, notRun: undefined }
  } catch (error) {
    return notTried((error as Error).message)
  }
}

function notTried(why: string): CodeTried {
  return { exhaustive: NOTHING, differences: [], untried: [], notRun: why }
}

const NOTHING: ExhaustiveResult = {
  cases: 0,
  logins: 0,
  combinations: 0,
  rules: [],
  invariants: [],
  fieldsRead: [],
  varied: [],
  limits: ['the code was not run'],
  violations: [],
}
