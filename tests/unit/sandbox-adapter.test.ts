import { newAdapter } from '../../sandbox/tenant/oidc/adapter.ts'
import { newOidcState, type GrantOutcome } from '../../sandbox/tenant/login/oidc-state.ts'
import type { Transaction } from '../../sandbox/tenant/login/transaction.ts'
import type { Tenant } from '../../sandbox/tenant/tenant.ts'

const DAY_SECONDS = 86_400

let nowMs = 0
const tenant = (): Tenant =>
  ({
    oidc: newOidcState(),
    now: () => nowMs,
    store: { state: { settings: {} } },
  }) as unknown as Tenant

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

test('what has expired is let go when something is kept later, with what hangs on it', async () => {
  nowMs = 0
  const full = tenant()
  const { records, outcomes, sessions, transactions, rememberedBrowsers } = full.oidc
  const keep = (model: string, id: string, seconds: number) =>
    newAdapter(full, model).upsert(id, {}, seconds)
  await keep('AuthorizationCode', 'code', 600)
  await keep('Grant', 'of a day', DAY_SECONDS)
  await keep('Grant', 'of a year', 365 * DAY_SECONDS)
  for (const grant of ['of a day', 'of a year']) outcomes.set(grant, {} as GrantOutcome)
  for (const day of [0, 1]) {
    const atMs = day * DAY_SECONDS * 1_000
    sessions.set(`of day ${day}`, {
      userId: 'ada',
      createdAtMs: atMs,
      methods: [],
      life: { metadata: {} },
      isPersistent: true,
    })
    transactions.set(`of day ${day}`, { sessionUid: `of day ${day}` } as Transaction)
    rememberedBrowsers.set(`of day ${day}`, { userId: 'ada', sinceMs: atMs, usedMs: atMs })
  }

  nowMs = 8 * DAY_SECONDS * 1_000
  await keep('Grant', 'new', DAY_SECONDS)
  expect({
    records: [...records.keys()],
    outcomes: [...outcomes.keys()],
    sessions: [...sessions.keys()],
    transactions: [...transactions.keys()],
    rememberedBrowsers: [...rememberedBrowsers.keys()],
  }).toEqual({
    records: ['Grant:of a year', 'Grant:new'],
    outcomes: ['of a year'],
    sessions: ['of day 1'],
    transactions: ['of day 1'],
    rememberedBrowsers: ['of day 1'],
  })
})
