import { findClient } from '../login/clients.ts'
import { logLogin } from '../login/login-log.ts'
import type { Tenant } from '../tenant.ts'
import { button, errorAlert, field, form } from './form.ts'
import { html } from './html.ts'
import { page } from './layout.ts'
import type { PageHandler, PageOutcome, PageRequest } from './page.ts'
import { checkPassword } from '../password-login.ts'

const WRONG = 'Wrong email or password'
const TOO_MANY = 'Your account has been blocked after multiple consecutive login attempts'

/** Asks for a name and a password. */
export const loginHandler: PageHandler = (tenant, request) => {
  const { form: sent, params } = request
  if (sent === undefined) {
    return loginPage(tenant, request, { username: textOf(params['login_hint']) })
  }
  const username = sent.get('username') ?? ''
  const connection = textOf(params['connection'])
  const checked = checkPassword(tenant, {
    username,
    password: sent.get('password') ?? '',
    connection: connection === '' ? undefined : connection,
  })
  const { clientId } = request
  switch (checked.verdict) {
    case 'too-many':
      logLogin(tenant, { type: 'limit_wc', transaction: { clientId }, description: TOO_MANY })
      return loginPage(tenant, request, { username, error: TOO_MANY })
    case 'wrong': {
      const type = checked.user === undefined ? 'fu' : 'fp'
      const userId = checked.user?.user_id
      const transaction = userId === undefined ? { clientId } : { clientId, userId }
      logLogin(tenant, { type, transaction, description: WRONG })
      return loginPage(tenant, request, { username, error: WRONG })
    }
    case 'accepted': {
      const { user } = checked
      if (user['blocked'] === true) return refuseBlocked(tenant, clientId, user.user_id)
      const timestamp = new Date(tenant.now()).toISOString()
      return { kind: 'login', userId: user.user_id, method: { name: 'pwd', timestamp } }
    }
  }
}

/** Documented: logged as `f` with this description; that it is the application that hears of it is observed. */
function refuseBlocked(tenant: Tenant, clientId: string, userId: string): PageOutcome {
  const description = 'user is blocked'
  logLogin(tenant, { type: 'f', transaction: { clientId, userId }, description })
  return { kind: 'abort', error: 'unauthorized', description }
}

function loginPage(
  tenant: Tenant,
  request: PageRequest,
  { username, error }: { readonly username: string; readonly error?: string },
): PageOutcome {
  const name = findClient(tenant, request.clientId)?.name ?? request.clientId
  const content = html`${errorAlert(error)}
  ${field(
    {
      name: 'username',
      label: 'Email address or username',
      autocomplete: 'username',
      inputMode: 'email',
      value: username,
    },
    error,
  )}
  ${field(
    {
      name: 'password',
      label: 'Password',
      autocomplete: 'current-password',
      type: 'password',
    },
    error,
  )}
  ${button('Continue')}`
  return {
    kind: 'page',
    html: page({
      title: 'Log in',
      script: 'password',
      lead: html`Log in to go on to <b>${name}</b>.`,
      body: form(request, content),
    }),
    ...(error === undefined ? {} : { status: 400 }),
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
