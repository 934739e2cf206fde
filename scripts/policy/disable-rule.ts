import { isMap, parseDocument, type Document } from 'yaml'
import { isDay } from '../terminal/time-flag.ts'
import { UserError, type Problem } from '../terminal/user-error.ts'
import { suggest } from './suggest.ts'

/** Which rule is not to be enforced for a while, and why. */
export interface Disabling {
  readonly rule: string
  readonly reason: string
  /** The day (UTC) from which it is enforced again, YYYY-MM-DD. */
  readonly until: string
}

const MAX_REASON = 300

/**
 * Puts a rule of a policy into report mode, where reviewers see it. The rest of the text stays.
 * @param text of a policy file without mistakes
 * @returns the text of the file with the rule in report mode
 * @throws UserError with everything that makes no sense
 */
export function disableRule(text: string, disabling: Disabling, today: Date): string {
  const document = parseDocument(text)
  const known = idsOf(document)
  const [first, ...rest] = problemsOf(disabling, known, today)
  if (first !== undefined) throw new UserError(first, ...rest)
  const { rule, until, reason } = disabling
  document.setIn(['rules', known.indexOf(rule), 'report'], { until, reason: reason.trim() })
  return document.toString({ lineWidth: 0 })
}

function problemsOf(
  { rule, reason, until }: Disabling,
  known: readonly string[],
  today: Date,
): readonly Problem[] {
  const problems: Problem[] = []
  if (!known.includes(rule)) {
    problems.push({
      where: '--disable',
      message: `the policy has no rule \`${rule}\``,
      hint: suggest(rule, known),
    })
  }
  if (reason.trim() === '' || reason.length > MAX_REASON) {
    problems.push({
      where: '--reason',
      message: 'is missing or too long',
      hint: `why the rule is not enforced, in at most ${MAX_REASON} characters`,
    })
  }
  if (!isDay(until) || Date.parse(until) <= today.getTime()) {
    problems.push({
      where: '--until',
      message: until === '' ? 'is missing' : `\`${until}\` is not a day in the future`,
      hint: 'such as `2027-01-31`: from then on the rule is enforced again',
    })
  }
  return problems
}

function idsOf(document: Document): readonly string[] {
  const { rules = [] } = (document.toJS() ?? {}) as { rules?: readonly { id?: unknown }[] }
  return isMap(document.contents) ? rules.map(({ id }) => String(id)) : []
}
