import { findUser } from '../find-user.ts'
import { MAX_WRONG_CODES } from '../mfa/code-limit.ts'
import { taskOf } from '../mfa/task.ts'
import type { ChallengeableFactor } from '../login/factors.ts'
import { logLogin } from '../login/login-log.ts'
import { passStep } from '../login/post-login.ts'
import type { Transaction } from '../login/transaction.ts'
import type { Tenant } from '../tenant.ts'
import type { Answered } from './answer.ts'
import { judge } from './mfa-answer.ts'
import { renderScreen } from './mfa-pages.ts'
import {
  factorScreen,
  firstScreen,
  isOfTask,
  keepScreen,
  screenOf,
  type PossibleTask,
  type Screen,
} from './mfa-screen.ts'
import type { PageHandler, PageOutcome, PageRequest } from './page.ts'

/** One visit to the page, while its step is pending. */
interface Visit {
  readonly tenant: Tenant
  readonly request: PageRequest
  readonly transaction: Transaction
  readonly task: PossibleTask
  readonly step: string
}

const TOO_MANY = 'Too many failed codes. Wait for some minutes before retrying.'

/**
 * Challenges or enrols the user, as the pending step of the transaction asks.
 *
 * INVARIANT: a form answers only the screen and the step that it was made for; any other is shown what is asked now.
 */
export const mfaHandler: PageHandler = async (tenant, request) => {
  const { transaction, form } = request
  const pending = transaction?.pending
  if (transaction === undefined || pending === undefined) return { kind: 'resume' }
  if (transaction.wrongCodes >= MAX_WRONG_CODES) return refuse(TOO_MANY)
  const known = screenOf(transaction)
  const task =
    known?.name === 'save-recovery-code' ? known.task : taskOf(tenant, transaction, pending.mfa)
  if (task.kind === 'impossible') {
    logLogin(tenant, { type: 'mfar', transaction, description: task.reason })
    return refuse(task.reason)
  }
  const visit: Visit = { tenant, request, transaction, task, step: pending.id }
  const screen =
    known !== undefined && isOfTask(known, task)
      ? known
      : await firstScreen(tenant, transaction, task)
  const isAnswer = form?.get('step') === pending.id && form.get('screen') === screen.name
  if (form === undefined || !isAnswer) return show(visit, screen)
  if (screen.name === 'pick') {
    const chosen = task.factors.find((factor) => factor === form.get('factor'))
    return chosen === undefined ? show(visit, screen) : showFactor(visit, chosen)
  }
  if (form.has('another') && screen.name !== 'save-recovery-code') {
    return show(visit, { name: 'pick' })
  }
  return follow(visit, await judge({ tenant, transaction, form, screen, task }))
}

async function follow(visit: Visit, answered: Answered): Promise<PageOutcome> {
  const { tenant, transaction } = visit
  switch (answered.kind) {
    case 'passed':
      // The step may have ended while the answer was looked at; it is passed once.
      if (transaction.pending?.id !== visit.step) return { kind: 'resume' }
      transaction.wrongCodes = 0
      passStep(tenant, transaction, answered.factor)
      return { kind: 'resume', rememberBrowser: answered.rememberBrowser }
    case 'screen':
      return show(visit, answered.screen)
    case 'mistake':
      return show(visit, answered.screen, answered.error)
    case 'wrong': {
      transaction.wrongCodes += 1
      if (transaction.wrongCodes >= MAX_WRONG_CODES) return tooMany(visit, answered.factor)
      return answered.screen === undefined
        ? showFactor(visit, answered.factor, answered.error)
        : show(visit, answered.screen, answered.error)
    }
    case 'too-many':
      return tooMany(visit, answered.factor)
  }
}

function tooMany({ tenant, transaction }: Visit, factor: ChallengeableFactor): PageOutcome {
  const type =
    factor === 'recovery-code' ? 'gd_recovery_rate_limit_exceed' : 'gd_otp_rate_limit_exceed'
  logLogin(tenant, { type, transaction, description: TOO_MANY })
  transaction.wrongCodes = MAX_WRONG_CODES
  return refuse(TOO_MANY)
}

async function showFactor(
  visit: Visit,
  factor: ChallengeableFactor,
  error?: string,
): Promise<PageOutcome> {
  const { tenant, transaction, task } = visit
  return show(visit, await factorScreen(tenant, transaction, { kind: task.kind, factor }), error)
}

function show(
  { tenant, request, transaction, task, step }: Visit,
  screen: Screen,
  error?: string,
): PageOutcome {
  keepScreen(transaction, step, screen)
  const html = renderScreen(tenant, screen, {
    request,
    transaction,
    task,
    step,
    error,
    who: nameOf(tenant, transaction.userId),
  })
  return { kind: 'page', html, ...(error === undefined ? {} : { status: 400 }) }
}

function nameOf({ store }: Tenant, userId: string): string {
  const user = findUser(store.state, userId)
  return String(user['email'] ?? user['username'] ?? user['name'])
}

function refuse(description: string): PageOutcome {
  return { kind: 'abort', error: 'access_denied', description }
}
