import { html, trustedHtml, type Html } from '../../sandbox/tenant/pages/html.ts'
import { assetOf } from '../../sandbox/tenant/pages/assets.ts'
import { consentHandler } from '../../sandbox/tenant/pages/consent.ts'
import { loginHandler } from '../../sandbox/tenant/pages/login.ts'
import { PAGE_HEADERS } from '../../sandbox/tenant/pages/page-headers.ts'
import {
  deviceCodePage,
  deviceConfirmPage,
  failurePage,
  messagePage,
} from '../../sandbox/tenant/pages/plain-pages.ts'
import {
  htmlOf,
  newMfaVisitor,
  otpNow,
  pageRequest,
  pendingTransaction,
} from '../support/login-pages.ts'
import { OTP_SECRET, newTestTenant } from '../support/tenant.ts'

const EVIL = `"><script>alert('&')</script>`

// prettier-ignore
test.each<[name: string, made: Html, markup: string]>([
  ['text',              html`<p>${EVIL}</p>`,                '<p>&#34;&#62;&#60;script&#62;alert(&#39;&#38;&#39;)&#60;/script&#62;</p>'],
  ['an attribute',      html`<a href="${'"'}">`,             '<a href="&#34;">'],
  ['a number',          html`${7}`,                          '7'],
  ['nothing',           html`<p>${undefined}</p>`,           '<p></p>'],
  ['markup',            html`<p>${html`<b>${'<'}</b>`}</p>`, '<p><b>&#60;</b></p>'],
  ['a list of markup',  html`${[html`<i>`, html`</i>`]}`,    '<i></i>'],
  ['trusted markup',    html`${trustedHtml('<svg/>')}`,      '<svg/>'],
])('%s in a template', (_name, made, markup) => {
  expect(made).toEqual({ markup })
})

test('an object that looks like markup is not taken for it', () => {
  expect(() => html`${JSON.parse('{"markup":"<script>"}') as Html}`).toThrow('not markup')
})

/** Each page, made with text of a request in every place that shows some. */
async function allPages(): Promise<[name: string, html: string][]> {
  const factors = ['otp', 'webauthn-roaming', 'webauthn-platform', 'recovery-code']
  const fresh = newTestTenant(factors)
  fresh.store.update((state) => {
    state.clients = state.clients.map((client) => ({ ...client, name: EVIL }))
    state.users.forEach((user) => (user['email'] = EVIL))
  })
  const consent = pendingTransaction(fresh)
  const enrolling = await newMfaVisitor(fresh)
  const pick = await enrolling.open()
  const enrolOtp = await enrolling.send({ factor: 'otp' })
  await enrolling.send({ another: 'yes' })
  const enrolKey = await enrolling.send({ factor: 'webauthn-roaming' })
  const asked = await newMfaVisitor(
    newTestTenant(['otp'], [{ type: 'totp', totp_secret: OTP_SECRET }]),
  )
  const keyed = await newMfaVisitor(
    newTestTenant(factors, [{ type: 'webauthn-platform', key_id: EVIL }]),
  )
  const saving = newTestTenant(['otp', 'recovery-code'])
  const saver = await newMfaVisitor(saving)
  const secret = /class="code">([A-Z2-7 ]+)/.exec(htmlOf(await saver.open()))?.[1] ?? ''
  const save = await saver.send({ code: otpNow(saving, secret.replaceAll(' ', '')) })
  const login = (fields?: Record<string, string>): Promise<string> =>
    Promise.resolve(loginHandler(fresh, pageRequest(fields, undefined, { login_hint: EVIL }))).then(
      htmlOf,
    )
  return [
    ['login', await login()],
    ['login, wrong', await login({ username: EVIL, password: EVIL })],
    ['consent', htmlOf(await consentHandler(fresh, pageRequest(undefined, consent)))],
    ['factor picker', htmlOf(pick)],
    ['otp enrolment', htmlOf(enrolOtp)],
    ['webauthn enrolment', htmlOf(enrolKey)],
    ['otp challenge', htmlOf(await asked.open())],
    ['webauthn challenge', htmlOf(await keyed.open())],
    ['recovery code', htmlOf(save)],
    ['device code', deviceCodePage({ action: '/activate', csrf: EVIL, error: EVIL })],
    [
      'device',
      deviceConfirmPage({ action: '/activate', csrf: EVIL, appName: EVIL, userCode: EVIL }),
    ],
    ['message', messagePage(EVIL, EVIL)],
    ['failure', failurePage(EVIL, EVIL)],
  ]
}

test('no page has a script or a style of its own, or text of a request that is markup', async () => {
  const found = (await allPages()).map(([name, page]) => [
    name,
    page.match(
      /<script(?! src="\/u\/assets\/(webauthn|password)\.js" defer>)|<style|\sstyle=|\son[a-z]+=|javascript:|alert\('/g,
    ),
  ])
  expect(found).toHaveLength(13)
  expect(found.filter(([, matches]) => matches !== null)).toEqual([])
})

test('each page has a language, one heading, and its title is the heading', async () => {
  const seen = (await allPages()).map(([name, page]) => {
    const headings = [...page.matchAll(/<h1>([^]*?)<\/h1>/g)].map(([, text]) => text)
    const title = /<title>([^]*?)<\/title>/.exec(page)?.[1]
    return {
      name,
      language: page.includes('<html lang="en">'),
      heading: headings.length === 1 && headings[0] === title,
    }
  })
  expect(seen.filter(({ language, heading }) => !language || !heading)).toEqual([])
})

test('each visible field has a label, and each form proves where it comes from', async () => {
  const faults = (await allPages()).flatMap(([name, page]) => {
    const fields = [...page.matchAll(/<input\s[^>]*\sid="([^"]*)"/g)].map(([, id]) => id)
    const unlabelled = fields.filter((id) => !page.includes(`<label for="${id}">`))
    const hasProof = !page.includes('<form') || /name="(csrf|xsrf)"/.test(page)
    return unlabelled.length === 0 && hasProof ? [] : [name]
  })
  expect(faults).toEqual([])
})

test('the headers of a page', () => {
  expect(PAGE_HEADERS).toEqual({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'",
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  })
})

// prettier-ignore
test.each<[path: string, contentType: string | undefined]>([
  ['/u/assets/login.css',             'text/css; charset=utf-8'],
  ['/u/assets/webauthn.js',           'text/javascript; charset=utf-8'],
  ['/u/assets/assets.ts',             undefined],
  ['/u/assets/../page.ts',            undefined],
  ['constructor',                     undefined],
])('asset %s', (path, contentType) => {
  expect(assetOf(path)?.contentType).toBe(contentType)
})
