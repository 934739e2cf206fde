import { execFileSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { launchChromium, newPerson } from '../support/chromium.ts'
import { copyProject, ended, type Project } from '../support/cli.ts'
import { freePort } from '../support/free-port.ts'
import { startSandbox } from '../support/sandbox.ts'
import { exampleSeed, seedOfTenantFile } from '../support/seed.ts'

jest.setTimeout(240_000)

let project: Project
let lastAddress: string | undefined
let ports: { readonly web: number; readonly spa: number }

beforeAll(async () => {
  project = copyProject()
  ports = { web: await freePort(), spa: await freePort() }
  const keywords = {
    FABRIKAM_URL: `http://localhost:${ports.web}`,
    FABRIKAM_SPA_URL: `http://localhost:${ports.spa}`,
  }
  project.write('config/environments/sandbox.json', JSON.stringify({ position: 'last', keywords }))
  // As an earlier start leaves it, save for the Action: the settings take half a minute.
  const state = join(project.folder, '.sandbox')
  const seed = { ...seedOfTenantFile(keywords), ...exampleSeed() }
  await (await startSandbox({ state, seed })).stop()
})
afterAll(() => project.remove())

test('npm start runs everything, once, and Ctrl-C ends everything', async () => {
  const child = project.start('start', [])
  const stdout = await untilReady(child)
  expect(stdout.replace(/localhost:\d+/g, 'localhost:PORT')).toBe(`Fabrikam
  web app          http://localhost:PORT
  single-page app  http://localhost:PORT
  API              http://localhost:PORT
  tenant           https://localhost:PORT (its certificate is self-signed: your browser will ask once)

Log in as
  ada@fabrikam.example  password Count-the-beans-1843  one-time password secret ORUGS4ZANFZSAYLOEBSXQYLNOBWGK4DM
  bob@fabrikam.example  password Pay-the-piper-1284    no factor yet

Ctrl-C ends all of them.
`)
  lastAddress = /tenant +(\S+)/.exec(stdout)?.[1]
  const api = /API +(\S+)/.exec(stdout)?.[1] ?? ''
  expect(
    await Promise.all(
      [`http://localhost:${ports.web}`, `http://localhost:${ports.spa}`, `${api}/accounts`].map(
        statusOf,
      ),
    ),
  ).toEqual([200, 200, 401])

  expect(await project.run('start', [])).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(
      /^the sandbox tenant does not start: sandbox: the state in `\S+` is in use by process \d+\n {2}another `npm run start` or `npm run deploy` is running: end it first\n$/,
    ) as string,
  })

  // The tenant, the process of its Actions, the API and the two apps.
  const processes = childrenOf(child)
  expect(processes).toHaveLength(5)
  child.kill('SIGINT')
  await once(child, 'close')
  expect(await alive(processes)).toEqual([])
})

test('the example shows a refusal, a rule, a token that works once, and a changed rule within seconds', async () => {
  const before = readFileSync(join(project.folder, '.sandbox/certificate.pem'), 'utf8')
  const child = project.start('start', [])
  let log = ''
  child.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()))
  const [, address] = /tenant +(\S+)/.exec(await untilReady(child)) ?? []
  // A browser that has met the tenant knows it again.
  expect(address).toEqual(lastAddress)
  expect(readFileSync(join(project.folder, '.sandbox/certificate.pem'), 'utf8')).toEqual(before)
  const browser = await launchChromium()
  const page = await newPerson(browser)
  page.setDefaultTimeout(30_000)
  const order = async (amount: string): Promise<void> => {
    await page.fill('#to', 'Rent')
    await page.fill('#amount', amount)
    await page.click('text=Continue')
    await page.click('text=Confirm with a second factor')
  }
  const step = (title: string) =>
    page.locator('.steps li', { has: page.locator('h3', { hasText: title }) })

  await page.goto(`http://localhost:${ports.web}`)
  expect(await page.locator('.user').allTextContents()).toEqual([
    expect.stringMatching(
      /^\s*ada@fabrikam.example Count-the-beans-1843\s+has an authenticator app/,
    ),
    expect.stringMatching(/^\s*bob@fabrikam.example Pay-the-piper-1284\s+no factor yet/),
  ])
  await page.click('text="Log in"')
  await page.fill('[name=username]', 'ada@fabrikam.example')
  await page.fill('[name=password]', 'Count-the-beans-1843')
  await page.click('main [type=submit].primary')
  await page.click('nav >> text=Transfer funds')
  const [codes] = await Promise.all([page.waitForEvent('popup'), page.click('.panel a')])
  await order('1200')
  await page.fill('[name=code]', (await codes.locator('.otp').textContent()) ?? '')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/receipt')
  expect(await step('Asked the login service again').locator('pre').textContent()).toMatch(
    /^- id: transfer-funds\n {2}reason: .*\n[^]* {4}maxAge: 0 #.*\n {2}whenNotEnrolled: enroll$/,
  )
  expect(await step('What the Action logged').locator('dl').innerText()).toMatch(
    /^challenge\s+mfa-every-time \(transfer-funds\)$/,
  )
  await page.click('text=Use the same token again')
  await step('with the same token again').getByText('401 Bearer').waitFor()
  expect(log).toMatch(/^\d\d:\d\d:\d\d {2}transfer-funds {2}challenge {2}mfa-every-time/m)

  await page.selectOption('#maxAge', '300')
  await page.click('text=Deploy this rule')
  expect(await page.locator('.panel .notice').innerText()).toMatch(
    /^Version \d+ of the Action is live, [\d.]+ s after the click\.\s+weaker: transfer:funds on/,
  )
  const changed = project.read('config/step-up.policy.yaml')
  expect(changed).toMatch(/scopes: \[transfer:funds\]\n.*\n.*\n +maxAge: 5m # /)

  await page.click('text=Deploy this rule')
  await page.getByText('of the Action was live already: nothing is changed').waitFor()

  // Taken back in the file alone: what is shown is still what the Action enforces.
  project.write('config/step-up.policy.yaml', changed.replace('maxAge: 5m', 'maxAge: 0'))
  await page.reload()
  expect(await page.locator('.panel pre').textContent()).toContain('maxAge: 5m')
  expect(await page.locator('.panel .means').first().innerText()).toMatch(
    /^The Action enforces it\. config\/step-up\.policy\.yaml was edited since, and that is not deployed: /,
  )
  project.write('config/step-up.policy.yaml', 'rules: [')
  await page.click('text=Deploy this rule')
  expect(await page.locator('.panel .notice').innerText()).toMatch(
    /^Not deployed: config\/step-up\.policy\.yaml:1:\d+: /,
  )
  project.write('config/step-up.policy.yaml', changed)
  await page.goto(`http://localhost:${ports.web}/transfer`)
  await order('10')
  await page.waitForURL('**/receipt')
  expect(await page.locator('h1').textContent()).toEqual('Transfer done')
  expect(await step('What the Action logged').locator('dl').innerText()).toMatch(/^Nothing/)

  await page.click('nav >> text=Transfer funds')
  await page.selectOption('#factors', 'webauthn-roaming')
  await page.click('text=Deploy this rule')
  await page.locator('.panel .notice').waitFor()
  expect(await page.locator('.panel pre').textContent()).toContain('factors: [webauthn-roaming]')

  await browser.close()
  const processes = childrenOf(child)
  child.kill('SIGINT')
  await once(child, 'close')
  expect(await alive(processes)).toEqual([])
})

test('a busy port is one clear line, before anything is deployed', async () => {
  const busy = createServer().listen(ports.web)
  await once(busy, 'listening')
  const result = await ended(project.start('start', []))
  busy.close()
  expect(result).toEqual({
    code: 1,
    stdout: '',
    stderr: `config/environments/sandbox.json: port ${ports.web} of \`FABRIKAM_URL\` is in use by another process\n  end that process, or give the keyword another port; nothing was deployed\n`,
  })
  const state = join(project.folder, '.sandbox')
  await (await startSandbox({ state })).stop()
})

test('when one of them ends, so do all', async () => {
  const child = project.start('start', [])
  const result = ended(child)
  await untilReady(child)
  const processes = childrenOf(child)
  process.kill(childrenOf(child, /web-app-main/)[0] ?? 0)
  expect(await result).toEqual({
    code: 1,
    stdout: expect.stringContaining('Ctrl-C ends all of them.') as string,
    stderr: 'the web app has ended\n  everything else has been stopped\n',
  })
  expect(await alive(processes)).toEqual([])
})

async function untilReady(child: ChildProcess): Promise<string> {
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  let complaints = ''
  child.stderr?.on('data', (chunk: Buffer) => (complaints += chunk.toString()))
  while (!output.includes('Ctrl-C')) {
    if (child.exitCode !== null) throw new Error(complaints)
    await sleep(100)
  }
  return output
}

const statusOf = async (url: string): Promise<number> => (await fetch(url)).status

/** Of the process of the Actions, which is given its code and has no file, the flag tells. */
const OURS = /\/sandbox\/|--permission/

/** Process ids, save those of npm's and of esbuild's own helpers. */
function childrenOf(child: ChildProcess, ours = OURS): readonly number[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [])
  const below = (parent: number): string[][] =>
    rows
      .filter(([, , ppid]) => Number(ppid) === parent)
      .flatMap((row) => [row as string[], ...below(Number(row[1]))])
  return below(child.pid ?? 0)
    .filter(([, , , args = '']) => ours.test(args))
    .map(([, pid]) => Number(pid))
}

/** Those of the processes that are still there after some patience. */
async function alive(processes: readonly number[]): Promise<readonly number[]> {
  const isAlive = (pid: number): boolean => {
    try {
      return process.kill(pid, 0)
    } catch {
      return false
    }
  }
  for (let i = 0; i < 50 && processes.some(isAlive); i++) await sleep(100)
  return processes.filter(isAlive)
}
