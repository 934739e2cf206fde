import { findClient } from '../login/clients.ts'
import { giveConsent, scopesToConsent } from '../login/consent.ts'
import { findResourceServer } from '../login/resource-servers.ts'
import type { Transaction } from '../login/transaction.ts'
import type { Tenant } from '../tenant.ts'
import { button, form } from './form.ts'
import { html } from './html.ts'
import { page } from './layout.ts'
import type { PageHandler } from './page.ts'

/** Asks whether the application may have what it asked for. */
export const consentHandler: PageHandler = (tenant, request) => {
  const { transaction, form: sent } = request
  if (transaction === undefined) return { kind: 'resume' }
  const decision = sent?.get('decision')
  if (decision === 'accept') {
    giveConsent(tenant, transaction)
    return { kind: 'resume' }
  }
  if (decision === 'decline') {
    const description = 'User did not authorize the request'
    return { kind: 'abort', error: 'access_denied', description }
  }
  const name = findClient(tenant, transaction.clientId)?.name ?? transaction.clientId
  return {
    kind: 'page',
    html: page({
      title: 'Authorize access',
      lead: html`<b>${name}</b> asks to:`,
      body: form(
        request,
        html`<ul class="scopes">
            ${describeScopes(tenant, transaction).map((text) => html`<li>${text}</li>`)}
          </ul>
          ${button('Accept', { name: 'decision', value: 'accept' })}
          ${button('Decline', { name: 'decision', value: 'decline', look: 'secondary' })}`,
      ),
    }),
  }
}

const OIDC_DESCRIPTIONS: ReadonlyMap<string, string> = new Map([
  ['openid', 'Know who you are'],
  ['profile', 'See your profile: name, nickname and picture'],
  ['email', 'See your email address'],
  ['phone', 'See your phone number'],
  ['address', 'See your address'],
  ['offline_access', 'Keep its access while you are away'],
])

/** A scope that its API does not describe is shown as it is. */
function describeScopes(tenant: Tenant, transaction: Transaction): readonly string[] {
  const { audience } = transaction
  const declared =
    (audience === undefined ? undefined : findResourceServer(tenant, audience)?.scopes) ?? []
  return scopesToConsent(transaction).map((scope) => {
    const description = declared.find(({ value }) => value === scope)?.description
    return description ?? OIDC_DESCRIPTIONS.get(scope) ?? scope
  })
}
