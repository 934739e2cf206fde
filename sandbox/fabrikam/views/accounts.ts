import type { Account } from '../web/banking.ts'
import { html } from './html.ts'
import { euros } from './money.ts'
import { page, type Visitor } from './page.ts'
import { stepList, type Step } from './steps.ts'

/** What the everyday scope is enough for. */
export function accountsPage(
  visitor: Visitor,
  accounts: readonly Account[],
  steps: readonly Step[],
): string {
  const rows = accounts.map(
    ({ name, balance }) =>
      html`<tr>
        <th scope="row">${name}</th>
        <td class="amount">${euros(balance)}</td>
      </tr>`,
  )
  return page({
    title: 'Accounts',
    path: '/accounts',
    visitor,
    body: html`<table>
        <thead>
          <tr>
            <th scope="col">Account</th>
            <th scope="col" class="amount">Balance</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
      <p><a class="button" href="/transfer">Transfer funds</a></p>
      ${stepList(steps)}`,
  })
}
