import { engineOf } from '../../scripts/policy/engine.ts'
import { bundlePolicy } from '../../scripts/policy/bundle.ts'
import { checkBundle } from '../../scripts/proof/check-bundle.ts'
import { confine } from '../../scripts/reading/confine.ts'
import { literalsOf, newIn } from '../../scripts/reading/literals.ts'
import { watch } from '../../scripts/reading/watch.ts'
import { BAD_ENGINES, badCode, policyOf, type BadEngine } from '../support/bad-engines.ts'

const rows = BAD_ENGINES.map((bad) => [bad.name, bad] as const)

/** What speaks against an engine although nobody knows that it was never released. */
async function foundIn(bad: BadEngine): Promise<readonly string[]> {
  const code = await badCode(bad)
  const breaches = confine(code).map(({ what }) => what)
  if (breaches.length > 0) return breaches
  const policy = policyOf(bad)
  const literals = literalsOf(code)
  const newLiterals = newIn(literals, literalsOf(await bundlePolicy(policy, '')))
  const { code: watchedCode, points = [] } = watch(code) ?? { code }
  const watched = { code: watchedCode, points: points.length }
  const { violations } = await checkBundle(
    { code, policy, invariants: [], literals, newLiterals, watched },
    { where: 'this-thread', depth: 'quick' },
  )
  return violations.map(({ invariant }) => invariant)
}

test.each(rows)('%s is no released engine', async (_name, bad) => {
  expect(engineOf(await badCode(bad)).release).toBeUndefined()
})

test.each(rows)('%s is found without that, too', async (_name, bad) => {
  expect(await foundIn(bad)).not.toEqual([])
})
