import { abridged } from '../../report/abridged.ts'
import { html, withCode, type Markup } from '../../report/markup.ts'
import type { Audit } from '../audit.ts'
import type { Tone } from '../matrix/cell.ts'
import type { Column, Matrix, Row } from '../matrix/matrix.ts'
import { matricesOf, matrixNotes, rulesOf, thingsInWords } from './matrix.ts'

/** Fits the width of A4. */
const COLUMNS = 4
const NAMES_IN_TITLE = 3

const KINDS: Readonly<Record<Row['kind'], string>> = {
  browser: 'With a browser',
  silent: 'With a browser, without a page',
  'refresh-token': 'With a refresh token',
  'no-browser': 'Without a browser',
  acting: 'Somebody acts for the user (session delegation, actor token)',
  exception: 'Whom exceptions name',
  'no-user': 'Without a user',
}

/** So that a cell can be told without colour and without reading. */
const MARKS: Readonly<Record<Tone, string>> = {
  ...{ open: '!', caution: '!', proven: '✓', asked: '?', safe: '×', none: '' },
}

/** What is protected, by the flows in which it can be asked for. */
export function matrices(audit: Audit): Markup {
  const { matrix } = audit
  return html`<section>
    <h2>What happens in each flow</h2>
    ${matricesOf(matrix, COLUMNS).map(drawn)}
    <p>${matrixNotes(audit).map((note) => html`<small>${note}</small><br />`)}</p>
    ${members(matrix.columns)}
  </section>`
}

function drawn({ columns, rows }: Matrix): Markup {
  const kinds = [...new Set(rows.map(({ kind }) => kind))]
  return html`<div class="scroll">
    <table class="matrix">
      <thead>
        <tr>
          <th scope="col">Flow</th>
          ${columns.map((column) => html`<th scope="col">${thingsInWords(column, NAMES_IN_TITLE)}<br /><small>${abridged(rulesOf(column), NAMES_IN_TITLE)}</small></th>`)}
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

function cell({ tone, says }: Row['cells'][number]): Markup {
  const text = says.map((line, i) => html`${i === 0 ? '' : html`<br />`}${withCode(line)}`)
  return html`<td class="${tone}"><span aria-hidden="true">${MARKS[tone]}</span> ${text}</td>`
}

/** The full list for columns whose titles name only some of it. */
function members(columns: readonly Column[]): Markup {
  const large = columns.filter(({ things }) => things.length > NAMES_IN_TITLE)
  if (large.length === 0) return html``
  return html`<h3>Everything in one column</h3>
    ${large.map(
      ({ things }) =>
        html`<ul class="members">
          ${things.map(({ protects, rules }) => html`<li>${'acr' in protects ? html`<code>${protects.acr}</code>` : html`<code>${protects.scope}</code> on ${protects.audience}`} <small>(${rules.join(' + ')})</small></li>`)}
        </ul>`,
    )}`
}
