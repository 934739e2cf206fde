import { answerDevice } from '../mfa/out-of-band.ts'
import type { Message } from '../mfa/message.ts'
import { inboxPage } from '../pages/inbox-page.ts'
import { failurePage } from '../pages/plain-pages.ts'
import { readForm, type Exchange } from '../request.ts'
import type { Tenant } from '../tenant.ts'
import { showPage } from './interactions.ts'

/**
 * The inbox of all users, newest first: the messages that would have left the tenant, and the questions to devices with
 * their buttons. A page for people, JSON for tests. No tenant of Auth0 has it.
 */
export function serveInbox(tenant: Tenant, exchange: Exchange): void {
  const { request, response } = exchange
  const [, , , id] = request.path.split('/')
  const isForPeople = request.headers['accept']?.includes('text/html') === true
  if (id !== undefined) {
    const answer = request.method === 'POST' ? readForm(request).get('answer') : null
    const isAnswered =
      (answer === 'approved' || answer === 'rejected') && answerDevice(tenant, id, answer)
    if (!isAnswered) {
      showPage(response, 404, failurePage('not_found', 'There is no such question to answer.'))
      return
    }
    const headers = isForPeople ? { location: '/sandbox/inbox' } : {}
    response.writeHead(isForPeople ? 303 : 204, headers).end()
    return
  }
  const messages = tenant.oidc.inbox.toReversed()
  if (isForPeople) {
    showPage(response, 200, inboxPage(messages, tenant.now()))
    return
  }
  const body = JSON.stringify(messages.map(shown))
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(body)
}

function shown({ sentAtMs, expiresAtMs, ...message }: Message): object {
  return {
    ...message,
    sentAt: new Date(sentAtMs).toISOString(),
    expiresAt: new Date(expiresAtMs).toISOString(),
  }
}
