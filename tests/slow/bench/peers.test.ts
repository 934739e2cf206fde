// The benchmarks must compare like with like, and say so in a way that can be read.
import { renderPage, renderSection, renderSurroundings } from '../../../bench/markdown.ts'
import { check, scopePeers } from '../../../bench/peers/contests.ts'
import type { Peer } from '../../../bench/peers/peer.ts'
import { scopeQuestions } from '../../../bench/peers/questions.ts'
import { rulesFor } from '../../../bench/policies.ts'
import { processCost } from '../../../bench/process-cost.ts'

const ENGINES = ['step-up Action', 'json-rules-engine', 'casbin', 'cedar-wasm']
const WITH_SAMPLE = ENGINES.toSpliced(1, 0, 'published sample for APIs')

// prettier-ignore
test.each<[protectedScopes: number, requested: number, engines: readonly string[], logins: number]>([
  [1,   1,  WITH_SAMPLE, 9],
  [1,   50, WITH_SAMPLE, 9],
  [10,  5,  ENGINES,     18],
  [100, 1,  ENGINES,     90],
])('with %i protected and %i requested scopes all engines decide rightly', async (count, requested, engines, logins) => {
  const rules = rulesFor(count)
  const questions = scopeQuestions(rules, requested)
  const peers = await scopePeers(rules)
  for (const peer of peers) await check(peer, questions)
  expect({
    engines: peers.map(({ name }) => name),
    logins: questions.length,
    challenges: questions.filter(({ needsChallenge }) => needsChallenge).length,
    requested: [...new Set(questions.map(({ scopes }) => scopes.length))],
  }).toEqual({ engines, logins, challenges: (logins * 2) / 9, requested: [requested] })
})

test('an engine that decides wrongly is not timed', async () => {
  const never: Peer = {
    name: 'never',
    knows: () => true,
    prepare: () => () => false,
    isChallenge: () => false,
  }
  await expect(check(never, scopeQuestions(rulesFor(1), 1))).rejects.toThrow(
    'never decides wrongly: {"audience":"https://api-0.example","scopes":["write:0-0"],"acrValues":[],"mfaAgeSeconds":9007199254740991,"needsChallenge":true}',
  )
})

test('a program that does not start is no longer watched', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout')
  const before = timers()
  await expect(processCost([], { cwd: '/nowhere', env: {} })).rejects.toThrow('ENOENT')
  expect(timers()).toEqual(before)
})

test('the versions of all peers are told', () => {
  expect(renderSurroundings().split('\n').at(-1)).toMatch(
    /^- json-rules-engine [\d.]+, casbin [\d.]+, @cedar-policy\/cedar-wasm [\d.]+, auth0-deploy-cli [\d.]+, esbuild [\d.]+$/,
  )
})

test('a page says what was measured, on what, and what was missed', () => {
  const section = renderSection({
    title: 'Decisions',
    about: 'How long one takes.',
    rows: [
      { engine: 'ours', 'p50 µs': '0.5', ratio: '–' },
      { engine: 'theirs', 'p50 µs': '1,200', ratio: '–' },
    ],
    goals: [
      { text: 'at most 1 µs: 0.5', isMet: true },
      { text: 'at least 1 µs: 0.5', isMet: false },
    ],
  })
  expect(renderPage('- 2 processors', [section])).toBe(`# Benchmarks

Written by \`npm run bench\`, which anybody can repeat. Every ratio is against a peer of the same run, on this machine:

- 2 processors

## Decisions

How long one takes.

| engine | p50 µs | ratio |
| ------ | -----: | ----- |
| ours   |    0.5 | –     |
| theirs |  1,200 | –     |

- reached: at most 1 µs: 0.5
- **missed**: at least 1 µs: 0.5
`)
})
