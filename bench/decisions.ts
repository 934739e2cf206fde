import { format } from './format.ts'
import { STEP_UP_ACTION } from './peers/action.ts'
import { acrContest, check, scopeContests, type Entry, type Range } from './peers/contests.ts'
import type { Section } from './section.ts'
import { timeInTurns, type TimeBox, type Timing } from './timing.ts'

export interface Extent extends Range {
  readonly time: TimeBox
}

const FULL: Extent = {
  protectedScopes: [1, 10, 100, 1_000, 10_000],
  requestedScopes: [1, 5, 50],
  time: { warmUpMs: 100, roundMs: 60, rounds: 8 },
}

type Result = Entry & Timing

/**
 * Times the Action's decisions beside other engines on the same policies and logins.
 * @throws Error where one decides a login wrongly
 */
export async function decisions(extent: Extent = FULL): Promise<Section> {
  const contests = [...(await scopeContests(extent)), await acrContest()]
  const results: Result[] = []
  for (const contest of contests) results.push(...(await hold(contest, extent.time)))
  return {
    title: 'Decisions',
    about: ABOUT,
    rows: results.map((result) => rowOf(result, results)),
    goals: goalsOf(results),
  }
}

const ABOUT = `Does this login need a challenge? The bundle that the build makes is asked, and so are the two sample
Actions that Auth0 publishes, [json-rules-engine](https://www.npmjs.com/package/json-rules-engine),
[casbin](https://www.npmjs.com/package/casbin) and [cedar-wasm](https://www.npmjs.com/package/@cedar-policy/cedar-wasm),
each as its documentation recommends and with the same policy: rules for five scopes, over up to 50 audiences, that accept
an MFA of an hour. Every login has a protected scope, the same on another audience or everyday scopes only, without MFA,
with a fresh or with a stale one; before anything is timed, each engine must decide every login rightly (the samples where
they can: they look neither at the audience nor at the age of an MFA, and hold one scope or acr value). The engines get
what they need ready made, the Actions read the \`event\` and call \`api\`. Quick ones run in batches of 20 µs and more, and a
percentile is then one of the means of batches. 10,000 scopes do not fit into an Action and only show the curve.
\`opa-wasm\` is left out: it runs only what the program \`opa\` has compiled, and packages of npm are to be all that this needs.`

async function hold(entries: readonly Entry[], time: TimeBox): Promise<readonly Result[]> {
  const contestants = []
  for (const { peer, questions } of entries) {
    await check(peer, questions)
    const decide = questions.map((question) => peer.prepare(question))
    contestants.push({ run: (turn: number) => decide[turn % decide.length]?.() })
  }
  const timings = await timeInTurns(contestants, time)
  return entries.flatMap((entry, i) => timings.slice(i, i + 1).map((t) => ({ ...entry, ...t })))
}

function rowOf(result: Result, results: readonly Result[]): Section['rows'][number] {
  const { protects, requests, peer, p50Us, p99Us, perSecond } = result
  return {
    protected: protects,
    requested: requests,
    engine: peer.name,
    'p50 µs': format(p50Us),
    'p99 µs': format(p99Us),
    'per second': format(perSecond),
    'p50 ÷ Action': format(ratio(result, actionBeside(result, results))),
  }
}

/** What one decision may add to a login. */
const P99_US = 20

function goalsOf(results: readonly Result[]): Section['goals'] {
  const isOfOne = ({ requests }: Result) => requests === '1'
  const actions = results.filter(isAction)
  const curve = actions
    .filter((result) => isOfOne(result) && result.protects !== '1')
    .map(({ p50Us }) => p50Us)
  const growth = Math.max(...curve) / Math.min(...curve)
  const versus = (name: string) =>
    results
      .filter(({ peer }) => peer.name === name)
      .map((result) => ratio(result, actionBeside(result, results)))
  const slowest = Math.max(...actions.map(({ p99Us }) => p99Us))
  return [
    {
      text: `from 10 to 10,000 protected scopes a decision on one scope takes at most 1.5 times as long: ${format(growth)} times`,
      isMet: growth <= 1.5,
    },
    {
      text: `99 of 100 decisions take less than ${P99_US} µs, up to 10,000 protected scopes: ${format(slowest)} µs`,
      isMet: slowest < P99_US,
    },
    fasterBy(10, 'json-rules-engine', versus('json-rules-engine')),
  ]
}

function fasterBy(
  factor: number,
  name: string,
  ratios: readonly number[],
): Section['goals'][number] {
  const least = Math.min(...ratios)
  return {
    text: `everywhere at least ${factor} times as fast as ${name}: ${format(least)} to ${format(Math.max(...ratios))} times`,
    isMet: least >= factor,
  }
}

function actionBeside({ protects, requests }: Result, results: readonly Result[]): Result {
  const action = results
    .filter(isAction)
    .find((other) => other.protects === protects && other.requests === requests)
  if (action === undefined) throw new Error('no Action')
  return action
}

function isAction({ peer }: Result): boolean {
  return peer.name === STEP_UP_ACTION
}

function ratio({ p50Us }: Result, action: Result): number {
  return p50Us / action.p50Us
}
