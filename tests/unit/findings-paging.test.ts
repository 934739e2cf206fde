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
  const facts = await factsFromTenant(connection, 'Step-up')
  return { facts, asked: asked.filter((each) => each.includes('/clients?')) }
}

const client = (name: string) => ({ id: name, name, refreshPolicies: [] })

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
      '/api/v2/clients?fields=client_id%2Cname%2Cgrant_types%2Crefresh_token&include_fields=true&is_global=false&take=100'
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
