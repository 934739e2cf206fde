// What every judge of an answer works with.
import { firstRecoveryCode } from '../mfa/recovery-code.ts'
import type { ChallengeableFactor } from '../login/factors.ts'
import { logLogin } from '../login/login-log.ts'
import type { Transaction } from '../login/transaction.ts'
import type { Tenant } from '../tenant.ts'
import type { PossibleTask, Screen } from './mfa-screen.ts'

export interface Answer {
  readonly tenant: Tenant
  readonly transaction: Transaction
  readonly form: URLSearchParams
  readonly screen: Exclude<Screen, { name: 'pick' }>
  readonly task: PossibleTask
}

/** What comes of an answer. */
export type Answered =
  | {
      readonly kind: 'passed'
      readonly factor: ChallengeableFactor
      readonly rememberBrowser: boolean
    }
  /** the user has more to do */
  | { readonly kind: 'screen'; readonly screen: Screen }
  /** no attempt to guess: the same screen again */
  | { readonly kind: 'mistake'; readonly screen: Screen; readonly error: string }
  /** without a screen the factor is challenged anew */
  | {
      readonly kind: 'wrong'
      readonly factor: ChallengeableFactor
      readonly error: string
      readonly screen?: Screen
    }
  | { readonly kind: 'too-many'; readonly factor: ChallengeableFactor }

export const INVALID_CODE = 'The code you entered is invalid'

/** A second factor has been added: the step is passed when its recovery code, if it is the first, is saved. */
export function enrolled(answer: Answer, factor: ChallengeableFactor): Answered {
  const { tenant, transaction } = answer
  log(answer, 'gd_enrollment_complete')
  const code = firstRecoveryCode(tenant, transaction.userId)
  if (code === undefined) return { kind: 'passed', factor, rememberBrowser: false }
  return saveCode({ code, passed: factor, rememberBrowser: false, task: answer.task })
}

export function saveCode(
  content: Omit<Extract<Screen, { name: 'save-recovery-code' }>, 'name'>,
): Answered {
  return { kind: 'screen', screen: { name: 'save-recovery-code', ...content } }
}

/** Only a task that allows it is asked. */
export function wantsToBeRemembered({ task, form }: Answer): boolean {
  return task.kind === 'challenge' && task.canRemember && form.has('remember')
}

export function codeOf({ form }: Answer): string {
  return form.get('code') ?? ''
}

export function log({ tenant, transaction }: Answer, type: string): void {
  logLogin(tenant, { type, transaction })
}
