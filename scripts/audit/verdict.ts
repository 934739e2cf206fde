import type { Rule } from '../../actions/step-up/policy.ts'
import { dayInWords } from '../policy/words.ts'
import { counted } from '../report/counts.ts'
import type { Matrix, Row } from './matrix/matrix.ts'

export interface Verdict {
  /**
   * `clean`: no violation, no open finding of severity error or warning, and nothing that is protected is
   * issued without MFA in any flow, but for exceptions, which are named, dated and counted.
   */
  readonly outcome: 'clean' | 'failed'
  /** What is protected, and where not. */
  readonly headline: string
  readonly violations: number
  readonly errors: number
  readonly warnings: number
  readonly notes: number
  readonly accepted: number
}

/** What a verdict rests on besides the numbers of what was found. */
export interface Grounds {
  readonly matrix: Matrix
  readonly rules: readonly Rule[]
  readonly atMs: number
}

/** Judges an audit. */
export function verdictOn(
  counts: Omit<Verdict, 'outcome' | 'headline'>,
  { matrix, rules, atMs }: Grounds,
): Verdict {
  const open = openColumns(matrix)
  const { violations, errors, warnings } = counts
  const isClean = violations + errors + warnings === 0 && open.size === 0
  return {
    outcome: isClean ? 'clean' : 'failed',
    headline: (matrix.running.state === 'as-audited'
      ? [
          // Findings may tell of ways around the rules, such as another Action.
          ...protectedInWords(matrix, open, errors + warnings > 0 ? ' as far as the rules go' : ''),
          ...reportsInWords(rules, atMs),
          ...exemptInWords(rules, atMs),
        ]
      : [notRunning(matrix.running)]
    ).join('; '),
    ...counts,
  }
}

// Of exceptions the headline tells, and of client credentials, which run no Action, a finding does.
const TOLD_ELSEWHERE: readonly Row['kind'][] = ['exception', 'no-user']

/** The columns with a flow in which everybody is issued what it protects without MFA. */
function openColumns({ rows }: Matrix): ReadonlySet<number> {
  return openIn(rows.filter(({ kind }) => !TOLD_ELSEWHERE.includes(kind)))
}

function openIn(rows: readonly Row[]): ReadonlySet<number> {
  return new Set(
    rows.flatMap(({ cells }) => cells.flatMap(({ tone }, i) => (tone === 'open' ? [i] : []))),
  )
}

/** Why nothing is known to be protected. */
export function notRunning(running: Exclude<Matrix['running'], { state: 'as-audited' }>): string {
  return running.state === 'not-running'
    ? `nothing is protected: the Action is ${running.why}`
    : `what is protected is not known: ${running.why}`
}

function protectedInWords(
  { columns, rows }: Matrix,
  open: ReadonlySet<number>,
  howFar: string,
): readonly string[] {
  const granted = openIn(rows.filter(({ kind }) => kind === 'no-user'))
  const things = columns.flatMap((column, i) => {
    const standing = open.has(i) ? 'unsafe' : granted.has(i) ? 'granted' : 'safe'
    return column.things.map(({ protects }) => ({ isAcr: 'acr' in protects, standing }))
  })
  const those = (standing: string, words: string) => {
    const meant = things.filter((each) => each.standing === standing)
    return meant.length === 0 ? [] : [`${thingsInWords(meant)} ${words}`]
  }
  const safe = `protected in every flow${howFar}`
  return things.length === 0
    ? [`${thingsInWords(things)} ${safe}`]
    : [
        ...those('safe', safe),
        ...those('unsafe', 'issued without MFA'),
        ...those('granted', 'granted to machines, which pass no MFA'),
      ]
}

function thingsInWords(things: readonly { readonly isAcr: boolean }[]): string {
  const acrs = things.filter(({ isAcr }) => isAcr).length
  const scopes = things.length - acrs
  return [
    ...(scopes > 0 || acrs === 0 ? [counted(scopes, 'scope')] : []),
    ...(acrs > 0 ? [counted(acrs, 'acr value')] : []),
  ].join(' and ')
}

function reportsInWords(rules: readonly Rule[], atMs: number): readonly string[] {
  const ends = rules.flatMap(({ reportUntilMs = 0 }) => (reportUntilMs > atMs ? reportUntilMs : []))
  if (ends.length === 0) return []
  const isOne = new Set(ends).size === 1
  const until = `${isOne ? '' : 'the last '}until ${dayInWords(Math.max(...ends))}`
  return [`${counted(ends.length, 'rule')} not enforced ${isOne ? '' : 'yet, '}${until}`]
}

function exemptInWords(rules: readonly Rule[], atMs: number): readonly string[] {
  const exceptions = rules.flatMap((rule) => rule.exceptions ?? [])
  const live = exceptions.filter(({ untilMs }) => untilMs > atMs)
  const clients = new Set(live.flatMap((each) => ('client' in each ? each.client : [])))
  const organizations = new Set(
    live.flatMap((each) => ('organization' in each ? each.organization : [])),
  )
  return [
    ...(clients.size > 0 ? [`${counted(clients.size, 'client')} exempt`] : []),
    ...(organizations.size > 0 ? [`${counted(organizations.size, 'organization')} exempt`] : []),
  ]
}
