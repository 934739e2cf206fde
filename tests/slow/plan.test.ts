import {
  ACTION_ONLY,
  ENRICH_PROFILE,
  normalized,
  startDeploying,
  type Deploying,
} from '../support/deploying.ts'
import { obtainToken } from '../support/sandbox-request.ts'

let tenant: Deploying
beforeAll(async () => {
  tenant = await startDeploying({ actions: [ENRICH_PROFILE] })
  tenant.project.write('tenant.yaml', ACTION_ONLY.tenantFile)
})
afterAll(() => tenant.stop())
beforeEach(() => usePolicy('first'))

const usePolicy = (id: string) =>
  tenant.project.write('config/step-up.policy.yaml', ACTION_ONLY.policy(id))

/** Runs a command, and counts what it wrote to the tenant. */
async function run(name: 'plan' | 'deploy', ...flags: string[]) {
  const { code, stdout, stderr } = await tenant.run(name, ...flags)
  return { code, stdout: normalized(stdout), stderr, writes: (await tenant.writes()).length }
}

test('plan shows what a deploy would change and leave alone, and writes nothing', async () => {
  expect(await run('plan')).toEqual({
    code: 2,
    stderr: '',
    writes: 0,
    stdout: `Plan for test (localhost:PORT)
  + action Step-up
      code: SHA
      runtime: node22
  + binding Step-up
      post-login: Enrich profile, Step-up

Left alone
  binding Enrich profile

Owner of the bindings
  no other tool in the newest changes that the log of the tenant has

2 to add, 0 to change, 0 to remove. Nothing was sent; apply with: npm run deploy -- --env test
`,
  })
  await run('deploy')
  expect(await run('plan')).toEqual({
    code: 0,
    stderr: '',
    writes: 0,
    stdout: `Left alone
  binding Enrich profile

Owner of the bindings
  no other tool in the newest changes that the log of the tenant has

0 to add, 0 to change, 0 to remove. Nothing to do: test is as it should be.
`,
  })

  usePolicy('second')
  const stdout = (await run('plan')).stdout
    .replace(/@@ -\d{2,}.*@@/, '@@ LINES @@')
    .replace(/ {2}\/\/ actions\/.*\n.*/, '  THE ACTION')
  expect(stdout.slice(stdout.indexOf('Code\n'), stdout.indexOf('Left alone'))).toBe(`Code
  --- deployed
  +++ built
  @@ -1,5 +1,5 @@
  -// auth0-step-up 0.1.0, policy SHA256
  +// auth0-step-up 0.1.0, policy SHA256
   // Generated: do not edit here. Change config/step-up.policy.yaml and deploy again.
  -// SHA-256 of what follows: SHA256
  +// SHA-256 of what follows: SHA256
   THE ACTION
  @@ LINES @@
   var rules = [
     {
  -    id: "first",
  +    id: "second",
       acr: "http://schemas.openid.net/pape/policies/2007/06/multi-factor",
       requires: { factors: "any", maxAgeSeconds: 0 },

Policy, compared with the deployed one
  every request that Auth0 sends ends as before

`)
})

test('plan says what another policy makes weaker, and saves that for review', async () => {
  const anyFactor = tenant.project.read('config/step-up.policy.yaml')
  await run('deploy')
  const enrolling = `${anyFactor}    whenNotEnrolled: enroll\n`
  tenant.project.write('config/step-up.policy.yaml', enrolling)
  const { stdout } = await run('plan', '--out', 'saved.json')
  expect(stdout.slice(stdout.indexOf('Policy'), stdout.indexOf('Left alone')))
    .toBe(`Policy, compared with the deployed one
  weaker: acr \`http://schemas.openid.net/pape/policies/2007/06/multi-factor\`, in a browser: MFA by any factor at every request; a user without one is denied → MFA by any factor at every request; a user without one sets one up
  0 stricter, 1 weaker, 0 different. With examples: npm run diff -- --deployed --env test

`)
  const printed = (await run('plan', '--json')).stdout
  for (const json of [tenant.project.read('saved.json'), printed]) {
    const { policyDiff } = JSON.parse(json) as { policyDiff: object }
    expect(policyDiff).toMatchObject({
      groups: [
        {
          verdict: 'weaker',
          now: 'MFA by any factor at every request; a user without one sets one up',
        },
      ],
    })
  }
})

test('a plan that cannot be saved is told before the tenant is read', async () => {
  expect(await run('plan', '--out', 'missing/saved.json')).toEqual({
    code: 1,
    stdout: '',
    stderr:
      '--out: `missing/saved.json` cannot be written: its folder does not exist\n  name a file in a folder that exists, and that you may write\n',
    writes: 0,
  })
})

test('a saved plan is carried out', async () => {
  usePolicy('second')
  expect(await run('plan', '--out', 'saved.json')).toMatchObject({ code: 2 })
  expect(await run('deploy', '--plan', 'saved.json')).toMatchObject({ code: 0, stderr: '' })
  expect(await run('plan')).toMatchObject({ code: 0 })
})

const bindNothing = async (): Promise<void> => {
  await tenant.request('PATCH /actions/triggers/post-login/bindings', { bindings: [] })
}
const changePolicy = (): Promise<void> => {
  usePolicy('third')
  return Promise.resolve()
}

test.each([
  ['the tenant has changed', bindNothing],
  ['the policy, tenant.yaml or the environment has changed', changePolicy],
])('a saved plan is refused, and nothing is sent, when %s', async (reason, change) => {
  await run('plan', '--out', 'saved.json')
  await change()
  expect(await run('deploy', '--plan', 'saved.json')).toEqual({
    code: 2,
    stdout: `saved.json: this plan no longer holds: ${reason}\n  nothing was sent; plan again and have it reviewed\n`,
    stderr: '',
    writes: 0,
  })
})

test.each([
  ['a file that is not there', 'missing.json', undefined, 'file cannot be read\n  does it exist?'],
  [
    'a file that is no plan',
    'empty.json',
    '{}',
    'is not a saved plan\n  save one with `npm run plan -- --out FILE`',
  ],
  [
    'a file that is no JSON',
    'text.json',
    'a plan',
    'is not a saved plan\n  save one with `npm run plan -- --out FILE`',
  ],
])('%s is no saved plan, which is told before connecting', async (_name, file, content, told) => {
  if (content !== undefined) tenant.project.write(file, content)
  expect(await run('deploy', '--plan', file)).toEqual({
    code: 1,
    stdout: '',
    stderr: `${file}: ${told}\n`,
    writes: 0,
  })
  expect(await tenant.sandbox.control.requests()).toEqual([])
})

describe('plan names the owner of the bindings that the log of the tenant shows', () => {
  const owner = (stdout: string) =>
    /^Owner of the bindings\n {2}(.*)$/m
      .exec(stdout)?.[1]
      ?.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, 'SECOND')

  test.each([
    ['deploy-cli/8.44.0 (node.js/20.20.2)', 'auth0-deploy-cli'],
    ['Terraform-Provider-Auth0/1.40.0 (Go-Auth0-SDK/1.36.0; Terraform/1.9)', 'Terraform'],
  ])('%s', async (userAgent, tool) => {
    await tenant.deploy()
    const token = await obtainToken(tenant.sandbox)
    const { status } = await tenant.request(
      'PATCH /actions/triggers/post-login/bindings',
      { bindings: [] },
      { authorization: `Bearer ${token}`, 'user-agent': userAgent },
    )
    const { stdout } = await tenant.run('plan')
    const { stdout: drift } = await tenant.run('verify')
    expect([status, owner(stdout)]).toEqual([
      200,
      `${tool}: Update trigger bindings, SECOND, by Sandbox deployer. Its next run may undo a deploy: see docs/beside-other-tools.md`,
    ])
    expect(drift).toContain(`by Sandbox deployer with ${tool}`)
  })
})
