import { join } from 'node:path'
import { copyProject } from '../support/cli.ts'
import { LIVE_IN_SANDBOX, normalized } from '../support/deploying.ts'
import { startSandbox } from '../support/sandbox.ts'
import { exampleSeed, seedOfTenantFile } from '../support/seed.ts'

jest.setTimeout(300_000)

interface Environment {
  readonly keywords: Readonly<Record<string, string>>
}

const project = copyProject()
afterAll(() => project.remove())

// The settings are there already: tests/slow/deploy-sandbox.test.ts has them written too.
test('without an environment the sandbox tenant is deployed to, and the deployed code is tried', async () => {
  const { keywords } = JSON.parse(project.read('config/environments/sandbox.json')) as Environment
  const seed = { ...seedOfTenantFile(keywords), ...exampleSeed() }
  await (await startSandbox({ state: join(project.folder, '.sandbox'), seed })).stop()
  const deploy = async () => {
    const { code, stdout, stderr } = await project.run('deploy', [])
    return { code, stderr, stdout: normalized(stdout) }
  }
  expect(await deploy()).toEqual({
    code: 0,
    stderr: '',
    stdout: `Changes
  + action Step-up
      code: SHA
      runtime: node22
  + binding Step-up
      post-login: Enrich profile, Step-up

${LIVE_IN_SANDBOX}
2 added, 0 changed, 0 removed. Read back from the tenant and found equal.
`,
  })
  expect(await deploy()).toEqual({
    code: 0,
    stderr: '',
    stdout: `${LIVE_IN_SANDBOX}
0 added, 0 changed, 0 removed. Nothing changed: sandbox is as it should be, and nothing was written.
`,
  })
})
