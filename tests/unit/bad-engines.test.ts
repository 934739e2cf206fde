import { tryApart } from '../../scripts/audit/code/apart.ts'
import type { Trial } from '../../scripts/audit/code/tried.ts'
import { bundlePolicy } from '../../scripts/policy/bundle.ts'
import { engineOf } from '../../scripts/policy/engine.ts'
import { checkBundle } from '../../scripts/proof/check-bundle.ts'
import { confine } from '../../scripts/reading/confine.ts'
import { splitAtPolicy } from '../../scripts/policy/bundle-parts.ts'
import { literalsOf, newIn } from '../../scripts/reading/literals.ts'
import type { Policy } from '../../actions/step-up/policy.ts'
import { BAD_ENGINES, badCode, policyOf } from '../support/bad-engines.ts'
import { CASES } from '../support/cases.ts'

const rows = BAD_ENGINES.map((bad) => [bad.name, bad] as const)

/** Code as it is tried where nobody knows that its engine was released. */
async function trialOf(code: string, policy: Policy): Promise<Trial> {
  const literals = literalsOf(splitAtPolicy(code).engine)
  return {
    ...{ code, policy, invariants: [], depth: 'quick', todayMs: Date.UTC(2026, 10, 24) },
    ...{
      literals,
      newLiterals: newIn(
        literals,
        literalsOf(splitAtPolicy(await bundlePolicy(policy, '')).engine),
      ),
    },
  }
}

/** What speaks against code: what it uses, what it does in cases, and then what of it no case reached. */
async function foundIn(code: string, policy: Policy): Promise<readonly string[]> {
  const breaches = confine(code).map(({ what }) => what)
  if (breaches.length > 0) return breaches
  const trial = await trialOf(code, policy)
  const { violations } = await checkBundle(trial, { where: 'this-thread', depth: 'quick' })
  if (violations.length > 0) return violations.map(({ invariant }) => invariant)
  const { untried } = await tryApart(trial, () => undefined)
  return untried.map(({ text, never }) => `never ${never}: ${text}`)
}

test.each(rows)('%s is no released engine', async (_name, bad) => {
  expect(engineOf(await badCode(bad)).release).toBeUndefined()
})

test.each(rows)('%s is found without knowing that, by reading or in cases', async (_name, bad) => {
  expect(await foundIn(await badCode(bad), policyOf(bad))).not.toEqual([])
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
  expect(await foundIn(await bundlePolicy(policy, ''), policy)).toEqual([])
})
