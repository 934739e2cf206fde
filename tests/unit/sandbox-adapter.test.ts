import { newAdapter } from '../../sandbox/tenant/oidc/adapter.ts'
import { newOidcState } from '../../sandbox/tenant/oidc/oidc-state.ts'
import type { Tenant } from '../../sandbox/tenant/tenant.ts'

let nowMs = 0
const tenant = (): Tenant => ({ oidc: newOidcState(), now: () => nowMs }) as unknown as Tenant

test('of two that have found a code unused, one consumes it', async () => {
  const codes = newAdapter(tenant(), 'AuthorizationCode')
  await codes.upsert('code', {}, 600)
  await codes.consume('code')
  await expect(codes.consume('code')).rejects.toMatchObject({ error: 'invalid_grant' })
})

// prettier-ignore
test.each<[model: string, ageSeconds: number, isThere: boolean]>([
  ['AuthorizationCode', 599,   true],
  ['AuthorizationCode', 600,   false],
  ['DeviceCode',        600,   true],
  ['DeviceCode',        4_200, false],
])('a %s of ten minutes after %i seconds: %s', async (model, ageSeconds, isThere) => {
  nowMs = 0
  const adapter = newAdapter(tenant(), model)
  await adapter.upsert('id', { userCode: 'ABCD' }, 600)
  nowMs = ageSeconds * 1_000
  expect([await adapter.find('id'), await adapter.findByUserCode('ABCD')]).toEqual(
    isThere ? [{ userCode: 'ABCD' }, { userCode: 'ABCD' }] : [undefined, undefined],
  )
})
