import { tryApart } from '../../scripts/audit/code/apart.ts'
import type { Trial } from '../../scripts/audit/code/tried.ts'
import { splitAtPolicy } from '../../scripts/policy/bundle-parts.ts'
import { bundlePolicy } from '../../scripts/policy/bundle.ts'
import { checkBundle } from '../../scripts/proof/check-bundle.ts'
import { confine } from '../../scripts/reading/confine.ts'
import { literalsOf, newIn } from '../../scripts/reading/literals.ts'
import type { Policy } from '../../actions/step-up/policy.ts'

/** Code as it is tried where nobody knows that its engine was released. */
async function trialOf(code: string, policy: Policy): Promise<Trial> {
  const literals = literalsOf(splitAtPolicy(code).engine)
  const built = literalsOf(splitAtPolicy(await bundlePolicy(policy, '')).engine)
  return {
    ...{ code, policy, invariants: [], depth: 'quick', todayMs: Date.UTC(2026, 10, 24) },
    ...{ literals, newLiterals: newIn(literals, built) },
  }
}

/** What speaks against code: what it uses, and what it does in cases. */
export async function foundInCases(code: string, policy: Policy): Promise<readonly string[]> {
  const breaches = confine(code).map(({ what }) => what)
  if (breaches.length > 0) return breaches
  const trial = await trialOf(code, policy)
  const { violations } = await checkBundle(trial, { where: 'this-thread', depth: 'quick' })
  return violations.map(({ invariant }) => invariant)
}

/** The same, and where nothing does, what of the code no case reached. */
export async function foundInCode(code: string, policy: Policy): Promise<readonly string[]> {
  const found = await foundInCases(code, policy)
  if (found.length > 0) return found
  const { untried } = await tryApart(await trialOf(code, policy), () => undefined)
  return untried.map(({ text, never }) => `never ${never}: ${text}`)
}
