import { ACTION_ONLY, normalized, startDeploying, type Deploying } from '../support/deploying.ts'
import { editStepUp, stepUpAction } from '../support/live-action.ts'

jest.setTimeout(60_000)

let tenant: Deploying
beforeAll(async () => {
  tenant = await startDeploying({})
  tenant.project.write('tenant.yaml', ACTION_ONLY.tenantFile)
  tenant.project.write('config/step-up.policy.yaml', ACTION_ONLY.policy('first'))
  await tenant.deploy()
  await takeRuleAway()
})
afterAll(() => tenant.stop())

const liveCode = async () => (await stepUpAction(tenant.request)).deployed_version.code

/** Takes the rule away from the live code, as somebody might who is locked out. */
const takeRuleAway = async () => editStepUp(tenant, (await liveCode()).replace('"first"', '"none"'))

test.each(['plan', 'deploy'] as const)('%s stops and shows the edit', async (name) => {
  const { code, stdout, stderr } = await tenant.run(name)
  expect({
    code,
    stdout: stdout.replace(/@@.*@@/, '@@ LINES @@'),
    stderr: normalized(stderr),
    writes: await tenant.writes(),
  }).toEqual({
    code: 1,
    stdout: `--- live code
+++ built
@@ LINES @@
 var rules = [
   {
-    id: "none",
+    id: "first",
     acr: "http://schemas.openid.net/pape/policies/2007/06/multi-factor",
     requires: { factors: "any", maxAgeSeconds: 0 },
`,
    stderr: `localhost:PORT: the live code of the Action \`Step-up\` was edited by hand or by another tool
  take the edit over into this repository, or replace it with \`--overwrite\`
`,
    writes: [],
  })
})

test('verify calls it drift', async () => {
  const { code, stdout } = await tenant.run('verify')
  expect([code, stdout]).toEqual([2, expect.stringContaining('~ action Step-up')])
})

test('with --overwrite the edit is planned away without being run, and replaced', async () => {
  const { code, stdout } = await tenant.run('plan', '--overwrite')
  expect([code, stdout]).toEqual([
    2,
    expect.stringContaining('not compared: the deployed code was edited\n'),
  ])
  expect((await tenant.deploy('--overwrite')).code).toBe(0)
  expect(await liveCode()).toContain('id: "first"')
  expect((await tenant.run('plan')).code).toBe(0)
})
