import type { Audit } from '../audit.ts'
import type { Path, ProtectedPaths } from '../paths/path.ts'
import { abridged } from '../../report/abridged.ts'
import { askedFor, columnsOf, rulesOf, titleOf, type Column } from './columns.ts'
import { html, withCode, type Markup } from '../../report/markup.ts'
import { MATRIX_NOTES, matricesOf, type Matrix } from './matrix.ts'
import { outcomeInWords } from './outcome-words.ts'
import { callInWords } from './words.ts'

/** Fits the width of A4. */
const COLUMNS = 4
const NAMES_IN_TITLE = 3

const KINDS: Readonly<Record<Path['kind'], string>> = {
  browser: 'With a browser',
  silent: 'With a browser, without a page',
  'refresh-token': 'With a refresh token',
  'no-browser': 'Without a browser',
  'no-user': 'Without a user',
}

/** What is protected, by the flows in which it can be asked for. */
export function matrices({ paths }: Audit): Markup {
  return html`<section>
    <h2>What happens in each flow</h2>
    ${matricesOf(columnsOf(paths), COLUMNS).map(matrix)}
    <p>${MATRIX_NOTES.map((note) => html`<small>${note}</small><br />`)}</p>
  </section>`
}

function matrix({ columns, rows }: Matrix): Markup {
  const kinds = [...new Set(rows.map(({ kind }) => kind))]
  return html`<div class="scroll">
    <table class="matrix">
      <thead>
        <tr>
          <th scope="col">Flow</th>
          ${columns.map((column) => html`<th scope="col">${abridged(rulesOf(column), NAMES_IN_TITLE)}<br /><small>${protectedInShort(column)}</small></th>`)}
        </tr>
      </thead>
      ${kinds.map(
        (kind) =>
          html`<tbody>
            <tr>
              <th scope="rowgroup" colspan="${columns.length + 1}" class="group">${KINDS[kind]}</th>
            </tr>
            ${rows
              .filter((row) => row.kind === kind)
              .map(
                ({ title, cells }) =>
                  html`<tr>
                    <th scope="row">${withCode(title)}</th>
                    ${cells.map(cell)}
                  </tr> `,
              )}
          </tbody> `,
      )}
    </table>
  </div> `
}

function cell(path: Path): Markup {
  const { tone, mark, text } = outcomeInWords(path)
  return html`<td class="${tone}"><span aria-hidden="true">${mark}</span> ${text}</td>`
}

function protectedInShort({ members: [first, ...more] }: Column): string {
  if ('acr' in first) return first.acr
  const { audience, scopes } = first
  return more.length === 0
    ? `${abridged(scopes, NAMES_IN_TITLE)} on ${audience}`
    : abridged(scopesIn([first, ...more]), NAMES_IN_TITLE)
}

function scopesIn(members: readonly ProtectedPaths[]): readonly string[] {
  return members.flatMap((member) => ('acr' in member ? member.acr : member.scopes))
}

function protectedBy(member: ProtectedPaths): string {
  return 'acr' in member ? member.acr : `${member.scopes.join(' ')} on ${member.audience}`
}

/** Every way to ask for each protected scope or acr value, with the calls that the bundle made. */
export function everyPath({ paths }: Audit): Markup {
  return html`<section>
    <h2>Every path</h2>
    ${columnsOf(paths).map(pathsOf)}
  </section>`
}

function pathsOf(column: Column): Markup {
  const { members, paths } = column
  const [first] = members
  return html`<h3>
      ${abridged(rulesOf(column), NAMES_IN_TITLE)}${members.length === 1 ? `: ${protectedBy(first)}` : ''}
    </h3>
    ${members.length === 1 ? '' : memberList(members)}
    ${scopesIn(members).length === 1 ? '' : html`<p>All of them fare alike; the calls are those made for <code>${askedFor(column)}</code>.</p>`}
    <div class="scroll">
      <table class="paths">
        <thead>
          <tr>
            <th scope="col">Flow</th>
            <th scope="col">What happens</th>
            <th scope="col">Calls of the Action</th>
          </tr>
        </thead>
        <tbody>
          ${paths.filter(({ outcome }) => outcome.kind !== 'impossible').map(pathRow)}
        </tbody>
      </table>
    </div> `
}

function memberList(members: readonly ProtectedPaths[]): Markup {
  return html`<ul class="members">
    ${members.map((member) => html`<li><code>${titleOf(member)}</code>: ${protectedBy(member)}</li>`)}
  </ul>`
}

function pathRow(path: Path): Markup {
  const { title, calls, kind } = path
  const made = calls.map((call) => html`<code>${callInWords(call)}</code><br />`)
  const none = kind === 'no-user' ? 'no Action runs' : 'none'
  return html`<tr>
    <th scope="row">${withCode(title)}</th>
    ${cell(path)}
    <td>${calls.length === 0 ? none : made}</td>
  </tr> `
}
