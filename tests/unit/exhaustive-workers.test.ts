import { checkBundle } from '../../scripts/proof/check-bundle.ts'
import { bundlePolicy } from '../../scripts/policy/bundle.ts'
import { FABRIKAM } from '../support/policies.ts'

test('workers come to the same result as one thread', async () => {
  const code = (await bundlePolicy(FABRIKAM, '')).replace(
    'allowRememberBrowser: false',
    'allowRememberBrowser: true',
  )
  const subject = { code, policy: FABRIKAM, invariants: [] }
  const alone = await checkBundle(subject, { where: 'this-thread', depth: 'quick' })
  const together = await checkBundle(subject, { depth: 'quick' })
  expect(together).toEqual(alone)
  expect(together.violations.map(({ invariant }) => invariant)).toEqual([
    'remembered-browser-never-counts',
  ])
})

test('a bundle that cannot be loaded ends the check with its own error', async () => {
  const subject = { code: 'exports.somethingElse = 1', policy: FABRIKAM, invariants: [] }
  await expect(checkBundle(subject, { depth: 'quick' })).rejects.toThrow(
    'bundle exports no `onExecutePostLogin`',
  )
})
