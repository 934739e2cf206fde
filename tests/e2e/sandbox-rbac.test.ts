// Roles, permissions and organizations: who gets which scopes, what Actions and tokens say of it.
import { decodeJwt } from 'jose'
import { summaryOf } from '../support/oidc-browser.ts'
import { ALICE, API, BOB, startWorld, type World } from '../support/oidc-world.ts'

const SEEN = 'https://test.example/seen'
const READ = { resource_server_identifier: API, permission_name: 'read:accounts' }
const TRANSFER = { resource_server_identifier: API, permission_name: 'transfer:funds' }

let world: World
let connection: string

beforeAll(async () => {
  world = await startWorld()
  const { request } = world
  const server = encodeURIComponent(API)
  await request(`PATCH /resource-servers/${server}`, {
    enforce_policies: true,
    token_dialect: 'access_token_authz',
  })
  await world.bindActions(`api.accessToken.setCustomClaim('${SEEN}', {
    roles: event.authorization.roles, organization: event.organization?.name })`)
  const { body } = await request('GET /connections')
  connection = (body as { id: string }[])[0]?.id ?? ''
})
afterAll(() => world.sandbox.stop())

const path = (user: string): string => `/users/${encodeURIComponent(user)}`

/** @returns what a role that was just made is called by */
async function newRole(name: string, ...permissions: object[]): Promise<string> {
  const { body } = await world.request('POST /roles', { name, description: `${name}s` })
  const { id } = body as { id: string }
  await world.request(`POST /roles/${id}/permissions`, { permissions })
  return id
}

/** Asks for both scopes of the API. @returns what the token says, or why there is none */
async function ask(
  user: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const browser = world.newBrowser()
  const scope = 'openid read:accounts transfer:funds'
  const page = await browser.open(
    world.client.authorizeUrl({ audience: API, scope, ...parameters }),
  )
  const stop = page.at === 'page' ? await world.logIn(browser, page, user) : page
  const summary = summaryOf(stop)
  if (summary !== 'logged in') return summary
  const tokens = await world.client.redeem(stop)
  const claims = decodeJwt(tokens.access_token)
  return {
    scope: claims['scope'],
    permissions: claims['permissions'],
    ...(claims[SEEN] as object),
    ...(claims['org_id'] === undefined ? {} : { org_id: claims['org_id'] }),
  }
}

describe('an API that enforces RBAC', () => {
  test('gives nobody anything who has no permission', async () => {
    expect(await ask(BOB)).toEqual({ scope: 'openid', permissions: [], roles: [] })
  })

  test('gives the scopes of a role, and of what was given directly', async () => {
    const teller = await newRole('Teller', READ)
    await world.request(`POST ${path(ALICE)}/roles`, { roles: [teller] })
    expect(await ask(ALICE)).toEqual({
      scope: 'openid read:accounts',
      permissions: ['read:accounts'],
      roles: ['Teller'],
    })
    await world.request(`POST ${path(ALICE)}/permissions`, { permissions: [TRANSFER] })
    expect(await ask(ALICE, { scope: 'openid read:accounts' })).toEqual({
      scope: 'openid read:accounts',
      permissions: ['transfer:funds', 'read:accounts'],
      roles: ['Teller'],
    })
    const { body } = await world.request(`GET ${path(ALICE)}/permissions`)
    const shown = { description: '', resource_server_name: 'API' }
    expect(body).toEqual([
      {
        ...TRANSFER,
        ...shown,
        sources: [{ source_id: '', source_name: '', source_type: 'DIRECT' }],
      },
      {
        ...READ,
        ...shown,
        sources: [{ source_id: teller, source_name: 'Teller', source_type: 'ROLE' }],
      },
    ])
  })

  test('takes them back', async () => {
    const { body } = await world.request('GET /roles?name_filter=tell')
    const [{ id = '' } = {}] = body as { id?: string }[]
    await world.request(`DELETE ${path(ALICE)}/permissions`, { permissions: [TRANSFER] })
    await world.request(`DELETE /roles/${id}/permissions`, { permissions: [READ] })
    expect(await ask(ALICE)).toEqual({ scope: 'openid', permissions: [], roles: ['Teller'] })
    await world.request(`DELETE /roles/${id}`)
    expect(await ask(ALICE)).toEqual({ scope: 'openid', permissions: [], roles: [] })
  })

  // prettier-ignore
  test.each<[name: string, permission: object, status: number, message: string]>([
    ['of an API that there is not', { ...READ, resource_server_identifier: 'https://x.example' }, 404, 'Resource server with identifier https://x.example not found'],
    ['that the API does not have',  { ...READ, permission_name: 'delete:accounts' },              400, 'Permission delete:accounts does not exist'],
  ])('has no permission %s', async (_name, permission, status, message) => {
    const answer = await world.request(`POST ${path(ALICE)}/permissions`, { permissions: [permission] })
    expect([answer.status, (answer.body as { message: string }).message]).toEqual([status, message])
  })
})

describe('an organization', () => {
  let org: string
  const usage = (organization_usage: string): Promise<unknown> =>
    world.request(`PATCH /clients/${world.clientId}`, { organization_usage })

  beforeAll(async () => {
    const { body } = await world.request('POST /organizations', {
      name: 'fabrikam',
      display_name: 'Fabrikam',
      metadata: { tier: 'gold' },
      enabled_connections: [{ connection_id: connection }],
    })
    org = (body as { id: string }).id
    await usage('allow')
  })

  test('lets members in, with the roles that they have there', async () => {
    const manager = await newRole('Manager', TRANSFER)
    await world.request(`POST /organizations/${org}/members`, { members: [ALICE] })
    const roles = `/organizations/${org}/members/${encodeURIComponent(ALICE)}/roles`
    await world.request(`POST ${roles}`, { roles: [manager] })
    expect(await ask(ALICE, { organization: org })).toEqual({
      scope: 'openid transfer:funds',
      permissions: ['transfer:funds'],
      roles: ['Manager'],
      organization: 'fabrikam',
      org_id: org,
    })
    expect(await ask(ALICE)).toEqual({ scope: 'openid', permissions: [], roles: [] })
  })

  test('keeps everybody else out, unless its connection makes them members', async () => {
    expect(await ask(BOB, { organization: org })).toBe(
      `access_denied: user ${BOB} is not part of the ${org} organization`,
    )
    const path = `/organizations/${org}/enabled_connections/${connection}`
    await world.request(`PATCH ${path}`, { assign_membership_on_login: true })
    expect(await ask(BOB, { organization: org })).toMatchObject({ org_id: org })
    const { body } = await world.request(`GET /organizations/${org}/members`)
    expect((body as { user_id: string }[]).map(({ user_id }) => user_id)).toEqual([ALICE, BOB])
  })

  test('goes by its name where the tenant allows it', async () => {
    const setting = 'allow_organization_name_in_authentication_api'
    expect(await ask(ALICE, { organization: 'fabrikam' })).toBe(
      'invalid_request: parameter organization is invalid: fabrikam',
    )
    await world.request('PATCH /tenants/settings', { [setting]: true })
    expect(await ask(ALICE, { organization: 'fabrikam' })).toMatchObject({ org_id: org })
    await world.request('PATCH /tenants/settings', { [setting]: false })
  })

  // prettier-ignore
  test.each<[usage: string, parameters: Readonly<Record<string, string>>, answer: string]>([
    ['deny',    { organization: 'org_x' }, 'invalid_request: parameter organization is not allowed for this client'],
    ['require', {},                        'invalid_request: parameter organization is required for this client'],
    ['require', { organization: 'org_x' }, 'invalid_request: parameter organization is invalid: org_x'],
  ])('is for an application to %s: with %j', async (allowed, parameters, answer) => {
    await usage(allowed)
    expect(await ask(ALICE, parameters)).toBe(answer)
    await usage('allow')
  })

  test('is not let go of by a refresh', async () => {
    const browser = world.newBrowser()
    const scope = 'openid transfer:funds offline_access'
    const page = await browser.open(
      world.client.authorizeUrl({ audience: API, scope, organization: org }),
    )
    const tokens = await world.client.redeem(await world.logIn(browser, page, ALICE))
    const { body } = await world.client.token({
      grant_type: 'refresh_token',
      refresh_token: String(tokens.refresh_token),
    })
    expect(decodeJwt(String(body['access_token']))).toMatchObject({
      org_id: org,
      scope: 'openid transfer:funds offline_access',
      [SEEN]: { organization: 'fabrikam', roles: ['Manager'] },
    })
    expect(decodeJwt(String(body['id_token']))['org_id']).toBe(org)
  })

  test('is known of its members, until it is gone', async () => {
    const organizations = async (): Promise<unknown[]> =>
      (await world.request(`GET ${path(ALICE)}/organizations`)).body as unknown[]
    expect(await organizations()).toEqual([
      { id: org, name: 'fabrikam', display_name: 'Fabrikam', metadata: { tier: 'gold' } },
    ])
    await world.request(`DELETE /organizations/${org}`)
    expect(await organizations()).toEqual([])
    expect((await world.request(`GET /organizations/${org}`)).status).toBe(404)
  })
})
