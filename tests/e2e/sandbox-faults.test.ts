// Faults that the sandbox shows on request, so that clients can be tested against them.
import { managementRequest, type ManagementRequest } from '../support/sandbox-request.ts'
import { startSandbox, type Sandbox } from '../support/sandbox.ts'

let sandbox: Sandbox
let request: ManagementRequest

beforeAll(async () => {
  sandbox = await startSandbox()
  request = await managementRequest(sandbox)
})
afterAll(() => sandbox.stop())
afterEach(() => sandbox.control.clearFaults())

test('a status comes as often as it was asked for, with the headers of a rate limit', async () => {
  await sandbox.control.faults({
    faults: [
      {
        method: 'GET',
        path: '/api/v2/actions/*',
        skip: 1,
        times: 1,
        fault: { kind: 'status', status: 429 },
      },
    ],
  })
  const answers = [
    await request('GET /actions/triggers'),
    await request('GET /actions/triggers'),
    await request('GET /actions/triggers'),
  ]
  expect(answers.map(({ status }) => status)).toEqual([200, 429, 200])
  expect(answers[1]?.headers.get('x-ratelimit-remaining')).toBe('0')
})

// prettier-ignore
test.each<[kind: string, isDone: boolean]>([
    ['drop',        false],
    ['drop-answer', true],
  ])('after %s the change is made: %s', async (kind, isDone) => {
    const identifier = `https://${kind}.example`
    await sandbox.control.faults({ faults: [{ method: 'POST', times: 1, fault: { kind } }] })
    await expect(request('POST /resource-servers', { identifier })).rejects.toThrow('fetch failed')
    const { status } = await request(`GET /resource-servers/${encodeURIComponent(identifier)}`)
    expect(status).toBe(isDone ? 200 : 404)
  })

test('a misspelt fault is refused', async () => {
  await expect(sandbox.control.faults({ fautls: [] })).rejects.toThrow(
    "'Additional properties not allowed: fautls'",
  )
})

test('requests are listed without bodies and tokens', async () => {
  await sandbox.control.clearRequests()
  await request('GET /clients?take=1')
  expect(await sandbox.control.requests()).toEqual([
    { method: 'GET', path: '/api/v2/clients', query: 'take=1', status: 200 },
  ])
})
