import type { PolicyDiff, ReportedGroup } from '../../scripts/diff/compare-policies.ts'
import { diffMarkdown, renderDiff } from '../../scripts/diff/render-diff.ts'
import { COMMENT_LIMIT } from '../../scripts/report/comment.ts'
import { BANKING } from '../support/event.ts'

const terminal = { paint: (_style: string, text: string): string => text }

function group(verdict: ReportedGroup['verdict'], scopes: readonly string[]): ReportedGroup {
  return {
    verdict,
    aspect: 'age',
    protects: scopes.map((scope) => ({ audience: BANKING, scope })),
    flows: 'in a browser',
    protocols: ['oidc-basic-profile'],
    was: 'was content with an MFA of up to 60 s',
    now: 'is content with an MFA of up to 300 s',
    prompting: verdict === 'weaker' ? 'less' : 'more',
    example: {
      event: { user: { user_id: 'a\u202eb' } },
      at: '2026-01-15T12:00:00.000Z',
      before: { kind: 'denied' },
      after: { kind: 'free' },
    },
  }
}

const many = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, i) => `${prefix}-${i}`)

const LARGE: PolicyDiff = {
  cases: 1,
  groups: [
    group('weaker', many(1_000, 'write')),
    ...many(150, 'rule').map((name) => group('stricter', many(7, `@${name}`))),
  ],
}

test('a difference of many scopes can be read: the first names, and how many more', () => {
  const lines = renderDiff({ cases: 1, groups: LARGE.groups.slice(0, 1) }, 'main', terminal)
  expect(lines.split('\n')).toEqual([
    'Compared with main',
    '  prompted more: nobody',
    '  prompted less: who asks for `write-0`, `write-1`, `write-2`, `write-3`, `write-4`, `write-5` and 994 more in a browser',
    '',
    'Weaker',
    '  `write-0`, `write-1`, `write-2`, `write-3`, `write-4`, `write-5` and 994 more in a browser: was content with an MFA of up to 60 s, now is content with an MFA of up to 300 s',
    '    at 2026-01-15T12:00:00.000Z: {"user":{"user_id":"a\\u202eb"}}',
    '',
    '0 stricter, 1 weaker, 0 different.',
  ])
})

test('many differences are cut, and counted whole', () => {
  const lines = renderDiff(LARGE, 'main', terminal).split('\n')
  expect(lines.slice(1, 2)).toEqual([expect.stringMatching(/; 145 more kinds of requests$/)])
  expect(lines.slice(-3)).toEqual([
    '  and 130 more, all of them in --json',
    '',
    '150 stricter, 1 weaker, 0 different.',
  ])
})

test('the comment has every weaker scope, is short enough, and says what it leaves out', () => {
  const text = diffMarkdown({ ...LARGE, groups: [...LARGE.groups, ...LARGE.groups] }, 'main')
  expect(text.length).toBeLessThanOrEqual(COMMENT_LIMIT)
  expect(text.match(/write-999/g)).toHaveLength(2)
  expect(text).toMatch(/\d+ of this section are left out\. The whole is in `--json`/)
  expect(text).toMatch(/\n\n\*\*300 stricter, 2 weaker, 0 different\.\*\*\n$/)
  expect(text).not.toMatch(/@rule|\u202e/)
})
