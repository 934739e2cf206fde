import type { PolicyDiff } from '../../scripts/diff/compare-policies.ts'
import { diffMarkdown, renderDiff } from '../../scripts/diff/render-diff.ts'
import type { ReportedChange } from '../../scripts/diff/reported-change.ts'
import { COMMENT_LIMIT } from '../../scripts/report/comment.ts'
import { BANKING } from '../support/event.ts'

const terminal = { paint: (_style: string, text: string): string => text }

function group(verdict: ReportedChange['verdict'], scopes: readonly string[]): ReportedChange {
  return {
    verdict,
    protects: scopes.map((scope) => ({ audience: BANKING, scope })),
    where: 'in a browser',
    was: 'MFA by any factor, at most 1m old',
    now: 'MFA by any factor, at most 5m old; a user without one is denied',
    example: {
      event: { user: { user_id: 'a\u202eb' } },
      at: '2026-01-15T12:00:00.000Z',
      before: { kind: 'denied' },
      after: { kind: 'issued' },
    },
  }
}

const many = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, i) => `${prefix}-${i}`)

const diffOf = (...groups: readonly ReportedChange[]): PolicyDiff => ({
  version: 1,
  cases: 1,
  malformed: [],
  groups,
})
const MAIN = { from: 'main', keywords: [] }
const LARGE = diffOf(
  group('weaker', many(1_000, 'write')),
  ...many(30, 'read').map((name) => group('weaker', [name])),
  ...many(150, 'rule').map((name) => group('stricter', many(7, `@${name}`))),
)

test('a difference of many scopes can be read: the first names, and how many more', () => {
  const lines = renderDiff(diffOf(group('weaker', many(1_000, 'write'))), MAIN, terminal)
  expect(lines.split('\n')).toEqual([
    'Compared with main',
    '',
    'Weaker',
    '  `write-0`, `write-1`, `write-2`, `write-3`, `write-4`, `write-5` and 994 more on `https://banking.fabrikam.example`, in a browser: MFA by any factor, at most 1m old → MFA by any factor, at most 5m old; a user without one is denied',
    '    at 2026-01-15T12:00:00.000Z: {"user":{"user_id":"a\\u202eb"}}',
    '',
    '0 stricter, 1 weaker, 0 different.',
  ])
})

test('what keywords of the policy stand for is told first', () => {
  const keywords = [{ keyword: 'ACCOUNTS_API', value: 'https://accounts.dev.example' }]
  const compared = { from: 'main', keywords }
  expect(renderDiff(diffOf(), compared, terminal).split('\n').slice(0, 3)).toEqual([
    'Compared with main',
    '`##ACCOUNTS_API##` is `https://accounts.dev.example`',
    '',
  ])
  expect(diffMarkdown(diffOf(), compared)).toContain(
    '<code>&#35;#ACCOUNTS&#95;API##</code> is <code>https&#58;//accounts.dev.example</code>',
  )
})

test('of many differences all that are weaker are printed, the others cut, and all counted', () => {
  const lines = renderDiff(LARGE, MAIN, terminal).split('\n')
  expect(lines.filter((line) => /^ {2}`(read|write)-/.test(line))).toHaveLength(31)
  expect(lines.slice(-3)).toEqual([
    '  and 130 more, all of them in --json',
    '',
    '150 stricter, 31 weaker, 0 different.',
  ])
})

test('where nothing changes it says so, and what changes for unreadable requests stands apart', () => {
  const malformed = {
    verdict: 'stricter',
    fields: ['transaction.acr_values', 'transaction.prompt'],
    asks: 'an everyday scope',
    flows: ['browser login', 'password'],
    was: 'issued',
    now: 'denied',
  } as const
  const lines = renderDiff({ ...diffOf(), malformed: [malformed] }, MAIN, terminal).split('\n')
  expect(lines).toEqual([
    'Compared with main',
    '',
    'Every request that Auth0 sends ends as before.',
    '',
    'Requests that cannot be read, which Auth0 does not send',
    '  `transaction.acr_values` or `transaction.prompt` of a request for an everyday scope by browser login or password: issued → denied',
    '',
    '0 stricter, 0 weaker, 0 different.',
  ])
})

test('the comment has every weaker scope, is short enough, and says what it leaves out', () => {
  const text = diffMarkdown({ ...LARGE, groups: [...LARGE.groups, ...LARGE.groups] }, MAIN)
  expect(text.length).toBeLessThanOrEqual(COMMENT_LIMIT)
  expect(text.match(/write-999/g)).toHaveLength(2)
  expect(text).toMatch(/\d+ of this section are left out\. The whole is in `--json`/)
  expect(text).toMatch(/\n\n\*\*300 stricter, 62 weaker, 0 different\.\*\*\n$/)
  expect(text).not.toMatch(/@rule|\u202e/)
})

test('of how many pairs nobody looked whether one request can have both is told with the counts', () => {
  const diff = { ...diffOf(group('stricter', ['transfer:funds'])), pairsNotCompared: 1_200 }
  expect(renderDiff(diff, MAIN, terminal).split('\n').at(-1)).toBe(
    '1 stricter, 0 weaker, 0 different. Whether one request can have both of two things was not compared for 1,200 pairs.',
  )
})
