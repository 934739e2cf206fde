import { failurePage } from '../pages/plain-pages.ts'
import { readForm, type Exchange } from '../request.ts'
import type { Tenant } from '../tenant.ts'
import type { PageResult } from './browser-transaction.ts'
import { EXPIRED, interactionOf, openTransactionOf, showPage } from './interactions.ts'
import { toFields } from './parameters.ts'
import { providerOf } from './provider.ts'

/**
 * Sends the user to where an Action wants them, and takes them back with the `state` that they were sent with.
 *
 * @see https://auth0.com/docs/customize/actions/explore-triggers/signup-and-login-triggers/login-trigger/redirect-with-actions
 */
export async function serveContinue(tenant: Tenant, exchange: Exchange): Promise<void> {
  const { message, response, request } = exchange
  const interaction = await interactionOf(tenant, exchange)
  const transaction = interaction === undefined ? undefined : openTransactionOf(tenant, interaction)
  const form = request.method === 'POST' ? readForm(request) : new URLSearchParams()
  const redirect = transaction?.redirect
  if (transaction === undefined || redirect === undefined) {
    showPage(response, 400, failurePage('invalid_request', EXPIRED))
    return
  }
  if (request.query.get('leave') === interaction?.uid) {
    const url = new URL(redirect.url)
    url.searchParams.set('state', redirect.state)
    response.writeHead(302, { location: url.href, 'cache-control': 'no-store' }).end()
    return
  }
  if ((form.get('state') ?? request.query.get('state')) !== redirect.state) {
    showPage(response, 400, failurePage('invalid_request', 'The state parameter does not match.'))
    return
  }
  transaction.redirect = undefined
  transaction.continuation = {
    method: request.method,
    ip: message.socket.remoteAddress ?? '',
    userAgent: request.headers['user-agent'] ?? '',
    query: toFields(request.query),
    body: toFields(form),
  }
  const result: PageResult = { transactionId: transaction.id }
  await providerOf(tenant).interactionFinished(message, response, { post_login: result })
}
