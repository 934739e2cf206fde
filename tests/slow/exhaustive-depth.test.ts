import { checkBundle, WHOLE_SHARE } from '../../scripts/proof/check-bundle.ts'
import { newExplorer } from '../../scripts/proof/explorer.ts'
import { planUnits } from '../../scripts/proof/units.ts'
import { bundlePolicy } from '../../scripts/policy/bundle.ts'
import { FABRIKAM, scopeRule } from '../support/policies.ts'

const LEFT_OUT = /less than all combinations are decided/
const policy = { rules: FABRIKAM.rules.slice(0, 1) }

async function subject() {
  return { code: await bundlePolicy(policy, ''), policy, invariants: [] }
}

test('of a simple rule every combination is decided', async () => {
  const { rules, limits, violations } = await checkBundle(await subject(), { where: 'this-thread' })
  expect({
    isWhole: rules.map(({ covered }) => covered >= WHOLE_SHARE),
    isLeftOut: limits.some((limit) => LEFT_OUT.test(limit)),
    violations,
  }).toEqual({ isWhole: [true], isLeftOut: false, violations: [] })
})

test('a rule of too many combinations is explored as far as that goes, and the part is told', async () => {
  const [unit] = planUnits(policy, [], 'whole')
  if (unit === undefined) throw new Error('no unit')
  const shares: number[] = []
  const { explore } = newExplorer(await subject())
  const { covered, found } = await explore({ ...unit, limit: 500 }, 0, (share) =>
    shares.push(share),
  )
  expect(found).toEqual([])
  expect(covered).toBeGreaterThan(0.5)
  expect(covered).toBeLessThan(WHOLE_SHARE)
  expect(shares.length).toBeGreaterThan(0)
})

test('each way in which something is protected is explored whole once', () => {
  const rules = [
    scopeRule({ id: 'all', scopes: ['a', 'b', 'c'] }),
    scopeRule({ id: 'one', scopes: ['c'], requires: { factors: ['otp'], maxAgeSeconds: 300 } }),
    scopeRule({ id: 'alike', audience: 'https://api-2.example', scopes: ['d'] }),
  ]
  const units = planUnits({ rules }, [], 'whole')
  const whole = units.filter(({ attempts }) => attempts.length > 1)
  expect(whole.map(({ target: { rule, scope } }) => [rule, scope])).toEqual([
    ['all', 'a'],
    ['all', 'c'],
    ['one', 'c'],
  ])
})

test('units that meet the same events share them out, and both their rules are decided', async () => {
  const both = { rules: FABRIKAM.rules }
  const units = planUnits(both, [], 'whole')
  expect(units.map(({ target, protocols }) => [target.asksFor, protocols])).toEqual([
    ['scope', { first: 0, every: 2, sharedFrom: 0 }],
    ['acr', { first: 1, every: 2, sharedFrom: 0 }],
  ])
  const [first, second] = units
  if (first === undefined || second === undefined) throw new Error('no unit')
  const code = await bundlePolicy(both, '')
  const { explore } = newExplorer({ code, policy: both, invariants: [] })
  const parts = [await explore(first, 0), await explore(second, 1)]
  const { target, attempts, limit } = first
  const whole = await explore({ target, attempts, limit }, 0)
  expect(parts.reduce((sum, { cases }) => sum + cases, 0)).toBe(whole.cases)
  expect(parts.reduce((sum, { covered }) => sum + covered, 0)).toBeCloseTo(whole.covered, 9)
})

test('a quick look says that it is none of both', async () => {
  const { rules, limits } = await checkBundle(await subject(), {
    where: 'this-thread',
    depth: 'quick',
  })
  expect(rules[0]?.covered).toBeLessThan(0.5)
  expect(limits).toEqual([
    'values of one class, such as two unknown protocols, are taken to be alike',
    'an outcome that needs two or more unusual fields at once is not looked for',
    'values that only code can tell apart, such as other days and unusual names, are tried one at a time',
  ])
})
