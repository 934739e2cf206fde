import { newOtpSecret } from '../mfa/otp.ts'
import type { MfaTask } from '../mfa/task.ts'
import {
  authenticationOptions,
  isWebAuthn,
  registrationOptions,
  type WebAuthnFactor,
} from '../mfa/webauthn.ts'
import type { ChallengeableFactor } from '../oidc/factors.ts'
import type { Transaction } from '../oidc/transaction.ts'
import type { Tenant } from '../tenant.ts'

/** What the user sees of a challenge or an enrolment, with what must not be in the form. */
export type Screen =
  | { readonly name: 'pick' }
  | { readonly name: 'challenge-otp' }
  | { readonly name: 'challenge-recovery-code' }
  | { readonly name: 'enrol-otp'; readonly secret: string }
  | {
      readonly name: 'challenge-webauthn' | 'enrol-webauthn'
      readonly factor: WebAuthnFactor
      readonly options: { readonly challenge: string }
    }
  | {
      readonly name: 'save-recovery-code'
      readonly code: string
      /** the factor with which the step is passed once the code is saved */
      readonly passed: ChallengeableFactor
      readonly rememberBrowser: boolean
      /** what the user has done already */
      readonly task: PossibleTask
    }

export type PossibleTask = Exclude<MfaTask, { kind: 'impossible' }>

/** The screen of each transaction; one of an older step counts as none. */
const screens = new WeakMap<Transaction, { readonly step: string; readonly screen: Screen }>()

export function screenOf(transaction: Transaction): Screen | undefined {
  const known = screens.get(transaction)
  return known?.step === transaction.pending?.id ? known?.screen : undefined
}

/** @param step identity of the pending step for which the screen was made */
export function keepScreen(transaction: Transaction, step: string, screen: Screen): void {
  screens.set(transaction, { step, screen })
}

/** A challenge of WebAuthn is good for one answer. */
export function dropScreen(transaction: Transaction): void {
  screens.delete(transaction)
}

/** Whether a screen is still of use: what the user has enrolled may have changed since it was shown. */
export function isOfTask(screen: Screen, { kind, factors }: PossibleTask): boolean {
  switch (screen.name) {
    case 'pick':
    case 'save-recovery-code':
      return true
    case 'challenge-otp':
      return kind === 'challenge' && factors.includes('otp')
    case 'challenge-recovery-code':
      return kind === 'challenge' && factors.includes('recovery-code')
    case 'challenge-webauthn':
      return kind === 'challenge' && factors.includes(screen.factor)
    case 'enrol-otp':
      return kind === 'enrol' && factors.includes('otp')
    case 'enrol-webauthn':
      return kind === 'enrol' && factors.includes(screen.factor)
  }
}

/** @returns the screen with which a task begins: a choice of what to enrol, or the default factor */
export function firstScreen(
  tenant: Tenant,
  transaction: Transaction,
  task: PossibleTask,
): Promise<Screen> {
  const [factor, ...others] = task.factors
  return task.kind === 'enrol' && others.length > 0
    ? Promise.resolve({ name: 'pick' })
    : factorScreen(tenant, transaction, { kind: task.kind, factor })
}

/** @returns the screen that challenges or enrols one factor */
export async function factorScreen(
  tenant: Tenant,
  { userId }: Transaction,
  { kind, factor }: { readonly kind: PossibleTask['kind']; readonly factor: ChallengeableFactor },
): Promise<Screen> {
  if (kind === 'enrol') {
    if (!isWebAuthn(factor)) return { name: 'enrol-otp', secret: newOtpSecret() }
    const options = await registrationOptions(tenant, userId, factor)
    return { name: 'enrol-webauthn', factor, options }
  }
  if (!isWebAuthn(factor)) {
    return { name: factor === 'otp' ? 'challenge-otp' : 'challenge-recovery-code' }
  }
  const options = await authenticationOptions(tenant, userId, factor)
  return { name: 'challenge-webauthn', factor, options }
}
