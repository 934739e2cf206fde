import {
  AuthenticationError,
  GenericError,
  MfaRequiredError,
  PopupCancelledError,
  PopupOpenError,
  PopupTimeoutError,
} from '@auth0/auth0-spa-js'
import { Problem, readAccounts, sendTransfer, type Order } from './banking.ts'
import { loadConfig } from './config.ts'
import { askInFrame, askInPopup, newLogin, readAmr } from './logins.ts'
import {
  addStep,
  answerBeside,
  element,
  explainWindow,
  hideNotice,
  showAccounts,
  showNotice,
  showVisitor,
} from './page.ts'

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
onClick('replay', replay)
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

/** What the last transfer was done with. Kept to show that it is good for nothing more: a real app forgets it. */
let used: { readonly token: string; readonly order: Order } | undefined

/** The everyday token, asked for anew when it has expired. */
let everyday: string | undefined

async function everydayToken(): Promise<string> {
  if (everyday !== undefined && Number(claimsOf(everyday).exp) * 1_000 > Date.now()) return everyday
  const scope = 'read:accounts'
  try {
    everyday = await askInFrame(config, scope)
    addStep('An everyday token, without asking you', { Scope: scopesOf(everyday) })
  } catch {
    await askForWindow(
      'This page may read your accounts, but your browser keeps it from asking unseen. The window closes by itself.',
    )
    everyday = (await askInPopup(config, scope)).accessToken
    addStep('An everyday token, from a window', { Scope: scopesOf(everyday) })
  }
  return everyday
}

/** @throws Problem where the visitor does not want the window */
async function askForWindow(why: string): Promise<void> {
  if (!(await explainWindow(why))) throw new Problem(`No window was opened. ${UNCHANGED}`)
}

async function showMyAccounts(): Promise<void> {
  showAccounts(await readAccounts(config, await everydayToken()))
}

async function transfer(): Promise<void> {
  const form = new FormData(element('transfer') as HTMLFormElement)
  const order = { to: textOf(form, 'to'), amount: Number(textOf(form, 'amount')) }
  const first = await sendTransfer(config, await everydayToken(), order)
  if (first.outcome === 'done') throw new Problem('The bank took an everyday token: a defect.')
  addStep('POST /transfers, with the everyday token', { Answer: first.answer })
  if (!first.isScopeMissing) throw new Problem(`The bank refused this: ${first.answer}`)
  await askForWindow(
    'The bank has refused: moving money takes the scope transfer:funds, and a rule says when getting that takes a second factor.',
  )
  const { accessToken, amr, subject } = await askInPopup(config, 'transfer:funds')
  if (subject !== user?.sub) {
    throw new Problem('Somebody else has logged in than who gave the order. No money was moved.')
  }
  addStep('High-value token, for this one use', { Scope: scopesOf(accessToken), amr })
  const second = await sendTransfer(config, accessToken, order)
  addStep(
    'POST /transfers',
    second.outcome === 'done' ? { Reference: second.id } : { Answer: second.answer },
  )
  used = { token: accessToken, order }
  answerBeside('replay-answer', '')
  element('replay-row').hidden = false
  if (second.outcome === 'refused') throw new Problem(`The bank refused this: ${second.answer}`)
  showNotice('good', `The money went to ${order.to}. The reference is ${second.id}.`)
  showAccounts(await readAccounts(config, await everydayToken()))
}

async function replay(): Promise<void> {
  if (used === undefined) return
  const again = await sendTransfer(config, used.token, used.order)
  const answer = again.outcome === 'done' ? 'done, which is a defect' : again.answer
  answerBeside('replay-answer', answer)
  addStep('POST /transfers, with the same token again', { Answer: answer })
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value : ''
}

async function renew(): Promise<void> {
  const renewed = await login.getTokenSilently({ cacheMode: 'off', detailedResponse: true })
  const claims = await login.getIdTokenClaims()
  // `scope` is left out of an answer that grants what was asked for.
  answerBeside('renew-answer', 'Renewed, without you')
  addStep('Login renewed by refresh token', {
    Scope: renewed?.scope ?? 'as asked for',
    amr: readAmr(claims ?? {}),
  })
}

async function trySilently(): Promise<void> {
  const { audience } = config
  try {
    const token = await login.getTokenSilently({
      cacheMode: 'off',
      authorizationParams: { audience, scope: 'transfer:funds' },
    })
    answerBeside('silent-answer', `Granted: ${scopesOf(token ?? '').join(' ')}`)
  } catch (error) {
    if (!(error instanceof GenericError) || !isOfTenant(error)) throw error
    const { error: code, error_description: said } = error
    answerBeside('silent-answer', `The tenant answered: ${code}: ${said}`)
  }
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

/** A window is for a token, and none has come. */
const UNCHANGED = 'Nothing was done.'

/** What the SDK makes up itself is a class of its own, or one of these. */
const OF_SDK = ['missing_transaction', 'request_error', 'state_mismatch']

function isOfTenant(error: GenericError): boolean {
  return (
    error instanceof AuthenticationError ||
    error instanceof MfaRequiredError ||
    (error.constructor === GenericError && !OF_SDK.includes(error.error))
  )
}

function wordsFor(error: unknown): string {
  if (error instanceof Problem) return error.message
  if (error instanceof PopupCancelledError) return `You have closed the window. ${UNCHANGED}`
  if (error instanceof PopupOpenError) {
    return `Your browser has kept the window from opening: allow it for this page, and try again. ${UNCHANGED}`
  }
  if (error instanceof PopupTimeoutError) return `The window took too long. ${UNCHANGED}`
  if (error instanceof GenericError) {
    const who = isOfTenant(error) ? 'The login service' : 'The SDK of this page'
    return `${who} said: ${error.error_description} (${error.error})`
  }
  return 'The bank or the login service cannot be reached. Please try again later.'
}

function scopesOf(accessToken: string): readonly string[] {
  return (claimsOf(accessToken).scope ?? '').split(' ')
}

/** Only to show them: whether the token is good, the API says. */
function claimsOf(accessToken: string): { readonly scope?: string; readonly exp?: number } {
  try {
    const [, payload = ''] = accessToken.split('.')
    const text = atob(payload.replaceAll('-', '+').replaceAll('_', '/'))
    return JSON.parse(text) as { readonly scope?: string; readonly exp?: number }
  } catch {
    return {}
  }
}
