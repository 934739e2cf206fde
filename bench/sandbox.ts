import { on } from 'node:events'
import { API, startWorld, type World } from '../tests/support/oidc-world.ts'
import { format } from './format.ts'
import type { Section } from './section.ts'
import { percentile } from './timing.ts'

/** How long and how often each kind of login is repeated at most. */
export interface Extent {
  readonly seconds: Readonly<Record<Kind, number>>
  readonly logins: number
}

type Kind = 'session' | 'password' | 'mfa'

const FULL: Extent = { seconds: { password: 10, mfa: 10, session: 75 }, logins: 10_000 }
const SETTLED_AFTER = 1_000
const RSS_GROWTH = 1.1
/** Longer than anything lasts that a login without a refresh token leaves behind. */
const MONTH_SECONDS = 31 * 86_400

interface Memory {
  readonly rss: number
  readonly heapUsed: number
}

interface Run {
  readonly milliseconds: readonly number[]
  /** After {@link SETTLED_AFTER} logins, or half of the time if those are more. */
  readonly settled: Memory
  readonly end: Memory
}

/** Logs in to the sandbox tenant again and again, over HTTPS, and watches its memory. */
export async function sandbox({ seconds, logins }: Extent = FULL): Promise<Section> {
  const probe = new URL('memory-probe.ts', import.meta.url).href
  const world = await startWorld({ nodeFlags: ['--import', probe] })
  try {
    await world.bindActions(CHALLENGE)
    const repeatFor = (kind: Kind, logIn: () => Promise<unknown>) =>
      repeat(world, { logIn, logins, seconds: seconds[kind] })
    const password = await repeatFor('password', () => logInWithPassword(world))
    const mfa = await repeatFor('mfa', () => logInWithMfa(world))
    const browser = await world.loggedIn()
    const session = await repeatFor('session', () => logInWithSession(world, browser))
    await world.advanceClock(MONTH_SECONDS)
    await logInWithPassword(world)
    const afterwards = await memoryOf(world)
    return {
      title: 'Sandbox tenant',
      about: ABOUT,
      rows: [
        rowOf('authorization code, password', password),
        rowOf('authorization code, password and one-time password', mfa),
        rowOf('authorization code, session (`prompt=none`)', session),
      ],
      goals: goalsOf(session, afterwards),
    }
  } finally {
    await world.sandbox.stop()
  }
}

const ABOUT = `One client logs in over HTTPS, one login after the other, up to 10,000 times or as often as the time allows. The tenant
writes its state to disk, a post-login Action runs each time, and each code is redeemed for tokens. What takes time with a
password is its hash, which is meant to. Memory is that of the process after a garbage collection. It is no load test, and has no
peer: nobody else's emulated tenant is at hand.`

const CHALLENGE = `if (event.transaction.requested_scopes.includes('transfer:funds')) {
  api.multifactor.enable('any', { allowRememberBrowser: false })
}`

async function logInWithSession(
  { client }: World,
  browser: ReturnType<World['newBrowser']>,
): Promise<unknown> {
  const url = client.authorizeUrl({
    audience: API,
    scope: 'openid read:accounts',
    prompt: 'none',
  })
  return client.redeem(await browser.open(url))
}

async function logInWithPassword(world: World): Promise<unknown> {
  const browser = world.newBrowser()
  const url = world.client.authorizeUrl({ audience: API, scope: 'openid read:accounts' })
  return world.client.redeem(await world.logIn(browser, await browser.open(url)))
}

async function logInWithMfa(world: World): Promise<unknown> {
  const browser = world.newBrowser()
  const url = world.client.authorizeUrl({ audience: API, scope: 'openid transfer:funds' })
  const challenge = await world.logIn(browser, await browser.open(url))
  return world.client.redeem(await world.passOtp(browser, challenge))
}

async function repeat(
  world: World,
  options: {
    readonly logIn: () => Promise<unknown>
    readonly logins: number
    readonly seconds: number
  },
): Promise<Run> {
  const milliseconds: number[] = []
  const startedAt = performance.now()
  let settled: Memory | undefined
  while (milliseconds.length < options.logins) {
    const beganAt = performance.now()
    const share = (beganAt - startedAt) / (options.seconds * 1_000)
    if (share >= 1) break
    if (share >= 0.5 || milliseconds.length >= SETTLED_AFTER) settled ??= await memoryOf(world)
    await options.logIn()
    milliseconds.push(performance.now() - beganAt)
  }
  const end = await memoryOf(world)
  return { milliseconds, settled: settled ?? end, end }
}

/** Asks `memory-probe.ts`. */
async function memoryOf({ sandbox: { process } }: World): Promise<Memory> {
  if (process.stderr === null) throw new Error('no stderr')
  const complaints = on(process.stderr, 'data')
  process.kill('SIGUSR2')
  let text = ''
  for await (const [chunk] of complaints as AsyncIterable<[Buffer]>) {
    text += chunk.toString()
    const [, answer] = /^memory: (.*)\n/m.exec(text) ?? []
    if (answer !== undefined) return JSON.parse(answer) as Memory
  }
  throw new Error('unreachable: the stream of events has no end')
}

function rowOf(login: string, { milliseconds, settled, end }: Run): Section['rows'][number] {
  const totalMs = milliseconds.reduce((sum, ms) => sum + ms, 0)
  return {
    login,
    logins: format(milliseconds.length),
    'per second': format((milliseconds.length / totalMs) * 1_000),
    'p50 ms': format(percentile(0.5, milliseconds)),
    'p99 ms': format(percentile(0.99, milliseconds)),
    'RSS settled MB': inMb(settled.rss),
    'RSS at the end MB': inMb(end.rss),
    'heap settled MB': inMb(settled.heapUsed),
    'heap at the end MB': inMb(end.heapUsed),
  }
}

function goalsOf({ milliseconds, settled, end }: Run, afterwards: Memory): Section['goals'] {
  return [
    {
      text: `after ${format(milliseconds.length)} logins with a session at most ${RSS_GROWTH} times the memory (RSS) that it has settled at: ${format(end.rss / settled.rss)} times`,
      isMet: end.rss <= settled.rss * RSS_GROWTH,
    },
    {
      text: `a month later, when all of it has expired, no more on the heap than when it had settled: ${inMb(afterwards.heapUsed)} MB, before it was ${inMb(settled.heapUsed)} MB`,
      isMet: afterwards.heapUsed <= settled.heapUsed,
    },
  ]
}

function inMb(bytes: number): string {
  return format(bytes / 2 ** 20)
}
