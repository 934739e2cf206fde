import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { copyProject, ended, type Project } from '../support/cli.ts'
import { LIVE_IN_SANDBOX, normalized } from '../support/deploying.ts'
import { startSandbox } from '../support/sandbox.ts'
import { exampleSeed, seedOfTenantFile } from '../support/seed.ts'

jest.setTimeout(300_000)

interface Environment {
  readonly keywords: Readonly<Record<string, string>>
}

let project: Project
beforeEach(() => (project = copyProject()))
afterEach(() => project.remove())

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

test('Ctrl-C in the middle of a deploy leaves nothing running', async () => {
  const child = project.start('deploy', [], { TMPDIR: project.folder })
  // The engine of auth0-deploy-cli is loaded, with the sandbox at its side.
  await until(() => childrenOf(child.pid).some(({ args }) => args.includes('deploy-cli-child')))
  const children = childrenOf(child.pid)
  child.kill('SIGINT')
  expect((await ended(child)).code).toBe(130)
  const left = () => processes().filter(({ pid }) => children.some((one) => one.pid === pid))
  await until(() => left().length === 0)
  expect(left()).toEqual([])
  const sandbox = await startSandbox({ state: join(project.folder, '.sandbox') })
  expect(await sandbox.control.requests()).toEqual([])
  await sandbox.stop()
})

function processes() {
  const lines = execFileSync('ps', ['-eww', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
  return lines.split('\n').map((line) => {
    const [pid = '', parent = '', ...args] = line.trim().split(/\s+/)
    return { pid: Number(pid), parent: Number(parent), args: args.join(' ') }
  })
}

function childrenOf(parent: number | undefined) {
  return processes().filter((one) => one.parent === parent)
}

/** Waits for at most a minute; then the next expectation says what is wrong. */
async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 300 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 200))
}
