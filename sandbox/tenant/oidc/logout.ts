import { failurePage, messagePage } from '../pages/plain-pages.ts'
import { readForm, type Exchange } from '../request.ts'
import type { Tenant } from '../tenant.ts'
import { findClient, isAllowedUrl, listOf } from '../login/clients.ts'
import { LONG_COOKIE } from './cookies.ts'
import { showPage } from './interactions.ts'
import { logLogin } from '../login/login-log.ts'
import { verifyOwnToken } from '../login/own-token.ts'
import { providerOf } from './provider.ts'

/** Documented: an ID token serves as a hint after it has expired too. */
const ANY_AGE_SECONDS = Number.MAX_SAFE_INTEGER

/**
 * Ends the session of the browser and goes back to the application, for both of Auth0's logouts. Tokens that have
 * been issued stay valid.
 *
 * @see https://auth0.com/docs/authenticate/login/logout/log-users-out-of-auth0
 */
export async function serveLogout(tenant: Tenant, exchange: Exchange): Promise<void> {
  const { response, request } = exchange
  const given = request.method === 'POST' ? readForm(request) : request.query
  const isOidc = request.path === '/oidc/logout'
  const returnTo = given.get(isOidc ? 'post_logout_redirect_uri' : 'returnTo')
  const clientId = given.get('client_id') ?? (await clientOfHint(tenant, given))
  const allowed = allowedLogoutUrls(tenant, clientId)
  const isAllowed = returnTo === null || isAllowedUrl(allowed, returnTo.replace(/[?#].*$/s, ''))
  const target = returnTo ?? allowed[0]
  // The lists of allowed URLs take any text.
  if (!isAllowed || (target !== undefined && !URL.canParse(target))) {
    const reason = `The logout URL ${target} is not allowed`
    showPage(response, 400, failurePage('invalid_request', reason))
    return
  }
  await endSession(tenant, exchange, clientId)
  if (target === undefined) {
    showPage(response, 200, messagePage('Logged out', 'You can close this window.'))
    return
  }
  const url = new URL(target)
  const state = given.get('state')
  if (isOidc && state !== null) url.searchParams.set('state', state)
  response.writeHead(302, { location: url.href, 'cache-control': 'no-store' }).end()
}

async function clientOfHint(tenant: Tenant, given: URLSearchParams): Promise<string | undefined> {
  const hint = given.get('id_token_hint') ?? ''
  const claims = await verifyOwnToken(tenant, hint, { clockTolerance: ANY_AGE_SECONDS })
  return typeof claims?.aud === 'string' ? claims.aud : undefined
}

/** Documented: those of the client if the request names one, otherwise those of the tenant. */
function allowedLogoutUrls(tenant: Tenant, clientId: string | undefined): readonly string[] {
  if (clientId === undefined) return listOf(tenant.store.state.settings, 'allowed_logout_urls')
  const client = findClient(tenant, clientId)
  return client === undefined ? [] : listOf(client, 'allowed_logout_urls')
}

async function endSession(
  tenant: Tenant,
  { message, response }: Exchange,
  clientId: string | undefined,
): Promise<void> {
  const provider = providerOf(tenant)
  const context = provider.createContext(message, response) as Parameters<
    typeof provider.Session.get
  >[0]
  const session = await provider.Session.get(context)
  if (session.accountId === undefined) return
  tenant.oidc.sessions.delete(session.uid)
  await session.destroy()
  context.cookies.set(provider.cookieName('session'), null, LONG_COOKIE)
  logLogin(tenant, {
    type: 'slo',
    transaction: {
      userId: session.accountId,
      ...(clientId === undefined ? {} : { clientId }),
    },
  })
}
