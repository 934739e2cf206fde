import { startDeploying, type Deploying } from '../support/deploying.ts'
import { KEYWORDS } from '../support/seed.ts'

jest.setTimeout(300_000)

let tenant: Deploying
beforeAll(async () => (tenant = await startDeploying({})))
afterAll(() => tenant.stop())

test('a plain import of tenant.yaml by auth0-deploy-cli ends in the same state', async () => {
  const { project, sandbox, env } = tenant
  expect((await project.run('build', ['--env', 'test'])).code).toBe(0)
  const imported = await project.deployCli(['import', '--input_file', 'tenant.yaml'], {
    ...env,
    AUTH0_DOMAIN: sandbox.domain,
    ...KEYWORDS,
  })
  expect([imported.code, imported.stdout]).toEqual([
    0,
    expect.stringContaining('Import Successful'),
  ])

  const { code, stdout, stderr } = await tenant.deploy('--json')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(JSON.parse(stdout)).toMatchObject({
    changes: [],
    kept: [],
    live: { version: 1, bindings: ['Step-up'] },
  })
  expect(await tenant.writes()).toEqual([])
})
