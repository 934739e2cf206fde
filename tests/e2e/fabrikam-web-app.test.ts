import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryOfAnHour, serveApi, type BankingApi } from '../support/banking-api.ts'
import { BANKING, MULTI_FACTOR } from '../support/event.ts'
import { startApp, type RunningApp } from '../support/fabrikam.ts'
import { startIssuer, type Authorization, type Claims, type Issuer } from '../support/issuer.ts'
import { newVisitor, type Visit, type Visitor } from '../support/visitor.ts'

let issuer: Issuer
let api: BankingApi
let app: RunningApp
let visitor: Visitor
let folder: string

const NOW = Math.floor(Date.now() / 1000)
const ORDER = { to: 'Rent', amount: '1200' }
const FORM = 'application/x-www-form-urlencoded'
const RULES = 'https://fabrikam.example/step_up_rules'
const REQUIREMENTS = {
  version: 1,
  id_token_claim: RULES,
  audiences: { [BANKING]: { 'transfer:funds': {} } },
  logins: { 'salary-page': { acr_values: MULTI_FACTOR } },
} as const
const EVERYDAY = 'openid profile email read:accounts'

beforeAll(async () => {
  issuer = await startIssuer()
  api = await serveApi({
    issuerBaseUrl: issuer.issuer,
    audience: BANKING,
    requirements: REQUIREMENTS,
    used: memoryOfAnHour(),
  })
  folder = mkdtempSync(join(tmpdir(), 'web-app-'))
  writeFileSync(join(folder, 'requirements.json'), JSON.stringify(REQUIREMENTS))
  app = await startApp('web-app', {
    REQUIREMENTS_FILE: join(folder, 'requirements.json'),
    ISSUER_BASE_URL: issuer.issuer,
    CLIENT_ID: 'web',
    CLIENT_SECRET: 'secret of the web app',
    SECRET: 'at least thirty-two characters long',
    AUDIENCE: BANKING,
    API_URL: api.url,
  })
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await Promise.all([app.stop(), api.stop(), issuer.stop()])
})

beforeEach(() => {
  visitor = newVisitor(app.url)
  issuer.requests.length = 0
  issuer.answerWith(() => ({}))
})

/** The scopes that were asked for, one authorization after the other. */
const asked = () => issuer.requests.map((request) => request.get('scope'))

/** The title of a page, and what it says first. */
const seen = ({ status, path, text }: Visit) => ({
  status,
  path,
  title: /<h1>([^<]*)<\/h1>/.exec(text)?.[1],
  notice: /<p class="notice \w+" role="\w+">\s*([^]*?)\s*<\/p>/.exec(text)?.[1],
})

/** Pairs of name and value under "What happened", with the titles between them. */
const steps = ({ text }: Visit) =>
  [...text.matchAll(/<h3>([^<]*)|<dt>([^<]*)<\/dt>\s*<dd>([^]*?)<\/dd>/g)].map(
    ([, title, name, value = '']) =>
      title ??
      `${String(name)}: ${value
        .replace(/<[^>]*>|\s+/g, ' ')
        .replace(/ +/g, ' ')
        .trim()}`,
  )

const TIME = /\d\d:\d\d:\d\d UTC/
const timeless = (lines: readonly string[]) => lines.map((line) => line.replace(TIME, 'TIME'))

/** Logs in, then answers like this to whatever else is asked for. */
async function logInThen(answer: (request: URLSearchParams) => Authorization): Promise<void> {
  await visitor.open('/accounts')
  issuer.answerWith(answer)
}

async function orderTransfer(fields: Readonly<Record<string, string>> = ORDER): Promise<Visit> {
  await visitor.open('/transfer')
  const answer = await visitor.send('/transfer', fields)
  return answer.path === '/transfer/refused' ? visitor.send('/transfer/authorize', {}) : answer
}

describe('accounts', () => {
  test('take a login with the everyday scope', async () => {
    const visit = await visitor.open('/accounts')
    expect(seen(visit)).toEqual({
      status: 200,
      path: '/accounts',
      title: 'Accounts',
      notice: undefined,
    })
    expect(asked()).toEqual([EVERYDAY])
    expect(timeless(steps(visit))).toEqual([
      'Login',
      'ID token issued: TIME',
      'amr: none',
      'Access token of the session',
      'Scope: openid profile email read:accounts',
      'Expires: TIME',
      'GET /accounts',
      'Answer: done',
    ])
  })

  test('take a login again once the access token has expired', async () => {
    issuer.answerWith(() => (issuer.requests.length === 1 ? { expiresIn: 0 } : {}))
    expect(seen(await visitor.open('/accounts'))).toMatchObject({ status: 200, path: '/accounts' })
    expect(asked()).toEqual([EVERYDAY, EVERYDAY])
  })

  test('are not shown when the API refuses the token', async () => {
    issuer.answerWith(() => ({ accessToken: { scope: 'openid' } }))
    expect(seen(await visitor.open('/accounts'))).toMatchObject({
      status: 502,
      title: 'No accounts to show',
      notice: 'The bank refused this. Nothing was done.',
    })
  })
})

const REFUSED =
  '403 Bearer error=&#34;insufficient_scope&#34;, ' +
  'error_description=&#34;The token does not carry the scope&#34;, scope=&#34;transfer:funds&#34;, ' +
  'resource_metadata=&#34;https://banking.fabrikam.example/.well-known/oauth-protected-resource&#34;'

describe('a transfer', () => {
  test('is refused to the token of the login, and nothing is asked for before the customer agrees', async () => {
    await logInThen(() => ({}))
    await visitor.open('/transfer')
    const visit = await visitor.send('/transfer', ORDER)
    expect(seen(visit)).toEqual({
      status: 200,
      path: '/transfer/refused',
      title: 'The bank asks for more',
      notice: '403: your login is not enough to move €1,200.00 to Rent. Nothing was done yet.',
    })
    expect(steps(visit)).toEqual([
      'POST /transfers, with the token of the login',
      'Scope: openid profile email read:accounts',
      `Answer: ${REFUSED}`,
    ])
    expect(asked()).toEqual([EVERYDAY])
  })

  test('is not asked for where the API has another reason to refuse', async () => {
    issuer.answerWith(() => ({ accessToken: { aud: 'https://elsewhere.example' } }))
    await visitor.open('/accounts')
    expect(seen(await orderTransfer())).toMatchObject({
      status: 502,
      title: 'Transfer not done',
      notice: 'The bank refused this. Nothing was done.',
    })
    expect(asked()).toEqual([EVERYDAY])
  })

  test('that nobody has ordered is not authorized', async () => {
    await logInThen(() => ({}))
    await visitor.open('/transfer')
    expect(seen(await visitor.send('/transfer/authorize', {}))).toMatchObject({ path: '/transfer' })
    expect(seen(await visitor.open('/transfer/refused'))).toMatchObject({ path: '/transfer' })
    expect(asked()).toEqual([EVERYDAY])
  })

  test('asks again for the high-value scope alone, and is done', async () => {
    await logInThen(() => ({ idToken: { amr: ['mfa'] } }))
    const visit = await orderTransfer()
    expect(asked()).toEqual([EVERYDAY, 'openid transfer:funds'])
    expect(seen(visit)).toEqual({
      status: 200,
      path: '/receipt',
      title: 'Transfer done',
      notice: expect.stringMatching(
        /^€1,200\.00 went to Rent\. The reference is\s+<code>transfer-\d+<\/code>\. Your everyday\s+account has €1,250\.25 left\.$/,
      ) as string,
    })
    expect(timeless(steps(visit))).toEqual([
      'POST /transfers, with the token of the login',
      'Scope: openid profile email read:accounts',
      `Answer: ${REFUSED}`,
      'Asked the login service again',
      'Request: GET /authorize, scope=openid transfer:funds',
      'Login for this transfer',
      'ID token issued: TIME',
      'amr: mfa',
      'High-value token, used once and thrown away',
      'Scope: openid transfer:funds',
      'Expires: TIME',
      'POST /transfers',
      'Answer: done',
      'The login of the session is as it was',
      'ID token issued: TIME',
      'amr: none',
      'So is its access token',
      'Scope: openid profile email read:accounts',
      'Expires: TIME',
    ])
  })

  test('of more than there is moves nothing, and says so', async () => {
    await logInThen(() => ({}))
    expect(seen(await orderTransfer({ to: 'Rent', amount: '2450.26' }))).toMatchObject({
      path: '/receipt',
      title: 'Transfer not done',
      notice:
        'There is not enough money on the everyday account: it has €2,450.25. Nothing was done.',
    })
  })

  test('is to be entered again where the login had to be renewed for it', async () => {
    issuer.answerWith(() => (issuer.requests.length === 1 ? { expiresIn: 0 } : {}))
    await visitor.open('/transfer')
    expect(seen(await visitor.send('/transfer', ORDER))).toMatchObject({
      path: '/transfer',
      notice:
        'Your login had expired and was renewed. Nothing was done: please enter the order again.',
    })
    expect(asked()).toEqual([EVERYDAY, EVERYDAY])
  })

  test('that another tab has overtaken is not lost without a word', async () => {
    await logInThen(() => ({}))
    const receipt = await orderTransfer()
    expect(seen(receipt)).toMatchObject({ title: 'Transfer done' })
    expect(seen(await visitor.open('/callback?code=used&state=used'))).toEqual({
      status: 400,
      path: '/unfinished',
      title: 'The login was not finished',
      notice:
        'Another tab has begun one since, or it was finished before: coming back to it does nothing. Your accounts show what was done.',
    })
  })

  test('leaves a session that is still good, and asks again for the next one', async () => {
    await logInThen(() => ({}))
    await orderTransfer()
    expect(seen(await visitor.open('/accounts'))).toMatchObject({ status: 200, title: 'Accounts' })
    expect(asked()).toHaveLength(2)
    expect(seen(await orderTransfer())).toMatchObject({ title: 'Transfer done' })
    expect(asked()).toHaveLength(3)
  })

  // prettier-ignore
  test.each<[string, Authorization, object]>([
    ['the user is refused',          { error: 'access_denied', error_description: 'No <factor>' }, { status: 400, title: 'Not allowed', notice: 'The login service refused this. Nothing was done.' }],
    ['the login service is down',    { error: 'temporarily_unavailable' },                         { status: 400, title: 'The login service is busy' }],
    ['somebody else logs in',        { idToken: { sub: 'auth0|bob' } },                            { status: 403, title: 'Who is there?' }],
    ['the scope is not granted',     { accessToken: { scope: 'openid' } },                         { status: 200, title: 'Transfer not done', notice: 'The bank refused this. Nothing was done.' }],
  ])('is not done when %s, and the session stays', async (_name, answer, expected) => {
    await logInThen(() => answer)
    expect(seen(await orderTransfer())).toMatchObject(expected)
    const accounts = await visitor.open('/accounts')
    expect(seen(accounts)).toMatchObject({ status: 200, title: 'Accounts' })
    expect(accounts.text).toContain('ada@fabrikam.example')
  })

  test('shows what the login service said, and runs none of it', async () => {
    await logInThen(() => ({ error: 'access_denied', error_description: 'No <b>factor</b>' }))
    expect((await orderTransfer()).text).toContain('No &#60;b&#62;factor&#60;/b&#62;')
  })

  // prettier-ignore
  test.each<[string, Record<string, string>, string[]]>([
    ['nothing',            { to: ' ', amount: '' },                   ['Enter who is to get the money', 'Enter an amount of up to 10000, such as 12.50']],
    ['no amount',          { to: 'Rent', amount: 'much' },            ['Enter an amount of up to 10000, such as 12.50']],
    ['too much',           { to: 'Rent', amount: '10000.01' },        ['Enter an amount of up to 10000, such as 12.50']],
    ['nothing of it',      { to: 'Rent', amount: '0.00' },            ['Enter an amount of up to 10000, such as 12.50']],
    ['a negative amount',  { to: 'Rent', amount: '-1' },              ['Enter an amount of up to 10000, such as 12.50']],
    ['a book as receiver', { to: 'x'.repeat(71), amount: '1' },       ['Enter at most 70 characters']],
  ])('of %s is not even asked for', async (_name, fields, problems) => {
    await logInThen(() => ({}))
    const visit = await orderTransfer(fields)
    const said = [...visit.text.matchAll(/<p class="problem"[^>]*>([^<]*)/g)].map(([, text]) => text)
    expect([visit.status, said, asked()]).toEqual([422, problems, [EVERYDAY]])
  })

  test.each(['', 'guessed'])('is refused from a form with the token "%s"', async (csrf) => {
    await logInThen(() => ({}))
    const visit = await orderTransfer({ ...ORDER, csrf })
    expect(seen(visit)).toMatchObject({ status: 403, title: 'Please send the form again' })
    expect(asked()).toEqual([EVERYDAY])
  })

  test('finishes only the order that it was asked for', async () => {
    await logInThen(() => ({ error: 'access_denied' }))
    await orderTransfer({ to: 'Somebody else', amount: '9000' })
    const sessionWithOtherOrder = new Map(visitor.cookies)
    await visitor.open('/transfer')
    issuer.answerWith(() => {
      for (const [name, value] of sessionWithOtherOrder) visitor.cookies.set(name, value)
      return {}
    })
    await visitor.send('/transfer', ORDER)
    expect(seen(await visitor.send('/transfer/authorize', {}))).toMatchObject({
      status: 409,
      title: 'This transfer is no longer open',
    })
  })
})

describe('the salary page', () => {
  const HELD = { idToken: { amr: ['mfa'], [RULES]: ['another-rule', 'salary-page'] } }
  const SHUT = { status: 403, title: 'A second factor is needed' }

  test('asks for a login by the acr value of its rule, with the everyday scope', async () => {
    await logInThen(() => HELD)
    const visit = await visitor.open('/salary')
    expect(seen(visit)).toMatchObject({ status: 200, path: '/salary', title: 'Salaries' })
    expect(issuer.requests.map((request) => request.get('acr_values'))).toEqual([
      null,
      MULTI_FACTOR,
    ])
    expect(asked()).toEqual([EVERYDAY, EVERYDAY])
    expect(timeless(steps(visit))).toEqual([
      'Login with a second factor',
      'ID token issued: TIME',
      'amr: mfa',
    ])
  })

  test('asks whoever is not logged in but once', async () => {
    issuer.answerWith(() => HELD)
    expect(seen(await visitor.open('/salary'))).toMatchObject({ status: 200, path: '/salary' })
    expect(issuer.requests.map((request) => request.get('acr_values'))).toEqual([MULTI_FACTOR])
  })

  test('stays open for a moment', async () => {
    await logInThen(() => HELD)
    await visitor.open('/salary')
    await visitor.open('/salary')
    expect(asked()).toHaveLength(2)
  })

  // prettier-ignore
  test.each<[string, Claims]>([
    ['no amr',                             {}],
    ['an MFA, but not held to any rule',   { amr: ['mfa'] }],
    ['an MFA held to another rule',        { amr: ['mfa'], [RULES]: ['transfer-funds'] }],
    ['a rule that is called alike',        { amr: ['mfa'], [RULES]: ['salary-page-2', 'salary'] }],
    ['rules that are no list',             { amr: ['mfa'], [RULES]: 'salary-page' }],
    ['rules that are an object',           { amr: ['mfa'], [RULES]: { 'salary-page': true } }],
    ['the rule in another claim',          { amr: ['mfa', 'salary-page'], step_up_rules: ['salary-page'] }],
    ['the rule six minutes ago',           { amr: ['mfa'], [RULES]: ['salary-page'], iat: NOW - 360 }],
    ['the rule in two minutes',            { amr: ['mfa'], [RULES]: ['salary-page'], iat: NOW + 120 }],
  ])('stays shut, and asks but once, where the login comes back with %s', async (_name, idToken) => {
    await logInThen(() => ({ idToken }))
    expect(seen(await visitor.open('/salary'))).toMatchObject(SHUT)
    expect(asked()).toHaveLength(2)
  })

  test('stays shut for who is logged in with an MFA for something else, and asks', async () => {
    issuer.answerWith(() => ({ idToken: { amr: ['mfa'], [RULES]: ['transfer-funds'] } }))
    await visitor.open('/accounts')
    issuer.answerWith(() => HELD)
    expect(seen(await visitor.open('/salary'))).toMatchObject({ title: 'Salaries' })
    expect(asked()).toHaveLength(2)
  })

  test('asks again after it was shut', async () => {
    await logInThen(() => ({}))
    expect(seen(await visitor.open('/salary'))).toMatchObject(SHUT)
    issuer.answerWith(() => HELD)
    expect(seen(await visitor.open('/salary'))).toMatchObject({ title: 'Salaries' })
  })
})

describe('every page', () => {
  test('runs no script, and sends forms nowhere but to the login service', async () => {
    const { headers } = await visitor.open('/')
    expect(headers.get('content-security-policy')).toEqual(
      "default-src 'none'; style-src 'self'; img-src data:; " +
        `form-action 'self' ${new URL(issuer.issuer).origin}; frame-ancestors 'none'; base-uri 'none'`,
    )
    expect(headers.get('cache-control')).toEqual('no-store')
  })

  test('that does not exist says so', async () => {
    expect(seen(await visitor.open('/loans'))).toMatchObject({ status: 404, title: 'No such page' })
  })

  const TOO_LONG = {
    title: 'The form is too long',
    notice: 'Shorten it, and send it again. Nothing was done.',
  }
  const UNREADABLE = {
    title: 'The form cannot be read',
    notice: 'It did not come from this page, or was damaged on its way. Nothing was done.',
  }

  // prettier-ignore
  test.each<[string, path: string, headers: Record<string, string>, body: string, expected: object]>([
    ['is longer than a form can be',       '/transfer', {},                                               'x'.repeat(11_000),  { status: 413, ...TOO_LONG }],
    ['has more fields than a form can',    '/transfer', {},                                               'a&'.repeat(1_001),  { status: 413, ...TOO_LONG }],
    ['is longer than an answer can be',    '/callback', {},                                               'x'.repeat(110_000), { status: 413, ...TOO_LONG }],
    ['is in letters that nobody knows',    '/transfer', { 'content-type': `${FORM}; charset=klingon` },   'a=1',               { status: 415, ...UNREADABLE }],
    ['is packed as nobody can unpack it',  '/transfer', { 'content-encoding': 'klingon' },                'a=1',               { status: 415, ...UNREADABLE }],
    ['is not packed as it says it is',     '/transfer', { 'content-encoding': 'gzip' },                   'a=1',               { status: 400, ...UNREADABLE }],
  ])('refuses in words what %s', async (_name, path, headers, body, expected) => {
    const response = await fetch(new URL(path, app.url), { method: 'POST', headers: { 'content-type': FORM, ...headers }, body })
    const { status } = response
    expect(seen({ status, path, headers: response.headers, text: await response.text() })).toEqual({ path, ...expected })
  })

  test('comes after the login that it needs, and a form after none', async () => {
    expect(seen(await visitor.send('/transfer', ORDER))).toMatchObject({ status: 403 })
    expect(seen(await visitor.open('/transfer'))).toMatchObject({ path: '/transfer', status: 200 })
  })
})

test('logging out takes the form, and ends at the login service', async () => {
  await visitor.open('/accounts')
  expect(seen(await visitor.open('/logout'))).toMatchObject({ status: 404 })
  await visitor.open('/accounts')
  expect(await visitor.send('/logout', {})).toMatchObject({ path: '/oidc/logout' })
  expect(seen(await visitor.open('/'))).toMatchObject({
    title: 'Banking that asks twice where it matters',
  })
})

test('what is said on stderr is nothing', () => {
  expect(app.said()).toEqual('')
})
