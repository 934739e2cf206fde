import { abridged } from '../../report/abridged.ts'
import { html, withCode, type Markup } from '../../report/markup.ts'
import type { Audit } from '../audit.ts'
import { thingsInWords } from './matrix.ts'

const NAMES = 3
const COLUMNS = 3

/** The first screen: what is protected, how, where not, on which bytes, and what was not checked. */
export function glance(audit: Audit): Markup {
  const { policy, bundle, provenance, cannotSee } = audit
  const commit = provenance.commit === undefined ? [] : [`commit ${short(provenance.commit.id)}`]
  return html`<dl class="glance">
    <dt>Protected in a browser</dt>
    <dd>${lines(protectedInWords(audit))}</dd>
    <dt>Where not</dt>
    <dd>${lines(whereNot(audit))}</dd>
    <dt>On which bytes</dt>
    <dd>
      ${lines([[...commit, `policy file ${short(policy.fileSha256)}`, `bundle ${short(bundle.sha256)}`, deployedInShort(audit)].join(', ')])}
    </dd>
    <dt>Not checked</dt>
    <dd>
      ${lines([...notLookedAt(audit), `what no audit sees: ${cannotSee.length} points, listed below`])}
    </dd>
  </dl>`
}

function lines(sentences: readonly string[]): readonly Markup[] {
  return sentences.map((sentence, i) => html`${i === 0 ? '' : html`<br />`}${withCode(sentence)}`)
}

function protectedInWords({ matrix, verdict }: Audit): readonly string[] {
  const { columns, rows, running } = matrix
  if (running.state !== 'as-audited') return [verdict.headline]
  const [browser] = rows
  const shown = columns.slice(0, COLUMNS).map((column, i) => {
    const says = browser?.cells[i]?.says.join(', ') ?? ''
    return `${thingsInWords(column, NAMES)}: ${says}`
  })
  const more = columns.length - COLUMNS
  return more > 0 ? [...shown, `and ${more} more columns of the matrix below`] : shown
}

function whereNot({ matrix: { rows, running } }: Audit): readonly string[] {
  if (running.state === 'unknown') return [`not known: ${running.why}`]
  const open = rows.filter(({ cells }) => cells.some(({ tone }) => tone === 'open'))
  if (open.length === 0) return ['nowhere: no flow that was looked at issues it without MFA']
  const titles = open.map(({ title }) => title)
  return [
    `issued without MFA: ${titles.length === rows.length ? 'everywhere' : abridged(titles, NAMES)}`,
  ]
}

function notLookedAt({ tenant, exhaustive }: Audit): readonly string[] {
  return [
    ...(tenant.kind === 'tenant' ? [] : [`the tenant itself: only ${tenant.file} was read`]),
    ...(exhaustive.depth === 'quick' ? ['most cases: this was a quick look, and no proof'] : []),
  ]
}

function deployedInShort({ deployed }: Audit): string {
  switch (deployed.state) {
    case 'same':
      return 'which is deployed'
    case 'different':
      return 'while other code is deployed'
    case 'missing':
      return 'which is not deployed'
    case 'not-looked-at':
      return 'whether it is deployed was not looked at'
  }
}

function short(digest: string): string {
  return digest.slice(0, 12)
}
