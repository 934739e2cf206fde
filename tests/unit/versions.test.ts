// Of which versions the list says that this package built them: a banner can be forged, an engine cannot.
import { withBanner } from '../../scripts/policy/banner.ts'
import { bundlePolicy } from '../../scripts/policy/bundle.ts'
import type { ManagementClient } from '../../scripts/tenant/management.ts'
import { listVersions } from '../../scripts/tenant/versions.ts'
import { scopeRule } from '../support/policies.ts'

const POLICY_HASH = 'a'.repeat(64)
const banner = (code: string) => withBanner(code, { version: '0.1.0', policyHash: POLICY_HASH })
let built = ''
beforeAll(async () => {
  built = await bundlePolicy({ rules: [scopeRule({ id: 'transfer-funds' })] }, '')
})

// prettier-ignore
test.each<[string, () => string, object]>([
  ['as it was built',                    () => banner(built), { policyHash: POLICY_HASH, rules: ['transfer-funds'] }],
  ['edited',                             () => `${banner(built)}// by hand`, {}],
  ['of somebody else',                   () => built, {}],
  ['edited, under a banner that fits',   () => banner(built.replace('CLOCK_SKEW_MS = 3e4', 'CLOCK_SKEW_MS = 3e7')), {}],
  ['with more behind its policy',         () => banner(`${built}exports.onExecutePostLogin = async () => {}\n`), {}],
])('a version whose code is %s', async (_case, code, known) => {
  const data = [{ id: 'v1', number: 1, created_at: '2026-11-24T12:00:00Z', code: code() }]
  const list = () => Promise.resolve({ data })
  const management = { actions: { versions: { list } } } as unknown as ManagementClient
  const [version] = await listVersions(management, { id: 'a' })
  const { policyHash, rules } = version ?? {}
  expect({ ...(policyHash && { policyHash }), ...(rules && { rules }) }).toEqual(known)
})
