import { ManagementError, type ManagementClient } from 'auth0'
import { readEnrolments } from '../../scripts/tenant/enrolments.ts'

interface Method {
  readonly type: string
  readonly confirmed?: boolean
}

/** A tenant with these users; those without methods have been deleted since they were listed. */
function tenantOf(users: Readonly<Record<string, readonly Method[] | 'deleted'>>) {
  const list = Object.keys(users).map((user_id) => ({ user_id, email_verified: false }))
  return {
    users: {
      list: () => Promise.resolve({ data: list, response: { total: list.length } }),
      authenticationMethods: {
        list(id: string) {
          const methods = users[id]
          return methods === 'deleted'
            ? Promise.reject(new ManagementError({ statusCode: 404 }))
            : Promise.resolve({ data: methods })
        },
      },
    },
  } as unknown as ManagementClient
}

async function factorsOf(...users: (readonly Method[] | 'deleted')[]) {
  const named = Object.fromEntries(users.map((methods, i) => [`auth0|${i}`, methods]))
  const found = await readEnrolments(tenantOf(named), { most: 10, progress: () => undefined })
  return { ...found, users: found.users.map((factors) => [...factors]) }
}

// The types that the Management API lists, which are not those of an enrolment in an Action.
// prettier-ignore
test.each([
  ['totp',               ['otp']],
  ['phone',              ['phone']],
  ['email',              ['email']],
  ['push',               ['push-notification']],
  ['webauthn-roaming',   ['webauthn-roaming']],
  ['webauthn-platform',  ['webauthn-platform']],
  ['recovery-code',      []],
  ['email-verification', []],
  ['passkey',            []],
  ['password',           []],
])('%s is the factor %s', async (type, expected) => {
  expect(await factorsOf([{ type }])).toEqual({ users: [expected], total: 1 })
})

test('an enrolment that was not finished does not count', async () => {
  const methods = [
    { type: 'totp', confirmed: false },
    { type: 'push', confirmed: true },
  ]
  expect(await factorsOf(methods)).toEqual({ users: [['push-notification']], total: 1 })
})

test('a user who has been deleted meanwhile does not count', async () => {
  expect(await factorsOf([{ type: 'totp' }], 'deleted', [])).toEqual({
    users: [['otp'], []],
    total: 3,
  })
})
