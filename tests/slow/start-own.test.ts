// One's own policy in a browser: an app that asks for what it protects, and shows what the tenant answers.
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { launchChromium, newPerson } from '../support/chromium.ts'
import { emptyProject } from '../support/cli.ts'
import { teamSource } from '../support/team-tenants.ts'

jest.setTimeout(240_000)

const project = emptyProject()
afterAll(() => project.remove())

test('in a project that init has made, every flow of the policy can be tried', async () => {
  const init = ['--from', teamSource('old-step-up'), '--domain', 'pensions.eu.auth0.com']
  expect((await project.run('init', init)).code).toBe(0)
  const identifier = 'identifier: https://pensions.vellumgate.example'
  const offline = `${identifier}\n    allow_offline_access: true`
  project.write('tenant.yaml', project.read('tenant.yaml').replace(identifier, offline))
  const child = project.start('start', [])
  let [stdout, stderr] = ['', '']
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  while (!stdout.includes('Ctrl-C')) {
    if (child.exitCode !== null) throw new Error(stderr)
    await sleep(100)
  }
  expect(stdout.replace(/localhost:\d+/g, 'localhost:PORT')).toBe(`Your policy
  app     http://localhost:PORT
  tenant  https://localhost:PORT (its certificate is self-signed: your browser will ask once)

The app asks for what withdraw-pension, change-bank-account, multi-factor protect, and shows what comes of it.
Ctrl-C ends both.
`)
  const url = /http:\S+/.exec(stdout)?.[0] ?? ''

  // A name that leads here from elsewhere may be anybody's.
  const foreign = await fetch(url.replace('localhost', '127.0.0.1'))
  expect([foreign.status, await foreign.text()]).toEqual([421, ''])

  const browser = await launchChromium()
  const page = await newPerson(browser)
  page.setDefaultTimeout(30_000)
  const answer = async () => (await page.locator('#answer').innerText()).split('\n').filter(Boolean)
  // Auth0 takes no app at localhost for one that needs no consent.
  const consent = async () => {
    await page.click('text="Accept"')
    await page.waitForURL(`${url}/`)
  }
  const ask = (text: string) => page.click(`text="${text}"`)
  try {
    await page.goto(url)
    expect(await page.locator('h2').allTextContents()).toEqual([
      'withdraw-pension',
      'change-bank-account',
      'multi-factor',
      'No rule',
      'Log in as',
    ])
    await ask('read:pension')
    await page.fill('[name=username]', 'ada@example.com')
    await page.fill('[name=password]', 'Count-the-beans-1843')
    await page.click('main [type=submit].primary')
    await consent()
    expect(await answer()).toEqual([
      'read:pension, in a browser',
      ...['Granted', 'openid offline_access read:pension'],
      ...['The Action logged', 'nothing: it let the request pass'],
      'Ask again by the refresh token',
    ])

    const [codes] = await Promise.all([page.waitForEvent('popup'), ask('The tenant')])
    await ask('withdraw:pension')
    await page.fill('[name=code]', (await codes.locator('.otp').first().textContent()) ?? '')
    await page.keyboard.press('Enter')
    await consent()
    const told = await answer()
    expect(told.map((line) => line.replace(/\d\d:\d\d:\d\d/, 'TIME'))).toEqual([
      'withdraw:pension, in a browser',
      ...['Granted', 'openid offline_access withdraw:pension'],
      'In the ID token',
      'acr: "http://schemas.openid.net/pape/policies/2007/06/multi-factor", amr: ["mfa"]',
      'The Action logged',
      'TIME withdraw-pension challenge mfa-every-time oidc-basic-profile',
      'Ask again by the refresh token',
    ])

    await ask('Ask again by the refresh token')
    expect((await answer()).slice(0, 3)).toEqual([
      'withdraw:pension, by the refresh token',
      ...['Granted', 'openid'],
    ])

    await page.click('section:has(h2:text-is("withdraw-pension")) >> text="silent"')
    expect((await answer()).slice(0, 3)).toEqual([
      'withdraw:pension, silent',
      'Refused',
      expect.stringMatching(/^login_required: /),
    ])
  } finally {
    await browser.close()
    child.kill('SIGINT')
    await once(child, 'close')
  }
  expect(await fetch(url).catch(() => 'ended')).toBe('ended')
  expect(stderr).toMatch(/^\d\d:\d\d:\d\d {2}withdraw-pension {2}challenge/m)
})
