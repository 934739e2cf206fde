import { readFileSync } from 'node:fs'
import { startWorkbench, type Workbench } from '../../scripts/fabrikam/workbench.ts'

const USERS = [
  { email: 'ada@fabrikam.example', password: 'p', otpSecret: 'SECRET' },
  { email: 'bob@fabrikam.example', password: 'q' },
]

let workbench: Workbench
beforeAll(async () => {
  workbench = await startWorkbench({ users: USERS } as never)
})

async function ask(
  line: string,
  body?: unknown,
  key = workbench.key,
  url = workbench.url,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const [method = '', path = ''] = line.split(' ')
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, connection: 'close' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: await response.json() }
}

test('nobody is told anything without the key', async () => {
  const lines = ['GET /policy', 'GET /users', 'GET /decisions', 'PUT /policy', 'GET /']
  for (const line of lines) {
    expect(await ask(line, undefined, 'guessed')).toEqual({
      status: 401,
      body: { problem: 'no key' },
    })
  }
})

test('the users of the seed are told with what an app scans', async () => {
  expect((await ask('GET /users')).body).toEqual({
    users: [
      {
        email: 'ada@fabrikam.example',
        password: 'p',
        otpUri: 'otpauth://totp/Fabrikam%3Aada%40fabrikam.example?secret=SECRET',
      },
      { email: 'bob@fabrikam.example', password: 'q' },
    ],
  })
})

// prettier-ignore
test.each<[name: string, deployedAge: string, maxAge: number, isEdited: boolean]>([
  ['as the file has it',                 'maxAge: 0 #',  0,   false],
  ['and that the file is not that rule', 'maxAge: 5m #', 300, true],
])('the rule that is live is told, %s', async (_name, age, maxAge, isEdited) => {
  const policyText = readFileSync('config/step-up.policy.yaml', 'utf8').replace('maxAge: 0 #', age)
  const { key, url } = await startWorkbench({ users: USERS, policyText } as never)
  expect((await ask('GET /policy', undefined, key, url)).body).toMatchObject({
    isEdited,
    rules: [{ id: 'transfer-funds', maxAge, text: expect.stringContaining(age) as string }, {}],
  })
})

test('the decisions of a span of time are told', async () => {
  for (const atMs of [1, 2, 3]) {
    const rest = { rule: undefined, protocol: undefined }
    workbench.note({ atMs, outcome: 'challenge', reason: 'mfa-old', ...rest })
  }
  expect((await ask('GET /decisions?from=2&until=2')).body).toEqual({
    decisions: [{ atMs: 2, outcome: 'challenge', reason: 'mfa-old' }],
  })
})

// prettier-ignore
test.each<[name: string, change: unknown]>([
  ['nothing',          undefined],
  ['a negative age',   { rule: 'transfer-funds', maxAge: -1, factors: 'any' }],
  ['no factor',        { rule: 'transfer-funds', maxAge: 0, factors: [] }],
  ['another key',      { rule: 'transfer-funds', maxAge: 0, factors: 'any', protects: {} }],
])('%s is no change of a rule', async (_name, change) => {
  expect(await ask('PUT /policy', change)).toEqual({ status: 422, body: { problem: 'not a change of a rule' } })
})
