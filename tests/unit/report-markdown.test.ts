import type { Audit } from '../../scripts/audit/audit.ts'
import { COMMENT_LIMIT } from '../../scripts/report/comment.ts'
import { code, fenced, inline } from '../../scripts/report/markdown-text.ts'
import { renderMarkdown } from '../../scripts/audit/report/markdown.ts'
import { badAudit } from '../support/bad-audit.ts'

// prettier-ignore
test.each([
  ['plain words',        'a client: that is it',  'a client&#58; that is it'],
  ['backticks',          'the `a|b` and `c`',     'the <code>a&#124;b</code> and <code>c</code>'],
  ['an open backtick',   'a `b',                  'a b'],
  ['markup',             '<b> [x](y) *z* _w_',    '&#60;b&#62; &#91;x&#93;&#40;y&#41; &#42;z&#42; &#95;w&#95;'],
  ['a mention',          '@everyone',             '@<!-- -->everyone'],
  ['a heading',          '# x',                   '&#35; x'],
  ['an escape',          '\\*',                   '&#92;&#42;'],
])('%s in a line', (_case, text, expected) => expect(inline(text)).toBe(expected))

test('code and fences know no way out', () => {
  expect(code('</code>`')).toBe('<code>&#60;/code&#62;&#96;</code>')
  expect(fenced('js', '```\nout')).toBe('````js\n```\nout\n````')
})

test('the verdict is the first line, what is wrong is unfolded, the rest can be', () => {
  const text = renderMarkdown(badAudit())
  expect(text.split('\n')[0]).toBe(
    '### Step-up audit of <code>test</code>: failed&#58; what is protected is not known&#58; other code is deployed; 2 violations, 3 errors, 3 warnings, 0 notes, 1 accepted, in 12,345 cases',
  )
  expect(text.match(/<details.*\n<summary>.*/g)).toEqual([
    '<details open>\n<summary>Violations</summary>',
    '<details open>\n<summary>Findings</summary>',
    '<details>\n<summary>What happens in each flow</summary>',
    '<details>\n<summary>The policy in plain language</summary>',
    '<details>\n<summary>Every way to a token</summary>',
    '<details>\n<summary>Coverage</summary>',
    '<details>\n<summary>Accepted findings</summary>',
    '<details>\n<summary>What was checked</summary>',
  ])
  expect(text).toContain('"transaction": null /* <throws> */')
})

test('a finding that was accepted once says so', () => {
  expect(renderMarkdown(badAudit())).toContain(
    inline('(its rules answer `remove`) (was accepted until 2026-06-01: Was needed once)'),
  )
})

test('names of a tenant stay text', () => {
  const text = renderMarkdown(badAudit()).replace(/^```+\w+\n[^]*?\n```+$/gm, '')
  expect(text).not.toMatch(/<script|@everyone|\u001b|\u202e/)
})

test('a comment is never longer than GitHub takes, and says what was cut', () => {
  const text = renderMarkdown(manyTimes(badAudit()))
  expect(text.length).toBeLessThanOrEqual(COMMENT_LIMIT)
  expect(text.match(/_Cut here, as a comment takes no more: \d+ of this section/g)).not.toBeNull()
  expect(text.match(/<details/g)).toHaveLength(text.match(/<\/details>/g)?.length ?? 0)
  expect(text).toContain('<summary>What was checked</summary>')
})

function manyTimes(audit: Audit): Audit {
  const { exhaustive, findings } = audit
  const many = <T>(list: readonly T[]) => Array.from({ length: 500 }, () => list).flat()
  return {
    ...audit,
    exhaustive: { ...exhaustive, violations: many(exhaustive.violations) },
    findings: { ...findings, accepted: many(findings.accepted), unused: many(findings.unused) },
  }
}
