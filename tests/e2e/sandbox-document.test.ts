// The example for jest in docs/sandbox.md, run as it stands there, in a project that has this one as a package.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PROJECT = join(__dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the tests of the example pass, and jest ends by itself', () => {
  const text = readFileSync(join(PROJECT, 'docs/sandbox.md'), 'utf8')
  const example = /```js\n(const \{ startSandbox \}.*?)```/s.exec(text)?.[1] ?? ''
  writeFileSync(join(folder, 'shop.test.js'), example)
  // The package has it compiled; here it is read as it is.
  const here = {
    transform: { '\\.ts$': require.resolve('@swc/jest') },
    moduleNameMapper: {
      '^auth0-step-up/sandbox$': join(PROJECT, 'sandbox/tenant/start-sandbox.ts'),
    },
  }
  const ran = spawnSync(
    process.execPath,
    [
      join(PROJECT, 'node_modules/jest/bin/jest.js'),
      ...['--rootDir', folder, '--config', JSON.stringify({ ...here, testTimeout: 60_000 })],
    ],
    { cwd: folder, timeout: 120_000 },
  )
  const said = ran.stderr.toString()
  expect(said).toContain('Tests:       2 passed, 2 total')
  expect(said).not.toContain('did not exit')
  expect(ran.status).toBe(0)
})
