import {
  ACTION_ONLY,
  ENRICH_PROFILE,
  normalized,
  startDeploying,
  type Deploying,
} from '../support/deploying.ts'
import { editStepUp, stepUpAction } from '../support/live-action.ts'

let tenant: Deploying
beforeAll(async () => (tenant = await startDeploying({ actions: [ENRICH_PROFILE] })))
afterAll(() => tenant.stop())

beforeEach(() => tenant.project.write('tenant.yaml', ACTION_ONLY.tenantFile))
afterEach(() => tenant.sandbox.control.clearFaults())

const usePolicy = (id: string) =>
  tenant.project.write('config/step-up.policy.yaml', ACTION_ONLY.policy(id))

const stepUp = () => stepUpAction(tenant.request)

test('the answers to creating and to deploying get lost: one Action, one version', async () => {
  usePolicy('first')
  await tenant.sandbox.control.faults({
    faults: [
      { method: 'POST', path: '/api/v2/actions/actions', times: 1, fault: { kind: 'drop-answer' } },
      { method: 'POST', path: '*/deploy', times: 1, fault: { kind: 'drop-answer' } },
    ],
  })
  const { code, stdout, stderr } = await tenant.deploy()
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(normalized(stdout)).toBe(`Changes
  + action Step-up
      code: SHA
      runtime: node22
  + binding Step-up
      post-login: Enrich profile, Step-up

Live in test
  tenant      localhost:PORT
  action      Step-up, version 1, node22
  sha-256     SHA256
  policy      SHA256
  post-login  Enrich profile, Step-up
  rule        first: acr http://schemas.openid.net/pape/policies/2007/06/multi-factor

Left alone
  binding Enrich profile

2 added, 0 changed, 0 removed. Read back from the tenant and found equal.
`)
  expect(await tenant.writes()).toEqual([
    'POST /actions/actions',
    'POST /actions/actions/{id}/deploy',
    'PATCH /actions/triggers/post-login/bindings',
  ])
})

test('nothing changed: one read of each kind, no write, and a sentence that says so', async () => {
  const { code, stdout } = await tenant.deploy()
  expect(code).toBe(0)
  expect(normalized(stdout)).toBe(`Live in test
  tenant      localhost:PORT
  action      Step-up, version 1, node22
  sha-256     SHA256
  policy      SHA256
  post-login  Enrich profile, Step-up
  rule        first: acr http://schemas.openid.net/pape/policies/2007/06/multi-factor

Left alone
  binding Enrich profile

0 added, 0 changed, 0 removed. Nothing changed: test is as it should be, and nothing was written.
`)
  const requests = await tenant.sandbox.control.requests()
  expect(requests.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual([
    'GET /api/v2/actions/actions',
    'GET /api/v2/actions/triggers/post-login/bindings',
    'GET /api/v2/guardian/factors',
    'GET /api/v2/tenants/settings',
  ])
})

test('a change of the policy writes the Action alone, and its secrets survive', async () => {
  const { id } = await stepUp()
  await tenant.request(`PATCH /actions/actions/${id}`, { secrets: [{ name: 'KEY', value: 'x' }] })
  usePolicy('second')
  const { code, stdout } = await tenant.deploy('--json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    environment: 'test',
    changes: [{ op: 'change', section: 'actions', name: 'Step-up', write: 'update' }],
    kept: [
      { what: 'binding', name: 'Enrich profile' },
      { what: 'secret', name: 'KEY', of: 'Step-up' },
    ],
    live: { version: 2, bindings: ['Enrich profile', 'Step-up'], rules: [{ id: 'second' }] },
  })
  expect(await tenant.writes()).toEqual([
    'PATCH /actions/actions/{id}',
    'POST /actions/actions/{id}/deploy',
  ])
  expect((await stepUp()).secrets.map(({ name }) => name)).toEqual(['KEY'])
})

test('a failed build leaves the old version live and bound, and the next deploy heals', async () => {
  const before = await stepUp()
  usePolicy('third')
  await tenant.sandbox.control.faults({ builds: [{ times: 1, outcome: 'failed' }] })
  expect(await tenant.deploy()).toEqual({
    code: 1,
    stdout: '',
    stderr: `Auth0 could not build \`Step-up\`
  nothing was deployed or bound: the version from before is still live; run the same command again
`,
  })
  expect(await tenant.writes()).toEqual(['PATCH /actions/actions/{id}'])
  expect((await stepUp()).deployed_version).toEqual(before.deployed_version)
  expect(await tenant.bindings()).toEqual(['Enrich profile', 'Step-up'])

  expect((await tenant.deploy()).code).toBe(0)
  expect(await tenant.writes()).toEqual([
    'PATCH /actions/actions/{id}',
    'POST /actions/actions/{id}/deploy',
  ])
  expect((await stepUp()).deployed_version.number).toBe(before.deployed_version.number + 1)
})

test('another position moves our binding and no other', async () => {
  const environment = JSON.parse(tenant.project.read('config/environments/test.json')) as object
  const move = (position: unknown) =>
    tenant.project.write(
      'config/environments/test.json',
      JSON.stringify({ ...environment, position }),
    )
  move({ before: 'Enrich profile' })
  expect((await tenant.deploy()).code).toBe(0)
  expect(await tenant.bindings()).toEqual(['Step-up', 'Enrich profile'])
  expect(await tenant.writes()).toEqual(['PATCH /actions/triggers/post-login/bindings'])
  move('last')
  expect((await tenant.deploy()).code).toBe(0)
  expect(await tenant.bindings()).toEqual(['Enrich profile', 'Step-up'])
})

test('an Action of the same name that is not ours is left as it is', async () => {
  await editStepUp(tenant, 'exports.onExecutePostLogin = async () => {} // theirs')
  expect(await tenant.deploy()).toEqual({
    code: 1,
    stdout: '',
    stderr: `the tenant has an Action \`Step-up\` that was not deployed by this package
  its code does not begin with \`// auth0-step-up\`: rename it, or give ours another name in tenant.yaml
`,
  })
  expect(await tenant.writes()).toEqual([])
})
