import { tryApart } from '../../scripts/audit/code/apart.ts'
import { bundlePolicy } from '../../scripts/policy/bundle.ts'
import { engineOf } from '../../scripts/policy/engine.ts'
import { confine } from '../../scripts/reading/confine.ts'
import { literalsOf, newIn } from '../../scripts/reading/literals.ts'
import type { Policy } from '../../actions/step-up/policy.ts'
import { BAD_ENGINES, badCode, policyOf } from '../support/bad-engines.ts'
import { CASES } from '../support/cases.ts'

const rows = BAD_ENGINES.map((bad) => [bad.name, bad] as const)
const UNSEEN = { seen: 'nothing' } as const

/** What running code shows that nobody knows to be released, and what of it no case reached. */
async function shownByCases(code: string, policy: Policy): Promise<readonly string[]> {
  const literals = literalsOf(code)
  const { exhaustive, untried } = await tryApart(
    {
      ...{ code, policy, invariants: [], depth: 'quick', todayMs: Date.UTC(2026, 10, 24) },
      ...{ literals, newLiterals: newIn(literals, literalsOf(await bundlePolicy(policy, ''))) },
      facts: { clients: UNSEEN, clientGrants: UNSEEN },
    },
    () => undefined,
  )
  return [
    ...exhaustive.violations.map(({ invariant }) => invariant),
    ...untried.map(({ text, never }) => `never ${never}: ${text}`),
  ]
}

test.each(rows)('%s is no released engine', async (_name, bad) => {
  expect(engineOf(await badCode(bad)).release).toBeUndefined()
})

test.each(rows)('%s is found without knowing that, by reading or in cases', async (_name, bad) => {
  const code = await badCode(bad)
  const breaches = confine(code).map(({ what }) => what)
  const found = breaches.length > 0 ? breaches : await shownByCases(code, policyOf(bad))
  expect(found).not.toEqual([])
})

const POLICIES = CASES.map(({ title, policy }) => [title, policy] as const)

test.each(POLICIES)(
  'nothing speaks against the engine with the policy: %s',
  async (_title, policy) => {
    const code = await bundlePolicy(policy, '')
    expect(confine(code)).toEqual([])
    expect(engineOf(code).release).toBe('0.1.0')
  },
)

test('nor is anything of it that no case reaches, should it not be known as released', async () => {
  const [[, policy] = ['', { rules: [] }]] = POLICIES
  expect(await shownByCases(await bundlePolicy(policy, ''), policy)).toEqual([])
})
