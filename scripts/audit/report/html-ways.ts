import type { Audit } from '../audit.ts'
import { html, withCode, type Markup } from '../../report/markup.ts'
import { WAY_HEADS, wayRows } from './ways.ts'

/** Every way to a token that is documented, what the rules are worth on it, and who has it. */
export function ways(audit: Audit): Markup {
  return html`<section>
    <h2>Every way to a token</h2>
    <div class="scroll">
      <table class="coverage">
        <thead>
          <tr>
            ${WAY_HEADS.map((head) => html`<th scope="col">${head}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${wayRows(audit).map(
            ([way, becomes, openIn]) =>
              html`<tr>
                <th scope="row"><a href="${way.source}">${withCode(way.name)}</a></th>
                <td>${becomes}</td>
                <td>${openIn}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`
}
