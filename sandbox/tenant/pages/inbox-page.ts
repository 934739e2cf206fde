import type { Message } from '../mfa/message.ts'
import { button } from './form.ts'
import { html, type Html } from './html.ts'
import { page } from './layout.ts'

const CHANNEL_NAMES: Readonly<Record<Message['channel'], string>> = {
  sms: 'Text message',
  voice: 'Call',
  email: 'Email',
  push: 'Push notification',
}

/** What the tenant has sent to its users, newest first. */
export function inboxPage(messages: readonly Message[], nowMs: number): string {
  return page({
    title: 'Inbox',
    lead: 'What this tenant has sent to its users. Nothing of it has left the sandbox.',
    body:
      messages.length === 0
        ? html`<p>There are no messages. Reload this page when one has been sent.</p>`
        : html`<ul class="messages">
            ${messages.map((message) => entry(message, nowMs))}
          </ul>`,
  })
}

function entry(message: Message, nowMs: number): Html {
  const { channel, to, text, sentAtMs } = message
  return html`<li>
    <p><b>${CHANNEL_NAMES[channel]}</b> to ${to}, ${new Date(sentAtMs).toISOString()}</p>
    <p>${text}</p>
    ${stateOf(message, nowMs)}
  </li>`
}

function stateOf({ id, answer, isSpent, expiresAtMs }: Message, nowMs: number): Html | undefined {
  if (isSpent) return html`<p class="detail">It has been used.</p>`
  if (answer === 'rejected') return html`<p class="detail">It has been rejected.</p>`
  if (nowMs >= expiresAtMs) return html`<p class="detail">It has expired.</p>`
  if (answer === 'approved') return html`<p class="detail">It has been approved.</p>`
  if (answer === undefined) return undefined
  return html`<form method="post" action="/sandbox/inbox/${id}">
    ${button('Approve', { name: 'answer', value: 'approved' })}
    ${button('Reject', { name: 'answer', value: 'rejected', look: 'secondary' })}
  </form>`
}
