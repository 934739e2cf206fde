// docs/clients.md is what the matrix of tests/slow/clients has shown, and says what to do where that is not good.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { isGood } from '../support/clients-page.ts'
import { TYPESCRIPT } from '../support/typescript.ts'
import { nameOf, readResults } from '../slow/clients/results.ts'
import { ROWS } from '../slow/clients/rows.ts'

const RESULTS = readResults()

test('the page is what was written down', () => {
  const script = 'tests/support/write-clients.ts'
  const printed = execFileSync(process.execPath, [...TYPESCRIPT, script], { encoding: 'utf8' })
  expect(printed).toBe(readFileSync('docs/clients.md', 'utf8'))
})

test('every row has been tried, and nothing else is written down', () => {
  expect(RESULTS.map(nameOf)).toEqual(ROWS.map(nameOf))
})

test('there is advice exactly where a call does not end well', () => {
  const bad = RESULTS.filter((result) => !isGood(result)).map(nameOf)
  expect(ROWS.filter(({ advice }) => advice !== undefined).map(nameOf)).toEqual(bad)
})

test('a redirect and a popup end well in every client', () => {
  const interactive = RESULTS.filter(({ way }) => /^(redirect|popup|mfa)/.test(way))
  expect(interactive.filter((result) => !isGood(result))).toEqual([])
  expect(new Set(interactive.map(({ client }) => client)).size).toBe(7)
})

test('the scope is never had without one challenge', () => {
  const calls = RESULTS.flatMap(({ everyday, highValue }) => [everyday, highValue])
  const had = calls.filter(({ scopes }) => scopes?.includes('transfer:funds'))
  expect(had.filter(({ challenges }) => challenges !== 1)).toEqual([])
  expect(had.length).toBeGreaterThan(0)
})

test('a token is bound exactly where the client proves its key', () => {
  const bound = RESULTS.filter(({ everyday, highValue }) => everyday.isBound && highValue.isBound)
  expect(bound.map(nameOf)).toEqual(RESULTS.map(nameOf).filter((name) => name.includes('DPoP')))
})
