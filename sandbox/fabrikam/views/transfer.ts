import type { OrderForm } from '../web/order.ts'
import type { PendingOrder, Receipt } from '../web/session.ts'
import { html, type Html } from './html.ts'
import { euros } from './money.ts'
import { csrfField, page, type Visitor } from './page.ts'
import { stepList, type Step } from './steps.ts'

const RENEWED = html`<p class="notice bad" role="alert">
  Your login had expired and was renewed. Nothing was done: please enter the order again.
</p>`

/** The order form, with what was entered before and what is wrong with it. */
export function transferPage(
  visitor: Visitor,
  { to, amount, problems, isAgain = false }: OrderForm,
  aside?: Html,
): string {
  return page({
    title: 'Transfer funds',
    path: '/transfer',
    visitor,
    aside,
    body: html`${isAgain ? RENEWED : undefined}
      <p class="lead">The bank says what it needs before any money moves.</p>
      <form class="card" method="post" action="/transfer" novalidate>
        ${csrfField(visitor.csrf)}
        ${field('to', 'To', html`value="${to}" autocomplete="off" maxlength="70"`, problems.to)}
        ${field(
          'amount',
          'Amount in euros',
          html`value="${amount}" inputmode="decimal" autocomplete="off"`,
          problems.amount,
        )}
        <button>Continue</button>
      </form>`,
  })
}

/** The form that sends the used token once more. */
export function replayForm({ csrf }: Visitor): Html {
  return html`<form method="post" action="/replay">
    ${csrfField(csrf)}
    <button class="quiet">Use the same token again</button>
  </form>`
}

/** @param attributes of the input, besides those that tie it to its label and its mistake */
function field(name: string, label: string, attributes: Html, problem?: string): Html {
  const mistake = html`aria-invalid="true" aria-describedby="${name}-problem"`
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <input id="${name}" name="${name}" required ${attributes} ${problem && mistake} />
    ${problem && html`<p class="problem" id="${name}-problem">${problem}</p>`}
  </div>`
}

/** The first act: the bank has refused, and the customer decides whether to go on. */
export function refusedPage(
  visitor: Visitor,
  { to, amount }: PendingOrder,
  { steps, aside }: { readonly steps: readonly Step[]; readonly aside: Html | undefined },
): string {
  return page({
    title: 'The bank asks for more',
    path: '/transfer',
    visitor,
    aside,
    body: html`<p class="notice bad" role="status">
        403: your login is not enough to move ${euros(amount)} to ${to}. Nothing was done yet.
      </p>
      <form method="post" action="/transfer/authorize">
        ${csrfField(visitor.csrf)}
        <button>Confirm with a second factor</button>
      </form>
      ${stepList(steps)}`,
  })
}

/** How a transfer ended. */
export function receiptPage(
  visitor: Visitor,
  { order, result }: Receipt,
  { steps, aside }: { readonly steps: readonly Step[]; readonly aside: Html | undefined },
): string {
  const money = euros(order.amount)
  const outcome =
    result.outcome === 'done'
      ? html`<p class="notice good" role="status">
          ${money} went to ${order.to}. The reference is <code>${result.id}</code>. Your everyday
          account has ${euros(result.balance)} left.
        </p>`
      : html`<p class="notice bad" role="alert">${result.message}</p>`
  return page({
    title: result.outcome === 'done' ? 'Transfer done' : 'Transfer not done',
    path: '/transfer',
    visitor,
    aside,
    body: html`${outcome}
      <p><a class="button" href="/transfer">Another transfer</a></p>
      ${stepList(steps)}`,
  })
}
