import { html, type Html } from './html.ts'
import { euros } from './money.ts'
import { page, type Visitor } from './page.ts'
import { stepList, type Step } from './steps.ts'

const SALARIES = [
  ['Ada', 'Engineering', 84_000],
  ['Bob', 'Payments', 61_500],
  ['Grace', 'Board', 132_000],
] as const

/** What nobody sees without a second factor. */
export function salaryPage(visitor: Visitor, steps: readonly Step[], aside?: Html): string {
  const rows = SALARIES.map(
    ([name, department, salary]) =>
      html`<tr>
        <th scope="row">${name}</th>
        <td>${department}</td>
        <td class="amount">${euros(salary)}</td>
      </tr>`,
  )
  return page({
    title: 'Salaries',
    path: '/salary',
    aside,
    visitor,
    body: html`<table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Department</th>
            <th scope="col" class="amount">A year</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
      ${stepList(steps)}`,
  })
}
