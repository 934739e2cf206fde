import { AuthenticationError, GenericError } from '@auth0/auth0-spa-js'
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

/** The everyday token, asked for once a visit. */
let everyday: string | undefined

async function everydayToken(): Promise<string> {
  if (everyday !== undefined) return everyday
  const scope = 'read:accounts'
  try {
    everyday = await askInFrame(config, scope)
    addStep('An everyday token, without asking you', { Scope: scopesOf(everyday) })
  } catch {
    await explainWindow(
      'This page may read your accounts, but your browser keeps it from asking unseen. The window closes by itself.',
    )
    everyday = (await askInPopup(config, scope)).accessToken
    addStep('An everyday token, from a window', { Scope: scopesOf(everyday) })
  }
  return everyday
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
  await explainWindow(
    'The bank has refused: moving money takes the scope transfer:funds, and a rule says when getting that takes a second factor.',
  )
  const { accessToken, amr, subject } = await askInPopup(config, 'transfer:funds')
  if (subject !== user?.sub) {
    throw new Problem('Somebody else has logged in than who gave the order. No money was moved.')
  }
  addStep('High-value token, for this one use', { Scope: scopesOf(accessToken), amr })
  const second = await sendTransfer(config, accessToken, order)
  used = { token: accessToken, order }
  answerBeside('replay-answer', '')
  element('replay-row').hidden = false
  if (second.outcome === 'refused') throw new Problem(`The bank refused this: ${second.answer}`)
  addStep('Transfer', { Reference: second.id })
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
    if (!(error instanceof GenericError)) throw error
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
