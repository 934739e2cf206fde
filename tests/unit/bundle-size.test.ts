// What a reviewer has to read, and what fits into Auth0's 100 kB, is a promise: a bundle that grows past it fails here.
import { BUDGET, bundleSizes } from '../../bench/bundle-size.ts'

// prettier-ignore
test.each<[what: string, budget: keyof typeof BUDGET]>([
  ['readable, without a policy',          'withoutPolicy'],
  ['each of 1,000 scopes, besides its name', 'perScopeBeyondItsName'],
  ['with 1,000 scopes in rules of five',     'of1000ScopesInRulesOfFive'],
  ['with 1,000 scopes in rules of one',      'of1000ScopesInRulesOfOne'],
])('the bundle keeps its budget of bytes: %s', async (_what, budget) => {
  expect((await bundleSizes())[budget]).toBeLessThanOrEqual(BUDGET[budget])
})
