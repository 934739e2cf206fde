import { randomUUID } from 'node:crypto'
import type { MfaStep, PendingMfa, TriggerResult } from '../action-runtime/messages.ts'
import { boundActions, execute } from '../action-execution.ts'
import type { Tenant } from '../tenant.ts'
import { buildEvent } from './event.ts'
import { mfaOfPolicy } from './mfa-policy.ts'
import { keepUserMetadata } from './user-metadata.ts'
import { keepLifeChanges } from './life-changes.ts'
import { record, type EventRequest, type Transaction } from './transaction.ts'

/** How far a transaction has come once its Actions have run as far as they can. */
export type Progress =
  | { readonly at: 'end' }
  | { readonly at: 'mfa'; readonly mfa: PendingMfa }
  | { readonly at: 'redirect' }
  | { readonly at: 'refusal'; readonly reason: string }

/**
 * Goes on with the Actions of a transaction until it ends, is refused, or needs the user.
 * An Action that asks for a challenge is not run again: the next one is, with what has been proven since.
 *
 * @param isRemembered whether this browser need not pass a challenge that allows it to be remembered
 */
export async function advance(
  tenant: Tenant,
  transaction: Transaction,
  { request, isRemembered }: { readonly request: EventRequest; readonly isRemembered: boolean },
): Promise<Progress> {
  while (!transaction.isDone) {
    if (transaction.pending !== undefined) return { at: 'mfa', mfa: transaction.pending.mfa }
    if (transaction.redirect !== undefined) return { at: 'redirect' }
    const { runs } = transaction
    const result = await runFromNext(tenant, transaction, request)
    // INVARIANT: of two requests that resume a transaction at the same time, one advances it.
    if (transaction.runs !== runs) continue
    record(transaction, result)
    keepUserMetadata(tenant, transaction.userId, result.commands)
    keepLifeChanges(tenant, transaction, result)
    const { outcome, reason = '' } = result
    switch (outcome) {
      case 'denied':
      case 'error':
        return { at: 'refusal', reason }
      case 'redirect':
        return { at: 'redirect' }
      case 'continue':
        askForPolicy(tenant, transaction, isRemembered)
        break
      case 'challenge':
        ask(transaction, result.mfa, isRemembered)
    }
  }
  return { at: 'end' }
}

function runFromNext(
  tenant: Tenant,
  transaction: Transaction,
  request: EventRequest,
): Promise<TriggerResult> {
  transaction.actions ??= boundActions(tenant, 'post-login')
  const actions = transaction.actions.slice(transaction.nextAction)
  const { mfaStepCount, enabledMfa, changes, continuation } = transaction
  const { accessTokenClaims, idTokenClaims } = changes
  return execute(tenant, actions, {
    event: buildEvent(tenant, transaction, request),
    entrypoint: continuation === undefined ? 'onExecutePostLogin' : 'onContinuePostLogin',
    suspension: { mfaStepCount, enabledMfa, accessTokenClaims, idTokenClaims },
  })
}

function askForPolicy(tenant: Tenant, transaction: Transaction, isRemembered: boolean): void {
  const mfa = transaction.isMfaDecided ? undefined : mfaOfPolicy(tenant)
  if (mfa === undefined) transaction.isDone = true
  else ask(transaction, mfa, isRemembered)
}

function ask(transaction: Transaction, mfa: PendingMfa | undefined, isRemembered: boolean): void {
  if (mfa === undefined) return
  if (mfa.when === 'end-of-flow') {
    transaction.isDone =
      transaction.passedFactors.length > 0 || (mfa.allowRememberBrowser && isRemembered)
    if (transaction.isDone) return
    transaction.pending = { id: randomUUID(), mfa }
    return
  }
  // Documented: a factor that was challenged in this transaction is ignored when it is asked for again.
  const steps = mfa.steps.filter((step) => !isSatisfied(step, transaction))
  if (steps.length > 0) transaction.pending = { id: randomUUID(), mfa: { ...mfa, steps } }
}

function isSatisfied({ kind, factors }: MfaStep, { passedFactors }: Transaction): boolean {
  return kind === 'challenge' && factors.some(({ type }) => passedFactors.includes(type))
}

/**
 * Takes note that the user has passed the first step of the pending challenge.
 *
 * @param factor as Actions call it
 */
export function passStep(tenant: Tenant, transaction: Transaction, factor: string): void {
  const { pending } = transaction
  if (pending === undefined) return
  transaction.passedFactors.push(factor)
  const prover = tenant.oidc.sessions.get(transaction.sessionUid ?? '') ?? transaction
  const timestamp = new Date(tenant.now()).toISOString()
  // Observed: after `multifactor.enable` the entry does not say which factor it was (community 201219).
  const type = pending.mfa.when === 'in-place' ? { type: factor } : {}
  prover.methods = [...prover.methods, { name: 'mfa', timestamp, ...type }]
  if (pending.mfa.when === 'end-of-flow') {
    transaction.pending = undefined
    transaction.isDone = true
    return
  }
  const steps = pending.mfa.steps.slice(1).filter((step) => !isSatisfied(step, transaction))
  transaction.pending =
    steps.length === 0 ? undefined : { id: randomUUID(), mfa: { ...pending.mfa, steps } }
}
