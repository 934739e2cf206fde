import { readCode } from '../../scripts/audit/code/read-code.ts'
import { bundlePolicy } from '../../scripts/policy/bundle.ts'
import { engineOf } from '../../scripts/policy/engine.ts'
import { confine } from '../../scripts/reading/confine.ts'
import { BAD_ENGINES, badCode, policyOf } from '../support/bad-engines.ts'
import { CASES } from '../support/cases.ts'
import { foundInCode } from '../support/found-in-code.ts'

const rows = BAD_ENGINES.map((bad) => [bad.name, bad] as const)

test.each(rows)('%s is no released engine', async (_name, bad) => {
  expect(engineOf(await badCode(bad)).release).toBeUndefined()
})

test.each(rows)('%s is found without knowing that, by reading or in cases', async (_name, bad) => {
  expect(await foundInCode(await badCode(bad), policyOf(bad))).not.toEqual([])
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
  expect(await foundInCode(await bundlePolicy(policy, ''), policy)).toEqual([])
})

test('code after the policy is engine to its last byte, so no digest of a release is told of it', async () => {
  const [[, policy] = ['', { rules: [] }]] = POLICIES
  const code = await bundlePolicy(policy, '')
  const released = engineOf(code)
  const named = { from: 'deployed', name: 'Step-up' } as const
  const more = `${code}exports.onExecutePostLogin = async () => {}\n`
  expect(readCode({ ...named, code }, policy).engine).toEqual(released)
  expect(readCode({ ...named, code: more }, policy).engine.sha256).not.toBe(released.sha256)
  expect(readCode({ ...named, code: more }, policy).engine.release).toBeUndefined()
})
