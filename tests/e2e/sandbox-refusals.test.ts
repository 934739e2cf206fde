// What Auth0 has and the sandbox has not: refused by its name, at every door.
import { summaryOf } from '../support/oidc-browser.ts'
import { startWorld, type World } from '../support/oidc-world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
  await world.request('POST /connections', { name: 'google', strategy: 'google-oauth2' })
})
afterAll(() => world.sandbox.stop())

// prettier-ignore
test.each<[name: string, parameters: Record<string, string>, what: string]>([
  ['claims',                     { claims: '{"id_token":{"acr":{"essential":true}}}' }, 'The parameter `claims`'],
  ['a request object',           { request: 'a.b.c' },                 'The parameter `request`'],
  ['a token without a code',     { response_type: 'token' },           'The response type `token`'],
  ['an identity provider',       { connection: 'google' },             'A login with a connection of the strategy `google-oauth2`'],
])('/authorize refuses %s', async (_name, parameters, what) => {
  const stop = await world.newBrowser().open(world.client.authorizeUrl(parameters))
  expect(stop).toMatchObject({
    status: 501,
    html: expect.stringContaining(`${what} is not emulated by the sandbox`) as unknown,
  })
})

test('/authorize sends back who names a connection that there is not', async () => {
  const stop = await world.newBrowser().open(world.client.authorizeUrl({ connection: 'none' }))
  expect(summaryOf(stop)).toBe('invalid_request: the connection was not found')
})

test('/oauth/token refuses the realm of an identity provider', async () => {
  const response = await world.sandbox.fetch('/oauth/token', {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'http://auth0.com/oauth/grant-type/password-realm',
      client_id: 'web-app',
      client_secret: 'web-app-secret',
      username: 'alice@example.com',
      password: 'any',
      realm: 'google',
    }),
  })
  expect([response.status, await response.json()]).toEqual([
    501,
    {
      error: 'not_emulated',
      error_description:
        'A login with a connection of the strategy `google-oauth2` is not emulated by the sandbox',
    },
  ])
})

// prettier-ignore
test.each([
  ['GET',    '/me/v1/authentication-methods'],
  ['DELETE', '/me/v1/authentication-methods/totp%7Cdev_1'],
  ['GET',    '/my-org/members'],
  ['POST',   '/scim/v2/connections/con_1/Users'],
  ['POST',   '/oauth/ro'],
])('%s %s is refused', async (method, path) => {
  const response = await world.sandbox.fetch(path, { method })
  expect([response.status, await response.json()]).toMatchObject([
    501,
    { message: `${method} ${decodeURIComponent(path)} is not emulated by the sandbox` },
  ])
})

// A list that is empty because nobody understood the question would be believed.
// prettier-ignore
test.each<[line: string, query: string]>([
  ['GET /users', 'email:al*'],
  ['GET /users', 'email:"al*"'],
  ['GET /users', '_exists_:email'],
  ['GET /users', 'logins_count:[1 TO *]'],
  ['GET /users', 'name:alice'],
  ['GET /users', 'email:alice@example.com OR email:bob@example.com'],
  ['GET /logs',  'type:s*'],
  ['GET /logs',  'description:wrong'],
])('%s?q=%s is refused', async (line, query) => {
  const { status, body } = await world.request(`${line}?q=${encodeURIComponent(query)}`)
  expect([status, body]).toMatchObject([
    501,
    { message: `The query \`${query}\` is not emulated by the sandbox` },
  ])
})

// prettier-ignore
test.each<[query: string, emails: string[]]>([
  ['email:alice@example.com',                           ['alice@example.com']],
  ['email:"ALICE@example.com"',                         ['alice@example.com']],
  ['email:"alice@example.com" AND email_verified:false', []],
  ['user_id:"auth0|bob"',                               ['bob@example.com']],
])('GET /users?q=%s finds them', async (query, emails) => {
  const { body } = await world.request(`GET /users?q=${encodeURIComponent(query)}`)
  expect((body as { email: string }[]).map(({ email }) => email)).toEqual(emails)
})
