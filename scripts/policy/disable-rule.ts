import { isMap, parseDocument, type Document } from 'yaml'
import { UserError } from '../terminal/user-error.ts'
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
 * @throws UserError when the rule or the day makes no sense
 */
export function disableRule(text: string, disabling: Disabling, today: Date): string {
  const { rule, reason, until } = disabling
  const document = parseDocument(text)
  const index = indexOf(document, rule)
  if (reason.trim() === '' || reason.length > MAX_REASON) {
    throw new UserError({
      where: '--reason',
      message: 'is missing or too long',
      hint: `why the rule is not enforced, in at most ${MAX_REASON} characters`,
    })
  }
  if (!/^\d{4}-\d{2}-\d{2}$/.test(until) || !(Date.parse(until) > today.getTime())) {
    throw new UserError({
      where: '--until',
      message: `\`${until}\` is not a day in the future`,
      hint: 'such as `2027-01-31`: from then on the rule is enforced again',
    })
  }
  document.setIn(['rules', index, 'report'], { until, reason: reason.trim() })
  return document.toString({ lineWidth: 0 })
}

function indexOf(document: Document, rule: string): number {
  const { rules = [] } = (document.toJS() ?? {}) as { rules?: readonly { id?: unknown }[] }
  const ids = isMap(document.contents) ? rules.map(({ id }) => String(id)) : []
  const index = ids.indexOf(rule)
  if (index >= 0) return index
  throw new UserError({
    where: '--disable',
    message: `the policy has no rule \`${rule}\``,
    hint: suggest(rule, ids),
  })
}
