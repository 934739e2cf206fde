import { findUser } from '../find-user.ts'
import type { MfaStep, PendingMfa } from '../action-runtime/messages.ts'
import {
  CHALLENGEABLE,
  enabledFactors,
  enrolledFactors,
  isIndependent,
  usableFactors,
  type ChallengeableFactor,
} from '../login/factors.ts'
import type { Transaction } from '../login/transaction.ts'
import type { User } from '../state.ts'
import type { Tenant } from '../tenant.ts'

/** What the user is to do now, and with which factors; the first is the default. */
export type MfaTask =
  | { readonly kind: 'challenge'; readonly factors: Factors; readonly canRemember: boolean }
  | { readonly kind: 'enrol'; readonly factors: Factors }
  | { readonly kind: 'impossible'; readonly reason: string }

type Factors = readonly [ChallengeableFactor, ...ChallengeableFactor[]]

/** Works out what a pending challenge means for this user of this tenant, at this moment. */
export function taskOf(tenant: Tenant, transaction: Transaction, mfa: PendingMfa): MfaTask {
  const user = findUser(tenant.store.state, transaction.userId)
  if (mfa.when === 'end-of-flow') return finalTask(tenant, user, mfa)
  const [step] = mfa.steps
  if (step === undefined) return impossible('Nothing is asked for')
  return step.kind === 'challenge'
    ? challengeTask(usableFactors(tenant, user), step)
    : enrolTask(tenant, { user, step, transaction })
}

/** Documented: what the Action lists first is what the user sees first. */
function challengeTask(usable: readonly ChallengeableFactor[], step: MfaStep): MfaTask {
  return challenge(requested(step, usable), false)
}

function enrolTask(
  tenant: Tenant,
  { user, step, transaction }: { user: User; step: MfaStep; transaction: Transaction },
): MfaTask {
  const enrolled = enrolledFactors(tenant, user)
  // Documented of the MFA API: whoever has only an address is taken for one without a factor.
  const hasFactor = enrolled.some((factor) => factor !== 'email')
  if (hasFactor && transaction.passedFactors.length === 0) {
    return impossible(
      'An MFA enrollment was requested but the user is already enrolled in MFA. Challenge with at least one existing factor before enrolling a new one.',
    )
  }
  return enrol(requested(step, enrolable(tenant)).filter((factor) => !enrolled.includes(factor)))
}

/**
 * The challenge of `multifactor.enable`: whoever has no factor enrols one. Documented: device biometrics
 * cannot be the first.
 *
 * INVARIANT: whoever has a factor that the tenant accepts is never let off with a new one, not even where it
 * is a factor that the sandbox cannot challenge.
 */
function finalTask(
  tenant: Tenant,
  user: User,
  { provider, allowRememberBrowser }: Extract<PendingMfa, { when: 'end-of-flow' }>,
): MfaTask {
  const accepted = CHALLENGEABLE.filter((factor) => isOfProvider(factor, provider))
  const usable = usableFactors(tenant, user).filter((factor) => accepted.includes(factor))
  if (usable.some(isIndependent)) return challenge(usable, allowRememberBrowser)
  const enabled = enabledFactors(tenant)
  const enrolled = enrolledFactors(tenant, user)
  if (enrolled.some((factor) => isIndependent(factor) && enabled.includes(factor))) {
    return challenge([], allowRememberBrowser)
  }
  const first = enrolable(tenant).filter((factor) => factor !== 'webauthn-platform')
  return enrol(first.filter((factor) => accepted.includes(factor)))
}

function challenge(factors: readonly ChallengeableFactor[], canRemember: boolean): MfaTask {
  return isSome(factors)
    ? { kind: 'challenge', factors, canRemember }
    : impossible('The sandbox can challenge none of the factors of this user')
}

function enrol(factors: readonly ChallengeableFactor[]): MfaTask {
  return isSome(factors)
    ? { kind: 'enrol', factors }
    : impossible('No MFA factors enabled for enrollment')
}

function impossible(reason: string): MfaTask {
  return { kind: 'impossible', reason }
}

function requested(
  step: MfaStep,
  possible: readonly ChallengeableFactor[],
): readonly ChallengeableFactor[] {
  const types = new Set(step.factors.map(({ type }) => type))
  return [...types].flatMap((type) => possible.filter((factor) => factor === type))
}

/** A recovery code comes with another factor, an address with its verification; nobody enrols them for themselves. */
function enrolable(tenant: Tenant): readonly ChallengeableFactor[] {
  const enabled = enabledFactors(tenant)
  return ENROLMENT_ORDER.filter((factor) => enabled.includes(factor))
}

const ENROLMENT_ORDER = [
  'push-notification',
  'otp',
  'phone',
  'webauthn-roaming',
  'webauthn-platform',
] as const

/** `google-authenticator` and `duo` name one factor; `guardian` and `any` do not. */
function isOfProvider(factor: ChallengeableFactor, provider: string): boolean {
  if (provider === 'duo') return false
  return provider === 'google-authenticator' ? factor === 'otp' : true
}

function isSome(factors: readonly ChallengeableFactor[]): factors is Factors {
  return factors.length > 0
}
