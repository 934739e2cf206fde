import type { Audit } from '../audit.ts'
import type { WayInTenant, WayVerdict } from '../tenant/ways.ts'
import { abridged } from '../../report/abridged.ts'
import { html, withCode, type Markup } from '../../report/markup.ts'

const NAMES = 8

const VERDICTS: Readonly<Record<WayVerdict, string>> = {
  challenged: 'in a browser: challenged as the rules say',
  answered: 'no browser: answered as the rules say',
  continues: 'ends a challenge that another way began',
  'as-its-flow': 'as the way that it uses',
  'no-action': 'no Action of post-login is documented to run: the rules do not reach it',
  'no-token': 'brings no token for an API of the tenant',
}

/** Every way to a token that is documented, what the rules are worth on it, and who has it. */
export function ways({ ways: all }: Audit): Markup {
  return html`<section>
    <h2>Every way to a token</h2>
    <div class="scroll">
      <table class="coverage">
        <thead>
          <tr>
            <th scope="col">Way</th>
            <th scope="col">What becomes of a protected scope</th>
            <th scope="col">Open in</th>
          </tr>
        </thead>
        <tbody>
          ${all.map(
            (way) =>
              html`<tr>
                <th scope="row"><a href="${way.source}">${withCode(way.name)}</a></th>
                <td>${VERDICTS[way.verdict]}</td>
                <td>${openIn(way)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`
}

function openIn({ clients, seen }: WayInTenant): string {
  if (clients === 'every') return 'every client'
  if (seen === 'nothing') return 'not looked at'
  const names = clients.length === 0 ? 'none' : abridged(clients, NAMES)
  return seen === 'all' ? names : `${names}, of those that were seen`
}
