import { abridged, firstOf } from '../../report/abridged.ts'
import { html, withCode, type Markup } from '../../report/markup.ts'
import type { Audit } from '../audit.ts'
import type { Column, Row } from '../matrix/matrix.ts'
import { notRunning } from '../verdict.ts'

const NAMES = 3
const COLUMNS = 3

/** The first screen: what is protected, how, where not, on which bytes, and what was not checked. */
export function glance(audit: Audit): Markup {
  const { policy, bundle, code, provenance, cannotSee } = audit
  const commit = provenance.commit === undefined ? [] : [`commit ${short(provenance.commit.id)}`]
  const isBuilt = code.sha256 === bundle.sha256
  const audited = isBuilt ? [] : [`audited ${code.name} ${short(code.sha256)}`]
  return html`<dl class="glance">
    <dt>Protected</dt>
    <dd>${lines(protectedInWords(audit))}</dd>
    <dt>Where not</dt>
    <dd>${lines(whereNot(audit))}</dd>
    <dt>On which bytes</dt>
    <dd>
      ${lines([[...commit, `policy file ${short(policy.fileSha256)}`, ...audited, `bundle ${short(bundle.sha256)}`, deployedInShort(audit)].join(', ')])}
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
  const inBrowser = rows.find(({ kind }) => kind !== 'exception' && kind !== 'no-user')
  const sentences = columns.flatMap((column, i) => {
    if (inBrowser?.cells[i]?.tone === 'open') return []
    const [browser = [], ...others] = rows.flatMap(({ kind, cells }) =>
      kind === 'exception' || kind === 'no-user' ? [] : [statementsIn(cells[i])],
    )
    const elsewhere = [...new Set(others.flatMap(([first = '–']) => first))]
    const rest = elsewhere.filter((line) => line !== '–' && !browser.includes(line))
    const otherwise = rest.length === 0 ? '' : `; elsewhere ${rest.join(', ')}`
    return [`${namesOf(column)}: ${browser.slice(0, 2).join(', ')}${otherwise}`]
  })
  if (sentences.length === 0) return ['nothing: no rule is enforced yet']
  const { shown, rest } = firstOf(sentences, COLUMNS, 'columns')
  return [...shown, ...rest]
}

// Without the headings of what depends on the confidence, of which the matrix tells.
function statementsIn(cell: Row['cells'][number] | undefined): readonly string[] {
  return (cell?.says ?? []).filter((line) => !line.endsWith(':'))
}

// With the API, as the same scope of another one may be protected otherwise.
function namesOf({ things }: Column): string {
  const names = new Map<string, string[]>()
  for (const { protects } of things) {
    const [place, name] =
      'acr' in protects ? ['', protects.acr] : [` on \`${protects.audience}\``, protects.scope]
    names.set(place, [...(names.get(place) ?? []), `\`${name}\``])
  }
  return [...names].map(([place, list]) => `${abridged(list, NAMES)}${place}`).join('; ')
}

function whereNot({ matrix: { columns, rows, running }, verdict }: Audit): readonly string[] {
  if (running.state !== 'as-audited') return [notRunning(running)]
  const open = columns.flatMap((column, i) => {
    const titles = rows.filter(({ cells }) => cells[i]?.tone === 'open').map(({ title }) => title)
    if (titles.length === 0) return []
    return [`${namesOf(column)}: ${abridged(titles, NAMES)}`]
  })
  if (open.length === 0) {
    return verdict.errors + verdict.warnings === 0
      ? ['nowhere: no flow that was looked at issues it without MFA']
      : ['nowhere as far as the rules go; the findings may tell of ways around them']
  }
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
