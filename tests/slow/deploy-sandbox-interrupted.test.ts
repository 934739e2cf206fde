import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { copyProject, ended } from '../support/cli.ts'
import { startSandbox } from '../support/sandbox.ts'

const project = copyProject()
afterAll(() => project.remove())

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
