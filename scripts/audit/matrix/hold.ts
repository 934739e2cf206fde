import type { Policy } from '../../../actions/step-up/policy.ts'
import { answerTo, compareAnswers, type Answer, type Situation } from '../../policy/answer.ts'
import { effectivePolicy, type Cell, type EffectiveThing } from '../../policy/effective.ts'
import { answerOf, eventOf, momentIn, shapesOf, type Shape } from '../../proof/event-of.ts'
import { outcomeOf } from '../../proof/outcome.ts'
import { loadBundle, type LoadedBundle } from '../../proof/run-bundle.ts'
import { loginsFor } from './cell.ts'

/** A request that the bundle answers otherwise than the effective policy says. */
export interface Difference {
  readonly event: object
  /** Epoch milliseconds. */
  readonly nowMs: number
  readonly said: Answer
  readonly done: Answer
}

/** Hears of each run that differs, or none. */
type Held = (difference: Difference) => void

/**
 * Runs a bundle on the events of every cell of the effective policy, and finds where it does otherwise.
 * What stands by the same rules is run with every login and every shape of a request once, and with one
 * login where only names or dates are others.
 * @throws Error where the bundle cannot be loaded
 */
export async function differencesFrom(
  policy: Policy,
  code: string,
): Promise<readonly Difference[]> {
  const differences: Difference[] = []
  const clock = { nowMs: 0 }
  const bundle = loadBundle(code, { now: () => clock.nowMs, onUnknown: () => undefined })
  const isRun = new Set<string>()
  for (const thing of effectivePolicy(policy)) {
    for (const cell of thing.cells) {
      const key = JSON.stringify(['acr' in thing.protects, cell.flow, cell.stands, cell.confidence])
      const requests = isRun.has(key) ? oneRequest(thing, cell) : allRequests(thing, cell)
      isRun.add(key)
      clock.nowMs = momentIn(cell.period)
      await runCell({ bundle, thing, cell, requests }, (each) => differences.push(each))
    }
  }
  return differences
}

interface Request {
  readonly shape: Shape
  readonly login: Situation
}

function allRequests({ protects }: EffectiveThing, cell: Cell): readonly Request[] {
  const [first, ...others] = shapesOf(protects, cell)
  const logins = loginsFor(cell.stands)
  // The Action reads what is asked for before it looks at the user, so fewer logins tell the shapes apart.
  const telling = logins.filter(({ enrolled }) => enrolled.length !== 1)
  const requests = (shape: Shape, list: readonly Situation[]) =>
    list.map((login) => ({ shape, login }))
  return [
    ...(first === undefined ? [] : requests(first, logins)),
    ...others.flatMap((shape) => requests(shape, telling)),
  ]
}

function oneRequest({ protects }: EffectiveThing, cell: Cell): readonly Request[] {
  const [shape] = shapesOf(protects, cell)
  const logins: readonly Situation[] = [{ mfa: [], enrolled: ['otp', 'webauthn-roaming'] }]
  return shape === undefined ? [] : logins.map((login) => ({ shape, login }))
}

async function runCell(
  {
    bundle,
    thing: { protects },
    cell,
    requests,
  }: {
    readonly bundle: LoadedBundle
    readonly thing: EffectiveThing
    readonly cell: Cell
    readonly requests: readonly Request[]
  },
  tell: Held,
): Promise<void> {
  const nowMs = momentIn(cell.period)
  const isSilent = cell.flow.id === 'silent'
  const runs = requests.map(({ shape, login }) => {
    const event = eventOf(protects, cell, login, nowMs, shape)
    return { event, shape, login, run: bundle.run(event) }
  })
  const results = await bundle.settle(runs.map(({ run }) => run.promise))
  for (const [i, { event, shape, login, run }] of runs.entries()) {
    const outcome = outcomeOf(run.calls, results[i]?.status === 'rejected')
    const done = answerOf(outcome, protects, isSilent)
    const said = answerTo(cell.stands, login, isSilent)
    if (!isAsSaid(said, done, shape)) tell({ event, nowMs, said, done })
  }
}

// Who asks for everything asks for what other rules protect too, which can only make it stricter.
function isAsSaid(said: Answer, done: Answer, { asks }: Shape): boolean {
  const verdict = compareAnswers(said, done)
  return verdict === 'same' || (asks === 'everything' && verdict !== 'weaker')
}
