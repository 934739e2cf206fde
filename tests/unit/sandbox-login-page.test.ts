import type * as Crypto from 'node:crypto'
import { consentHandler } from '../../sandbox/tenant/pages/consent.ts'
import { loginHandler } from '../../sandbox/tenant/pages/login.ts'
import { hashPassword } from '../../sandbox/tenant/password.ts'
import { htmlOf, pageRequest, pendingTransaction, summary } from '../support/login-pages.ts'
import { ADA, PASSWORD, newTestTenant, type TestTenant } from '../support/tenant.ts'

// How hard a hash is to guess is nothing to these tests, which make many.
jest.mock('node:crypto', () => {
  const crypto = jest.requireActual<typeof Crypto>('node:crypto')
  const scryptSync = (password: string, salt: Buffer, length: number) =>
    crypto.scryptSync(password, salt, length, { N: 2 })
  return { ...crypto, scryptSync }
})

const LOGGED_IN = {
  kind: 'login',
  userId: ADA,
  method: { name: 'pwd', timestamp: '2026-03-01T12:00:00.000Z' },
}
const LOGIN_PAGE = { title: 'Log in', actions: ['Continue'] }
const WRONG = { ...LOGIN_PAGE, error: 'Wrong email or password' }
const BLOCKED = {
  ...LOGIN_PAGE,
  error: 'Your account has been blocked after multiple consecutive login attempts',
}

async function logIn(
  tenant: TestTenant,
  username: string,
  password: string = PASSWORD,
): Promise<object> {
  return summary(await loginHandler(tenant, pageRequest({ username, password })))
}

// prettier-ignore
test.each<[name: string, username: string, password: string, expected: object, log: string[]]>([
  ['email address and password',    'ada@fabrikam.example',   PASSWORD,               LOGGED_IN, []],
  ['username and password',         'ada',                    PASSWORD,               LOGGED_IN, []],
  ['capitals and spaces in a name', ' Ada@Fabrikam.EXAMPLE ', PASSWORD,               LOGGED_IN, []],
  ['a wrong password',              'ada',                    'guess',                WRONG,     ['fp']],
  ['no password',                   'ada',                    '',                     WRONG,     ['fp']],
  ['a password in capitals',        'ada',                    PASSWORD.toUpperCase(), WRONG,     ['fp']],
  ['nobody of this name',           'eve',                    PASSWORD,               WRONG,     ['fu']],
  ['no name',                       '',                       PASSWORD,               WRONG,     ['fu']],
  ['a user id',                     ADA,                      PASSWORD,               WRONG,     ['fu']],
])('%s', async (_name, username, password, expected, log) => {
  const tenant = newTestTenant()
  expect({ outcome: await logIn(tenant, username, password), log: tenant.logTypes() }).toEqual({
    outcome: expected,
    log,
  })
})

test('a known and an unknown name are answered alike', async () => {
  const tenant = newTestTenant()
  const answer = async (username: string): Promise<string> => {
    const outcome = await loginHandler(tenant, pageRequest({ username, password: 'guess' }))
    return htmlOf(outcome).replace(username, 'NAME')
  }
  expect(await answer('ada')).toBe(await answer('eve'))
})

test('ten wrong passwords block the name, for the right one too, and an unknown name alike', async () => {
  const tenant = newTestTenant()
  for (let count = 0; count < 10; count += 1) {
    await logIn(tenant, 'ada', 'guess')
    await logIn(tenant, 'EVE', 'guess')
  }
  expect([await logIn(tenant, 'Ada'), await logIn(tenant, 'eve')]).toEqual([BLOCKED, BLOCKED])
  expect(tenant.logTypes().slice(-2)).toEqual(['limit_wc', 'limit_wc'])
})

test('a block ends thirty days after the last wrong password', async () => {
  const tenant = newTestTenant()
  for (let count = 0; count < 10; count += 1) await logIn(tenant, 'ada', 'guess')
  tenant.pass(30 * 86_400 - 1)
  const before = await logIn(tenant, 'ada')
  tenant.pass(1)
  expect([before, await logIn(tenant, 'ada')]).toEqual([
    BLOCKED,
    { ...LOGGED_IN, method: { name: 'pwd', timestamp: '2026-03-31T12:00:00.000Z' } },
  ])
})

test('a block ends with a new password', async () => {
  const tenant = newTestTenant()
  for (let count = 0; count < 10; count += 1) await logIn(tenant, 'ada', 'guess')
  changePassword(tenant, 'a new one')
  expect(await logIn(tenant, 'ada', 'a new one')).toEqual(LOGGED_IN)
})

test('a login that succeeds takes the wrong passwords back', async () => {
  const tenant = newTestTenant()
  for (let count = 0; count < 9; count += 1) await logIn(tenant, 'ada', 'guess')
  await logIn(tenant, 'ada')
  await logIn(tenant, 'ada', 'guess')
  expect(await logIn(tenant, 'ada')).toEqual(LOGGED_IN)
})

test('a user who is blocked by an administrator is refused after the right password only', async () => {
  const tenant = newTestTenant()
  tenant.store.update((state) => state.users.forEach((user) => (user['blocked'] = true)))
  expect([await logIn(tenant, 'ada', 'guess'), await logIn(tenant, 'ada')]).toEqual([
    WRONG,
    { kind: 'abort', error: 'unauthorized', description: 'user is blocked' },
  ])
})

// prettier-ignore
test.each<[connection: string, expected: object]>([
  ['Username-Password-Authentication', LOGGED_IN],
  ['Employees',                        WRONG],
])('in the connection %s', async (connection, expected) => {
  const fields = { username: 'ada', password: PASSWORD }
  const request = pageRequest(fields, undefined, { connection })
  expect(summary(await loginHandler(newTestTenant(), request))).toEqual(expected)
})

test('the page names the application and the login hint, and keeps the name that was typed', async () => {
  const tenant = newTestTenant()
  const open = pageRequest(undefined, undefined, { login_hint: 'ada' })
  const sent = pageRequest({ username: 'adam', password: 'guess' })
  const first = htmlOf(await loginHandler(tenant, open))
  const second = htmlOf(await loginHandler(tenant, sent))
  expect(first).toContain('<b>Fabrikam &#60;Bank&#62;</b>')
  expect(first).toContain('value="ada"')
  expect(second).toContain('value="adam"')
  expect(second).not.toContain('guess')
})

describe('consent', () => {
  // prettier-ignore
  test.each<[name: string, fields: Record<string, string> | undefined, expected: object, given: number]>([
    ['is asked for',       undefined,                  { title: 'Authorize access', actions: ['Accept', 'Decline'] }, 0],
    ['is given',           { decision: 'accept' },     { kind: 'resume' },                                            1],
    ['is refused',         { decision: 'decline' },    { kind: 'abort', error: 'access_denied', description: 'User did not authorize the request' }, 0],
    ['is not given by silence', {},                    { title: 'Authorize access', actions: ['Accept', 'Decline'] }, 0],
    ['is not given by a mistake', { decision: 'yes' }, { title: 'Authorize access', actions: ['Accept', 'Decline'] }, 0],
  ])('%s', async (_name, fields, expected, given) => {
    const tenant = newTestTenant()
    const request = pageRequest(fields, pendingTransaction(tenant))
    expect(summary(await consentHandler(tenant, request))).toEqual(expected)
    expect(tenant.oidc.consents.size).toBe(given)
  })
})

function changePassword({ store }: TestTenant, password: string): void {
  store.update((state) =>
    state.users.forEach((user) => (user['password_hash'] = hashPassword(password))),
  )
}
