import {
  ACTION_ONLY,
  ENRICH_PROFILE,
  startDeploying,
  type Deploying,
} from '../support/deploying.ts'
import { stepUpAction } from '../support/live-action.ts'

jest.setTimeout(90_000)

let tenant: Deploying

beforeAll(async () => {
  tenant = await startDeploying({ actions: [ENRICH_PROFILE] })
  tenant.project.write('tenant.yaml', ACTION_ONLY.tenantFile)
  for (const policy of ['first', 'second']) {
    tenant.project.write('config/step-up.policy.yaml', ACTION_ONLY.policy(policy))
    await tenant.deploy()
  }
})
afterAll(() => tenant.stop())

const readable = (text: string) =>
  text
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'WHEN')
    .replace(/\b[0-9a-f]{64}\b/g, 'SHA256')
    .replace(/policy [0-9a-f]{12}\b/g, 'policy HASH')

/** The two policies differ in the id of their rule alone. */
const SAME = 'every request that Auth0 sends ends as before\n'

interface Listed {
  readonly draft: object
}

async function rollback(...flags: string[]) {
  const { code, stdout, stderr } = await tenant.run('rollback', ...flags)
  return { code, stdout: readable(stdout), stderr }
}

test('without a version, those that the tenant keeps are listed', async () => {
  expect(await rollback()).toEqual({
    code: 0,
    stderr: '',
    stdout: `Versions in test
  2  WHEN  policy HASH  second  live
  1  WHEN  policy HASH  first

Go back with: npm run rollback -- --env test --to VERSION
`,
  })
})

// prettier-ignore
test.each([
  ['a version that is not there', '7', '--to: no version `7`\n  choose one of: 1\n'],
  ['the version that is live',    '2', '--to: version 2 is live already\n  choose one of: 1\n'],
])('%s is refused, and nothing is sent', async (_name, version, stderr) => {
  expect(await rollback('--to', version)).toEqual({ code: 1, stdout: '', stderr })
  expect(await tenant.writes()).toEqual([])
})

test('the chosen version runs again, with under five requests and a policy that may be broken', async () => {
  tenant.project.write('config/step-up.policy.yaml', 'rules: [')
  const result = await rollback('--to', '1')
  const requests = await tenant.sandbox.control.requests()
  expect(result).toEqual({
    code: 0,
    stderr: SAME,
    stdout: `Step-up in test runs the code of version 1 again, as version 3.
  sha-256  SHA256
  policy   SHA256
Where the repository says otherwise, revert it there, or the next deploy brings that back.
`,
  })
  const { deployed_version: live } = await stepUpAction(tenant.request)
  expect(live.code).toContain('id: "first"')
  expect(await tenant.bindings()).toEqual(['Enrich profile', 'Step-up'])
  expect(requests.filter(({ path }) => path.startsWith('/api/v2/')).length).toBeLessThan(5)
})

test('a draft that is not what runs is listed, and one that never ran is told after', async () => {
  expect((await rollback()).stdout).toBe(`Versions in test
  draft  WHEN  policy HASH  second  not deployed
  3      WHEN  policy HASH  first   live
  2      WHEN  policy HASH  second
  1      WHEN  policy HASH  first

Go back with: npm run rollback -- --env test --to VERSION
`)
  const { id } = await stepUpAction(tenant.request)
  await tenant.request(`PATCH /actions/actions/${id}`, { code: '// begun, and never deployed' })
  const listed = await rollback()
  expect(listed.stdout).toContain(
    '\n  draft  WHEN  not built by a release of this package          not deployed\n',
  )
  const { stdout } = await rollback('--to', '2')
  expect(stdout).toMatch(/\nThe draft of Step-up was never deployed, and stays as it is\.\n$/)
  const { draft } = JSON.parse((await tenant.run('rollback', '--json')).stdout) as Listed
  expect(Object.keys(draft)).toEqual(['sha256', 'changedAt'])
})

test('an environment that wants to be confirmed changes nothing without --yes where nobody can be asked', async () => {
  const file = 'config/environments/test.json'
  const before = tenant.project.read(file)
  tenant.project.write(file, JSON.stringify({ ...(JSON.parse(before) as object), confirm: true }))
  const refused = await rollback('--to', '1')
  const writes = await tenant.writes()
  const agreed = await rollback('--to', '1', '--yes')
  tenant.project.write(file, before)
  expect({ refused, writes, agreed: agreed.code }).toEqual({
    refused: {
      code: 1,
      stdout: '',
      stderr:
        SAME +
        '`test` wants to be confirmed, and there is nobody to ask\n  add `--yes` once the plan has been approved\n',
    },
    writes: [],
    agreed: 0,
  })
})

test('an Action that is not bound runs in no login, which is said with exit code 2', async () => {
  await tenant.request('PATCH /actions/triggers/post-login/bindings', { bindings: [] })
  const listed = await rollback()
  expect(listed).toMatchObject({ code: 0, stderr: '' })
  expect(listed.stdout).toMatch(
    /\n\nStep-up is not bound to post-login, so it runs in no login. Bind it with: npm run deploy -- --env test\nGo back with: .*\n$/,
  )
  expect(await rollback('--to', '2')).toEqual({
    code: 2,
    stderr: SAME,
    stdout: `Step-up in test has the code of version 2 again, as version 6.
  sha-256  SHA256
  policy   SHA256
Where the repository says otherwise, revert it there, or the next deploy brings that back.
The draft of Step-up was never deployed, and stays as it is.
Step-up is not bound to post-login, so it runs in no login. Bind it with: npm run deploy -- --env test
`,
  })
  expect(JSON.parse((await rollback('--json')).stdout)).toMatchObject({
    environment: 'test',
    domain: expect.stringMatching(/^localhost:\d+$/) as string,
    isBound: false,
  })
})
