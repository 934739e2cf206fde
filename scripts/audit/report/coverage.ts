import type { Audit } from '../audit.ts'
import type { CoveredScope } from '../findings/coverage.ts'
import { counted, grouped } from '../../report/counts.ts'

/** Scopes of one audience that the policy treats alike. */
export interface CoverageRow {
  readonly audience: string
  readonly standing: CoveredScope['standing']
  /** The standing in words. */
  readonly says: string
  readonly scopes: readonly string[]
}

/** The coverage of a tenant, the scopes that the policy treats alike put together. */
export function coverageRows(audit: Audit): readonly CoverageRow[] {
  const { coverage } = audit
  const rows = new Map<string, CoverageRow>()
  for (const each of coverage) {
    const { audience, standing, scope } = each
    const says = standingInWords(each, audit)
    const key = JSON.stringify([audience, says])
    const scopes = [...(rows.get(key)?.scopes ?? []), scope]
    rows.set(key, { audience, standing, says, scopes })
  }
  const order = ['protected', 'not-enforced', 'looks-high-value', 'everyday']
  const audiences = [...new Set(coverage.map(({ audience }) => audience))]
  return [...rows.values()].toSorted(
    (a, b) =>
      audiences.indexOf(a.audience) - audiences.indexOf(b.audience) ||
      order.indexOf(a.standing) - order.indexOf(b.standing),
  )
}

/** By which words the audit tells scopes that look high-value. */
export function wordsInWords({ highValueWords }: Audit): string {
  const words = highValueWords.map((word) => `"${word}"`).join(', ')
  return words === '' ? 'No word is taken to be high-value.' : `High-value words: ${words}.`
}

/** How many scopes there are of each standing. */
export function coverageInWords(audit: Audit): string {
  const { coverage } = audit
  const count = (standing: CoveredScope['standing']) =>
    grouped(coverage.filter((each) => each.standing === standing).length)
  const notEnforced = count('not-enforced')
  return [
    `${count('protected')} of ${counted(coverage.length, 'scope')} ${isRunning(audit) ? 'protected' : 'named by rules'}`,
    ...(notEnforced === '0' ? [] : [`${notEnforced} by rules that are not enforced yet`]),
    `${count('looks-high-value')} without a rule although they look high-value`,
    `${count('everyday')} everyday`,
  ].join(', ')
}

/** What rules are to the things that they protect: no more than names where what they say is not known to run. */
export function protectedBy(rules: readonly string[], audit: Audit): string {
  return `${isRunning(audit) ? 'protected' : 'named'} by ${rules.join(' + ')}`
}

function isRunning({ matrix }: Audit): boolean {
  return matrix.running.state === 'as-audited'
}

function standingInWords(covered: CoveredScope, audit: Audit): string {
  switch (covered.standing) {
    case 'protected':
      return protectedBy(covered.rules, audit)
    case 'looks-high-value':
      return `no rule, although "${covered.word}" looks high-value`
    case 'not-enforced':
      return `not enforced until ${covered.until}: ${covered.rules.join(' + ')}`
    case 'everyday':
      return covered.reason === undefined
        ? 'everyday: no rule, and no high-value word in its name'
        : `everyday: listed as such (${covered.reason})`
  }
}
