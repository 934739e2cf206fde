import type { ScopeRule } from '../../actions/step-up/policy.ts'
import { html, withCode } from '../../scripts/report/markup.ts'
import type { Audit } from '../../scripts/audit/audit.ts'
import { renderHtml } from '../../scripts/audit/report/html.ts'
import { matrixOf } from '../../scripts/audit/matrix/matrix.ts'
import { badAudit } from '../support/bad-audit.ts'
import { BANKING, NOW_MS } from '../support/event.ts'
import { scopeRule } from '../support/policies.ts'

/** The page without the white space between its elements. */
const page = () => renderHtml(badAudit()).replace(/(?<=>)\s+(?=<)/g, '')

test('what is put into a template is text, unless it is markup', () => {
  const name = `<b> & "it's"`
  expect(html`<p>${name}${[html`<i>${1}</i>`]}</p>`.markup).toBe(
    '<p>&#60;b&#62; &#38; &#34;it&#39;s&#34;<i>1</i></p>',
  )
  expect(withCode('a `<b>` c').markup).toBe('a <code>&#60;b&#62;</code> c')
})

test('the page needs no script and nothing from elsewhere', () => {
  const text = page()
  expect(text).not.toMatch(/<script|<link|<img|<iframe|\ssrc=|\son\w+=|@import|url\(/i)
  expect(text).not.toMatch(/\u001b|\u202e/)
})

test('the page has one h1, and a heading for each part', () => {
  const text = page()
  expect(text.match(/<h1>.*?<\/h1>/g)).toEqual(['<h1>Step-up audit of test, 2026-11-24</h1>'])
  expect(text.match(/(?<=<h2>).*?(?=<\/h2>)/g)).toEqual([
    'Violations',
    'Findings',
    'Accepted findings',
    'What happens in each flow',
    'Coverage',
    'What was audited',
    'Every way to a token',
    'The policy in plain language',
    'What was checked, and what was not',
  ])
})

test('every header of a table says what it is for', () => {
  const text = page()
  expect(text.match(/<th[ >][^>]*/g)?.filter((tag) => !tag.includes('scope='))).toEqual([])
  expect(text.match(/<table/g)).toHaveLength(text.match(/<\/table>/g)?.length ?? 0)
})

// prettier-ignore
test.each([
  ['code that nobody knows',      '<td class="open"><span aria-hidden="true">!</span> not known: other code is deployed</td>'],
  ['what no audit sees',          '<th scope="row">A token used twice, or stolen</th>'],
  ['who ran it',                  'GitHub Actions, for jane, https://github.com/a/b/actions/runs/1'],
  ['a counterexample',            '&#34;transaction&#34;: null /* &#60;throws&#62; */'],
  ['a way to a token',            '<td>no browser: answered as the rules say</td><td>none</td>'],
  ['a way that is always open',   '<td>in a browser: challenged as the rules say</td><td>every client</td>'],
  ['the reason of an acceptance', '<td>Agreed with the bank</td><td>R. Lead (SEC-12)</td><td>2027-01-01</td>'],
  ['an acceptance for nothing',   '<code>no-factor-enabled</code> (not found any more)'],
  ['an acceptance that expired',  '(was accepted until 2026-06-01: Was needed once)'],
  ['other code in the tenant',    'other code than the bundle, sha-256 '],
])('the page shows %s', (_case, markup) => {
  expect(page()).toContain(markup)
})

// prettier-ignore
test.each<[string, Partial<Audit>, string]>([
  ['every case',   {},                                                       'None: every invariant held in every case.'],
  ['a quick look', { exhaustive: { ...badAudit().exhaustive, depth: 'quick' } }, 'None: every invariant held in every case of a quick look.'],
  ['no case',      { code: { ...badAudit().code, wasRun: false } },          'Not known: the code was not run.'],
])('without a violation in %s the page says no more', (_case, changes, words) => {
  const audit = { ...badAudit(), ...changes }
  const exhaustive = { ...audit.exhaustive, violations: [] }
  expect(renderHtml({ ...audit, exhaustive })).toContain(`<p>${words}</p>`)
})

test('the first screen names the code that was audited in the place of what is built', () => {
  const code = {
    ...badAudit().code,
    from: 'file',
    name: 'copied.js',
    sha256: 'd'.repeat(64),
  } as const
  const text = renderHtml({ ...badAudit(), code })
  expect(text).toContain(`audited copied.js ${'d'.repeat(12)}, bundle ${'b'.repeat(12)}`)
})

describe('the first screen', () => {
  const unseen = { seen: 'nothing' } as const
  const facts = {
    clients: unseen,
    resourceServers: unseen,
    clientGrants: unseen,
    enabledFactors: unseen,
  }
  const parts = { facts, running: { state: 'as-audited' }, atMs: NOW_MS } as const
  const cards = {
    id: 'cards',
    audience: 'https://cards.fabrikam.example',
    reportUntilMs: Date.parse('2099-01-01'),
  }
  const told = (...rules: ScopeRule[]) => {
    const matrix = matrixOf({ ...parts, policy: { rules } })
    const text = renderHtml({ ...badAudit(), matrix })
      .replace(/<\/?code>/g, '')
      .replace(/\s+(?=<)|(?<=>)\s+/g, '')
    const [, isProtected, whereNot] =
      /<dt>Protected<\/dt><dd>(.*?)<\/dd><dt>Where not<\/dt><dd>(.*?)<\/dd>/.exec(text) ?? []
    return { isProtected, whereNot }
  }

  test('tells the same scope of two APIs apart, and calls protected only what is', () => {
    expect(told(scopeRule({}), scopeRule(cards))).toEqual({
      isProtected: `transfer:funds on ${BANKING}: challenged: any factor, who has none may set one up; elsewhere login_required, scope removed`,
      whereNot: `transfer:funds on ${cards.audience}: Browser login, Silent login (prompt=none), Refresh token and 11 more`,
    })
  })

  test('says nowhere only as far as the rules go, where something was found', () => {
    const { verdict } = badAudit()
    const nothingFound = { ...verdict, errors: 0, warnings: 0 }
    const matrix = matrixOf({ ...parts, policy: { rules: [scopeRule({})] } })
    const page = (found: typeof verdict) => renderHtml({ ...badAudit(), matrix, verdict: found })
    expect(page(nothingFound)).toContain(
      'nowhere: no flow that was looked at issues it without MFA',
    )
    expect(page(verdict)).toContain(
      'nowhere as far as the rules go; the findings may tell of ways around them',
    )
  })

  test('calls nothing protected where every rule is only reported', () => {
    expect(told(scopeRule(cards)).isProtected).toBe('nothing: no rule is enforced yet')
  })
})
