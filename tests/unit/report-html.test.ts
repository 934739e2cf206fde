import { html, withCode } from '../../scripts/report/markup.ts'
import { renderHtml } from '../../scripts/audit/report/html.ts'
import { badAudit } from '../support/bad-audit.ts'

/** The page without the white space between its elements. */
const page = async () => renderHtml(badAudit()).replace(/(?<=>)\s+(?=<)/g, '')

test('what is put into a template is text, unless it is markup', () => {
  const name = `<b> & "it's"`
  expect(html`<p>${name}${[html`<i>${1}</i>`]}</p>`.markup).toBe(
    '<p>&#60;b&#62; &#38; &#34;it&#39;s&#34;<i>1</i></p>',
  )
  expect(withCode('a `<b>` c').markup).toBe('a <code>&#60;b&#62;</code> c')
})

test('the page needs no script and nothing from elsewhere', async () => {
  const text = await page()
  expect(text).not.toMatch(/<script|<link|<img|<iframe|\ssrc=|\son\w+=|@import|url\(/i)
  expect(text).not.toMatch(/\u001b|\u202e/)
})

test('the page has one h1, and a heading for each part', async () => {
  const text = await page()
  expect(text.match(/<h1>.*?<\/h1>/g)).toEqual(['<h1>Step-up audit of test, 2026-11-24</h1>'])
  expect(text.match(/(?<=<h2>).*?(?=<\/h2>)/g)).toEqual([
    'What was audited',
    'Violations',
    'Findings',
    'Accepted findings',
    'What happens in each flow',
    'Coverage',
    'The policy in plain language',
    'What was checked, and what was not',
    'Every path',
  ])
})

test('every header of a table says what it is for', async () => {
  const text = await page()
  expect(text.match(/<th[ >][^>]*/g)?.filter((tag) => !tag.includes('scope='))).toEqual([])
  expect(text.match(/<table/g)).toHaveLength(text.match(/<\/table>/g)?.length ?? 0)
})

// prettier-ignore
test.each([
  ['a token without MFA',         '<td class="open"><span aria-hidden="true">!</span> issued without MFA</td>'],
  ['an Action that fails',        '<td class="caution"><span aria-hidden="true">!</span> the Action fails</td>'],
  ['a denial',                    '<td class="safe"><span aria-hidden="true">×</span> denied</td>'],
  ['a counterexample',            '&#34;transaction&#34;: null /* &#60;throws&#62; */'],
  ['the reason of an acceptance', '<td>Agreed with the bank</td><td>2027-01-01</td>'],
  ['an acceptance for nothing',   '<code>no-factor-enabled</code> (not found any more)'],
  ['an acceptance that expired',  '(was accepted until 2026-06-01: Was needed once)'],
  ['other code in the tenant',    'other code than the bundle, sha-256 '],
])('the page shows %s', async (_case, markup) => {
  expect(await page()).toContain(markup)
})
