import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startApp, tryToStart, type Program } from '../support/fabrikam.ts'

jest.setTimeout(120_000)

const TENANT = { AUTH0_DOMAIN: 'acme.eu.auth0.com', AUDIENCE: 'https://api' }
const CLIENT = { ...TENANT, CLIENT_ID: 'id', CLIENT_SECRET: 'secret' }

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'programs-'))
  const requirements = { version: 1, audiences: { 'https://other': { 'a:b': {} } } }
  writeFileSync(join(folder, 'other.json'), JSON.stringify(requirements))
})
afterAll(() => rmSync(folder, { recursive: true }))

// prettier-ignore
test.each<[string, Program, () => Record<string, string>, string]>([
  ['without a tenant',                 'spa',     () => ({}),                                                             'fabrikam-spa: the variable `AUTH0_DOMAIN` is missing'],
  ['without a secret',                 'web-app', () => CLIENT,                                                           'fabrikam-web: the variable `SECRET` is missing'],
  ['with a secret that is too short',  'web-app', () => ({ ...CLIENT, SECRET: 'short' }),                                 'fabrikam-web: the variable `SECRET` is too short, at least 32 characters are needed'],
  ['without a build',                  'api',     () => ({ ...TENANT, REQUIREMENTS_FILE: '/nowhere.json' }),              'fabrikam-api: cannot read `/nowhere.json`; `step-up build` writes it'],
  ['with a file of something else',    'api',     () => ({ ...TENANT, REQUIREMENTS_FILE: 'package.json' }),               'fabrikam-api: `package.json` is not what `step-up build` writes: requirements: unknown key `name`'],
  ['with a policy that tells it nothing', 'web-app', () => ({ ...CLIENT, SECRET: 'x'.repeat(32), REQUIREMENTS_FILE: join(folder, 'other.json') }), 'fabrikam-web: the requirements name no `id_token_claim`, so the salary page cannot open'],
  ['for an API that no policy knows',  'api',     () => ({ ...TENANT, REQUIREMENTS_FILE: join(folder, 'other.json') }),   'fabrikam-api: the requirements do not name the audience `https://api`'],
  ['at a port that is none',           'spa',     () => ({ ...CLIENT, PORT: 'http' }),                                    'fabrikam-spa: `http` is not a port'],
])('a program does not start %s, and says so in a line', async (_name, program, variables, line) => {
  expect(await tryToStart(program, { PORT: '0', ...variables() })).toEqual({
    code: 1,
    stderr: `${line}\n`,
  })
})

test('the API demands what the last deploy has written, and answers nothing while that cannot be read', async () => {
  const file = join(folder, 'followed.json')
  const write = (scope: string) =>
    writeFileSync(
      file,
      JSON.stringify({ version: 1, audiences: { 'https://api': { [scope]: {} } } }),
    )
  write('a:b')
  const app = await startApp('api', { ...TENANT, REQUIREMENTS_FILE: file })
  const status = async () => (await fetch(`${app.url}/accounts`)).status
  const seen = [await status()]
  writeFileSync(file, '{')
  seen.push(await status(), await status())
  write('a:c')
  seen.push(await status())
  await app.stop()
  expect(seen).toEqual([401, 503, 503, 401])
  expect(app.said()).toMatch(/^fabrikam: `\S+followed.json` is not what `step-up build` writes/)
})

describe('the single-page app', () => {
  test('tells the browser what it may load and whom it may call, and nothing secret', async () => {
    const variables = { ...CLIENT, API_URL: 'https://banking.example/v1/' }
    const app = await startApp('spa', variables)
    const { port } = new URL(app.url)
    const taken = await tryToStart('spa', { ...variables, PORT: port })
    const page = await fetch(app.url)
    const config: unknown = await (await fetch(`${app.url}/config.json`)).json()
    await app.stop()
    expect(taken).toEqual({
      code: 1,
      stderr: `fabrikam-spa: port ${port} is in use by another process\n`,
    })
    expect(page.headers.get('content-security-policy')).toEqual(
      "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src data:; " +
        "connect-src 'self' https://acme.eu.auth0.com https://banking.example; " +
        "frame-src https://acme.eu.auth0.com; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
    )
    expect(config).toEqual({
      issuerBaseUrl: 'https://acme.eu.auth0.com',
      clientId: 'id',
      audience: 'https://api',
      apiUrl: 'https://banking.example/v1',
    })
  })
})
