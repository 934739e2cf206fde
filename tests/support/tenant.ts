// A sandbox tenant in memory, for the parts of it that need no socket.
import { newActionRunner } from '../../sandbox/tenant/action-runtime/action-runner.ts'
import { newFaults } from '../../sandbox/tenant/faults.ts'
import { newTenant } from '../../sandbox/tenant/new-tenant.ts'
import { newOidcState } from '../../sandbox/tenant/login/oidc-state.ts'
import { newRequestLog } from '../../sandbox/tenant/request-log.ts'
import { hashPassword } from '../../sandbox/tenant/password.ts'
import type { Entity, User } from '../../sandbox/tenant/state.ts'
import { Store } from '../../sandbox/tenant/store.ts'
import type { Tenant } from '../../sandbox/tenant/tenant.ts'

export interface TestTenant extends Tenant {
  /** moves the clock */
  pass(seconds: number): void
  user(): User
  /** types of the entries of the tenant's log, oldest first */
  logTypes(): string[]
}

export const ADA = 'auth0|ada'
export const PASSWORD = 'correct horse battery staple'
const PASSWORD_HASH = hashPassword(PASSWORD)
export const OTP_SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
export const START_MS = Date.parse('2026-03-01T12:00:00Z')

/** @param methods authentication methods of Ada, the only user */
export function newTestTenant(
  factors: readonly string[] = [],
  methods: readonly Entity[] = [],
): TestTenant {
  const state = newTenant()
  state.factors = Object.fromEntries(factors.map((name) => [name, true]))
  state.clients.push({ client_id: 'web', client_secret: '', name: 'Fabrikam <Bank>' })
  state.users.push({
    user_id: ADA,
    email: 'ada@fabrikam.example',
    username: 'ada',
    password_hash: PASSWORD_HASH,
    identities: [
      {
        connection: 'Username-Password-Authentication',
        user_id: 'ada',
        provider: 'auth0',
        isSocial: false,
      },
    ],
    authentication_methods: methods.map((method, index) => ({ id: String(index), ...method })),
  })
  let nowMs = START_MS
  const store = Store.inMemory(state)
  return {
    domain: 'localhost:8443',
    store,
    runner: newActionRunner(),
    faults: newFaults(),
    requests: newRequestLog(),
    oidc: newOidcState(),
    now: () => nowMs,
    pass: (seconds) => {
      nowMs += seconds * 1_000
    },
    user: () => {
      const user = store.state.users[0]
      if (user === undefined) throw new Error('no user')
      return user
    },
    logTypes: () => store.state.logs.map(({ type }) => type),
  }
}
