import { abridged, firstOf } from '../../report/abridged.ts'
import { html, withCode, type Markup } from '../../report/markup.ts'
import type { Audit } from '../audit.ts'
import type { Column, Row } from '../matrix/matrix.ts'
import { notRunning } from '../verdict.ts'

const NAMES = 3
const COLUMNS = 3

/** The first screen: what is protected, how, where not, on which bytes, and what was not checked. */
export function glance(audit: Audit): Markup {
  const { policy, bundle, provenance, cannotSee } = audit
  const commit = provenance.commit === undefined ? [] : [`commit ${short(provenance.commit.id)}`]
  return html`<dl class="glance">
    <dt>Protected</dt>
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

function protectedInWords({ matrix }: Audit): readonly string[] {
  const { columns, rows, running } = matrix
  if (running.state !== 'as-audited') return [notRunning(running)]
  const shown = columns.slice(0, COLUMNS).map((column, i) => {
    const [browser = [], ...others] = rows.flatMap(({ kind, cells }) =>
      kind === 'exception' || kind === 'no-user' ? [] : [statementsIn(cells[i])],
    )
    const elsewhere = [...new Set(others.flatMap(([first = '–']) => first))]
    const rest = elsewhere.filter((line) => line !== '–' && !browser.includes(line))
    const otherwise = rest.length === 0 ? '' : `; elsewhere ${rest.join(', ')}`
    return `${namesOf(column)}: ${browser.slice(0, 2).join(', ')}${otherwise}`
  })
  const more = columns.length - COLUMNS
  return more > 0 ? [...shown, `and ${more} more columns of the matrix below`] : shown
}

// Without the headings of what depends on the confidence, of which the matrix tells.
function statementsIn(cell: Row['cells'][number] | undefined): readonly string[] {
  return (cell?.says ?? []).filter((line) => !line.endsWith(':'))
}

function namesOf({ things }: Column): string {
  const names = things.map(({ protects }) => ('acr' in protects ? protects.acr : protects.scope))
  return abridged(
    names.map((name) => `\`${name}\``),
    NAMES,
  )
}

function whereNot({ matrix: { columns, rows, running } }: Audit): readonly string[] {
  if (running.state !== 'as-audited') return [notRunning(running)]
  const open = columns.flatMap((column, i) => {
    const titles = rows.filter(({ cells }) => cells[i]?.tone === 'open').map(({ title }) => title)
    if (titles.length === 0) return []
    return [`${namesOf(column)}: ${abridged(titles, NAMES)}`]
  })
  if (open.length === 0) return ['nowhere: no flow that was looked at issues it without MFA']
  const { shown, rest } = firstOf(open, COLUMNS, 'columns')
  return [...shown, ...rest]
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
