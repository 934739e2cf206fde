// Tenants with more than one page can take: what is not listed is never taken to be absent.
import { factsFromTenant } from '../../scripts/audit/tenant/from-tenant.ts'
import { connect } from '../../scripts/tenant/connection.ts'

const DOMAIN = 'acme.eu.auth0.com'
const FORBIDDEN = { status: 403, body: { message: 'Insufficient scope' } }

afterEach(() => jest.restoreAllMocks())

type Answers = Readonly<Record<string, (query: URLSearchParams) => object>>

/** What the audit knows of a tenant that answers two kinds of request, and refuses all others. */
async function factsOf(answers: Answers) {
  const asked: string[] = []
  jest.spyOn(globalThis, 'fetch').mockImplementation((input) => {
    const { pathname, searchParams } = new URL(new Request(input).url)
    asked.push(`${pathname}?${searchParams.toString()}`)
    const answer = answers[pathname.replace('/api/v2/', '')]
    const { status, body } = answer ? { status: 200, body: answer(searchParams) } : FORBIDDEN
    return Promise.resolve(Response.json(body, { status }))
  })
  const connection = await connect({ domain: DOMAIN, credentials: { accessToken: 'TOKEN' } })
  const facts = await factsFromTenant(connection, { action: 'Step-up', organizations: [] })
  return { facts, asked: asked.filter((each) => each.includes('/clients?')) }
}

const client = (name: string) => ({ id: name, name, switches: [] })

test.each([{}, { next: null }, { next: '' }])(
  'clients are read until a page ends with %j',
  async (end) => {
    const pages = new Map([
      [null, { clients: [{ client_id: 'a' }, { client_id: 'b' }], next: 'two+2' }],
      ['two+2', { clients: [], next: 'three' }],
      ['three', { clients: [{ client_id: 'c' }], ...end }],
    ])
    const { facts, asked } = await factsOf({
      clients: (query) => pages.get(query.get('from')) ?? { statusCode: 400 },
    })
    expect(facts.clients).toEqual({ seen: 'all', value: ['a', 'b', 'c'].map(client) })
    const first =
      '/api/v2/clients?fields=client_secret%2Csigning_keys%2Cencryption_key%2Ccustom_login_page%2Ccustom_login_page_preview%2Cform_template&include_fields=false&is_global=false&take=100'
    expect(asked).toEqual([first, `${first}&from=two%2B2`, `${first}&from=three`])
  },
)

test('a list of clients without checkpoints is an error', async () => {
  await expect(factsOf({ clients: () => [{ client_id: 'a' }] })).rejects.toMatchObject({
    name: 'UnexpectedAnswer',
    statusCode: 200,
  })
})

// prettier-ignore
test.each([
  ['all of them',  120, 120, 'all'],
  ['fewer',        100, 120, 'listed'],
  ['none at all',    0,   0, 'all'],
])('resource servers, and the tenant lists %s', async (_name, listed, total, seen) => {
  const { facts } = await factsOf({
    'resource-servers': (query) => {
      const [page, size] = [Number(query.get('page')), Number(query.get('per_page'))]
      const length = Math.max(0, Math.min(listed - page * size, size, 50))
      return { total, resource_servers: Array.from({ length }, () => ({ identifier: 'x' })) }
    },
  })
  const { resourceServers } = facts
  expect([resourceServers.seen, 'value' in resourceServers && resourceServers.value.length])
    .toEqual([seen, listed])
})

// prettier-ignore
test.each([
  ['client-grants',    [{ client_id: 'a' }]],
  ['resource-servers', [{ identifier: 'x' }]],
])('a list of %s in another shape is an error, and not an empty one', async (path, answer) => {
  await expect(factsOf({ [path]: () => answer })).rejects.toMatchObject({ name: 'UnexpectedAnswer' })
})

test('client grants are read until a page names no next one', async () => {
  const grant = (client_id: string) => ({ client_id, audience: 'x', scope: [] })
  const { facts } = await factsOf({
    'client-grants': (query) =>
      query.has('from')
        ? { client_grants: [grant('b')] }
        : { client_grants: [grant('a')], next: 'two' },
  })
  const { clientGrants } = facts
  expect('value' in clientGrants && clientGrants.value.map(({ clientId }) => clientId)).toEqual([
    'a',
    'b',
  ])
})

// prettier-ignore
test.each([
  ['policies known',   ['all-applications'],         [],      { seen: 'all', value: 'always' }, undefined],
  ['none',             [],                           [],      { seen: 'all', value: 'never' }, undefined],
  ['one not known',    ['telepathy'],                [],      { seen: 'nothing' },             ['MFA policy: telepathy']],
  ['a factor not known', ['confidence-score'],       ['sms', 'telepathy'], { seen: 'all', value: 'adaptive' }, ['MFA factor: telepathy']],
])('MFA settings, %s', async (_name, policies, factors, mfaPolicy, unknown) => {
  const { facts } = await factsOf({
    'guardian/policies': () => policies,
    'guardian/factors': () => factors.map((name) => ({ name, enabled: true })),
  })
  expect(facts.mfaPolicy).toEqual(mfaPolicy)
  expect(facts.unknownSettings).toEqual(unknown)
})
