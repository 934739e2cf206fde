// Reports of a policy of 200 rules and of a tenant with 1,000 findings: complete on paper, short elsewhere.
import type { Rule } from '../../actions/step-up/policy.ts'
import type { Audit } from '../../scripts/audit/audit.ts'
import { COMMENT_LIMIT } from '../../scripts/report/comment.ts'
import { renderHtml } from '../../scripts/audit/report/html.ts'
import { renderMarkdown } from '../../scripts/audit/report/markdown.ts'
import { renderSarif } from '../../scripts/audit/report/sarif.ts'
import { renderText } from '../../scripts/audit/report/text.ts'
import { matrixOf } from '../../scripts/audit/matrix/matrix.ts'
import { badAudit } from '../support/bad-audit.ts'
import { BANKING } from '../support/event.ts'
import { scopeRule } from '../support/policies.ts'
import { sarifProblems } from '../support/sarif-schema.ts'

type Requires = (rule: number) => Rule['requires']

const ALIKE: Requires = (rule) => ({
  ...{ factors: rule % 2 === 0 ? ['otp'] : ['phone'], maxAgeSeconds: 0 },
})
const ALL_DIFFERENT: Requires = (rule) => ({ factors: ['otp'], maxAgeSeconds: rule })

function largeAudit(requirement: Requires): Audit {
  const audit = badAudit()
  const { exhaustive, findings, policy, coverage } = audit
  const numbers = Array.from({ length: 200 }, (_, rule) => rule)
  const repeated = <T extends object>(
    [first]: readonly T[],
    count: number,
    change: (i: number) => Partial<T>,
  ) => Array.from({ length: count }, (_, i) => ({ ...first, ...change(i) }) as T)
  const scopesOf = (rule: number) => Array.from({ length: 5 }, (_, i) => `write:${rule}-${i}`)
  const unprotected = findings.open.filter(({ code }) => code === 'high-value-scope-unprotected')
  const says = (i: number) => ({
    subject: `delete:${i}`,
    explanation: `delete:${i} is open`,
    remedy: `protect delete:${i}`,
  })
  return {
    ...audit,
    policy: {
      ...policy,
      says: repeated(policy.says, 200, (i) => ({
        protects: scopesOf(i).map((scope) => ({ audience: BANKING, scope })),
        rules: repeated(policy.says[0]?.rules ?? [], 1, () => ({ id: `rule-${i}` })),
      })),
    },
    exhaustive: {
      ...exhaustive,
      rules: numbers.map((rule) => ({ id: `rule-${rule}`, cases: 10, covered: 1 })),
      violations: repeated(exhaustive.violations, 200, (i) => ({ rule: `rule-${i}` })),
    },
    coverage: numbers.flatMap((rule) =>
      repeated(coverage, 5, (i) => ({
        audience: `https://api-${rule}.example`,
        scope: `write:${rule}-${i}`,
      })),
    ),
    findings: { ...findings, open: repeated(unprotected, 1_000, says) },
    matrix: matrixOf({
      ...{ running: { state: 'as-audited' }, atMs: Date.parse(audit.at) },
      facts: {
        ...{
          clientGrants: { seen: 'all', value: [] },
          clients: { seen: 'nothing' },
          resourceServers: { seen: 'nothing' },
        },
        enabledFactors: { seen: 'nothing' },
      },
      policy: {
        rules: numbers.map((rule) =>
          scopeRule({
            id: `rule-${rule}`,
            scopes: scopesOf(rule),
            requires: requirement(rule),
            ...(rule === 150 && { reportUntilMs: Date.parse('2099-01-01') }),
          }),
        ),
      },
    }),
  }
}

test('what fares alike is one column, what is open first', () => {
  const { columns } = largeAudit(ALIKE).matrix
  const rules = columns.map(({ things }) => things.map((thing) => thing.rules.join()))
  expect(rules.map((ids) => [ids.length, ids[0], ids.at(-1)])).toEqual([
    [5, 'rule-150', 'rule-150'],
    [99 * 5, 'rule-0', 'rule-198'],
    [100 * 5, 'rule-1', 'rule-199'],
  ])
})

const columnsCut = (columns: number): unknown =>
  columns > 12
    ? '  and 188 more columns, all of them in --json'
    : expect.stringMatching(
        /^ +rule-150  +rule-0, rule-2 and 97 more  +rule-1, rule-3 and 98 more$/,
      )

// prettier-ignore
test.each([
  ['alike',         ALIKE,         3,   330],
  ['all different', ALL_DIFFERENT, 200, 390],
])('on the terminal, 200 rules that are %s can be read', (_case, factors, columns, linesAtMost) => {
  const audit = largeAudit(factors)
  const text = renderText(audit, (_style, marked) => marked)
  expect(audit.matrix.columns).toHaveLength(columns)
  expect(text.split('\n').length).toBeLessThan(linesAtMost)
  expect(text.match(/^.*and [\d,]+ more .*$/gm)).toEqual([
    '  and 190 more violations, all of them in --json',
    '    and 990 more of this kind, all of them in --json',
    '    → and 997 more remedies, all of them in --json',
    '  and 180 more rows, all of them in --json',
    columnsCut(columns),
    '  and 194 more protected things, all of them in --json',
    '  and 180 more rules, all of them in --json',
  ])
  expect(text).toContain('issued without MFA')
})

test.each([ALIKE, ALL_DIFFERENT])(
  'a comment is short enough, and has something of each part',
  (factors) => {
    const text = renderMarkdown(largeAudit(factors))
    expect(text.length).toBeLessThanOrEqual(COMMENT_LIMIT)
    expect(text).toContain('and 190 more violations, all of them in')
    expect(text).toContain('- and 980 more of this kind, all of them in')
    expect(text).toContain('issued without MFA')
    expect(text).toContain('b'.repeat(64))
  },
)

test('the page leaves nothing out but remedies that are alike', () => {
  const text = renderHtml(largeAudit(ALL_DIFFERENT))
  const count = (pattern: RegExp) => new Set(text.match(pattern)).size
  expect({
    findings: count(/delete:\d+ is open/g),
    rules: count(/<code>rule-\d+<\/code>/g),
    ages: count(/or issued on MFA ≤ \d+[smh]/g),
    scopes: count(/<code>write:\d+-\d<\/code>/g),
  }).toEqual({ findings: 1_000, rules: 200, ages: 199, scopes: 1_000 })
  expect(text.length).toBeLessThan(2_000_000)
})

test('SARIF has every result once, and stays within what GitHub takes', () => {
  const log = JSON.parse(renderSarif(largeAudit(ALIKE))) as { runs: [{ results: object[] }] }
  expect(sarifProblems(log)).toEqual([])
  expect(log.runs[0].results).toHaveLength(200 + 1_000 + 1)
})
