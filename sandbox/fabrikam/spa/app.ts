import { AuthenticationError, GenericError } from '@auth0/auth0-spa-js'
import { Problem, readAccounts, sendTransfer } from './banking.ts'
import { loadConfig } from './config.ts'
import { askInPopup, newLogin, readAmr } from './logins.ts'
import { addStep, element, hideNotice, showAccounts, showNotice, showVisitor } from './page.ts'

const config = await loadConfig()
const login = newLogin(config)

await attempt(finishLogin)
const user = await login.getUser()
showVisitor(user && (user.email ?? user.sub ?? ''))

onClick('login', () => login.loginWithRedirect())
onClick('logout', () => login.logout({ logoutParams: { returnTo: location.origin } }))
onClick('show-accounts', showMyAccounts)
onClick('renew', renew)
onClick('try-silently', trySilently)
element('transfer').addEventListener('submit', (event) => {
  event.preventDefault()
  void attempt(transfer)
})

async function finishLogin(): Promise<void> {
  const answer = new URLSearchParams(location.search)
  if (!answer.has('state') || !(answer.has('code') || answer.has('error'))) return
  try {
    await login.handleRedirectCallback()
  } finally {
    history.replaceState(undefined, '', '/')
  }
  const claims = await login.getIdTokenClaims()
  addStep('Login by redirect', { amr: readAmr(claims ?? {}) })
}

async function showMyAccounts(): Promise<void> {
  const { accessToken, amr } = await askInPopup(config, 'read:accounts')
  showAccounts(await readAccounts(config, accessToken))
  addStep('Accounts, with a token from a popup', { Scope: scopesOf(accessToken), amr })
}

async function transfer(): Promise<void> {
  const form = new FormData(element('transfer') as HTMLFormElement)
  const order = { to: textOf(form, 'to'), amount: Number(textOf(form, 'amount')) }
  const { accessToken, amr, subject } = await askInPopup(config, 'transfer:funds')
  if (subject !== user?.sub) {
    throw new Problem('Somebody else has logged in than who gave the order. No money was moved.')
  }
  addStep('High-value token, used once and thrown away', { Scope: scopesOf(accessToken), amr })
  const reference = await sendTransfer(config, accessToken, order)
  addStep('Transfer', { Reference: reference })
  showNotice('good', `The money went to ${order.to}. The reference is ${reference}.`)
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value : ''
}

async function renew(): Promise<void> {
  const renewed = await login.getTokenSilently({ cacheMode: 'off', detailedResponse: true })
  const claims = await login.getIdTokenClaims()
  // `scope` is left out of an answer that grants what was asked for.
  addStep('Login renewed by refresh token', {
    Scope: renewed?.scope ?? 'as asked for',
    amr: readAmr(claims ?? {}),
  })
}

async function trySilently(): Promise<void> {
  const { audience } = config
  const token = await login.getTokenSilently({
    cacheMode: 'off',
    authorizationParams: { audience, scope: 'transfer:funds' },
  })
  addStep('A token without asking', { Scope: scopesOf(token ?? '') })
}

function onClick(id: string, action: () => Promise<void>): void {
  element(id).addEventListener('click', () => void attempt(action))
}

/** Runs an action with nothing else to click, and says in words why it failed. */
async function attempt(action: () => Promise<void>): Promise<void> {
  hideNotice()
  const buttons = [...document.querySelectorAll('button')]
  for (const button of buttons) button.disabled = true
  try {
    await action()
  } catch (error) {
    showNotice('bad', wordsFor(error))
  } finally {
    for (const button of buttons) button.disabled = false
  }
}

function wordsFor(error: unknown): string {
  if (error instanceof Problem) return error.message
  if (error instanceof AuthenticationError || error instanceof GenericError) {
    return `The login service said: ${error.error_description} (${error.error})`
  }
  return 'The bank or the login service cannot be reached. Please try again later.'
}

/** Only to show them: whether the token is good, the API says. */
function scopesOf(accessToken: string): readonly string[] {
  try {
    const [, payload = ''] = accessToken.split('.')
    const text = atob(payload.replaceAll('-', '+').replaceAll('_', '/'))
    const { scope } = JSON.parse(text) as { readonly scope?: string }
    return (scope ?? '').split(' ')
  } catch {
    return []
  }
}
