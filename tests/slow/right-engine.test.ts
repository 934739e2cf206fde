// An audit that finds bad code everywhere finds nothing: the engine as it is built is tried here with many policies as if
// nobody knew that it was released.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Policy } from '../../actions/step-up/policy.ts'
import { bundlePolicy } from '../../scripts/policy/bundle.ts'
import { compilePolicy } from '../../scripts/policy/compile.ts'
import { parsePolicy } from '../../scripts/policy/load.ts'
import { CASES } from '../support/cases.ts'
import { foundInCases } from '../support/found-in-code.ts'

const DECLARED = new Map([
  ['https://banking.fabrikam.example', new Set(['read:accounts', 'transfer:funds'])],
  ['https://cards.fabrikam.example', new Set(['transfer:funds'])],
])
const PAIRS = 'tests/support/policy-pairs'

function readPolicy(pair: string): Policy {
  const file = join(PAIRS, pair, 'after.yaml')
  return compilePolicy(parsePolicy(file, readFileSync(file, 'utf8'), { declaredScopes: DECLARED }))
}

test.each<[string, Policy]>([
  ...CASES.map(({ title, policy }): [string, Policy] => [title, policy]),
  ...readdirSync(PAIRS).map((pair): [string, Policy] => [pair, readPolicy(pair)]),
])('nothing speaks against the engine with the policy: %s', async (_title, policy) => {
  expect(await foundInCases(await bundlePolicy(policy, ''), policy)).toEqual([])
})
