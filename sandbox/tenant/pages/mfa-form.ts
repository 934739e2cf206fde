import type { ChallengeableFactor } from '../login/factors.ts'
import type { Transaction } from '../login/transaction.ts'
import { button, form } from './form.ts'
import { html, type Html } from './html.ts'
import type { PossibleTask, Screen } from './mfa-screen.ts'
import type { PageRequest } from './page.ts'

/** What the pages of a challenge or an enrolment are made of. */
export interface MfaPage {
  readonly request: PageRequest
  readonly transaction: Transaction
  readonly task: PossibleTask
  /** identity of the pending step */
  readonly step: string
  readonly error: string | undefined
  /** as whom the user is logging in */
  readonly who: string
}

/** @returns who is logging in, and a form that names the step and the screen that it answers */
export function mfaForm(
  { request, step, who }: MfaPage,
  name: Screen['name'],
  content: Html,
): Html {
  return html`<p class="who">${who}</p>
    ${form(
      request,
      html`<input type="hidden" name="step" value="${step}" />
        <input type="hidden" name="screen" value="${name}" />
        ${content}`,
    )}`
}

/** @returns the checkbox by which the next challenge of this browser is left out, where that is allowed */
export function rememberBox({ task }: MfaPage): Html | undefined {
  if (task.kind !== 'challenge' || !task.canRemember) return undefined
  return html`<label class="check"
    ><input type="checkbox" name="remember" value="yes" /> Remember this device for 30 days</label
  >`
}

/** @returns the way to the other factors, where there are some */
export function anotherMethod({ task }: MfaPage): Html | undefined {
  if (task.factors.length < 2) return undefined
  return button('Try another method', { name: 'another', value: 'yes', look: 'link' })
}

export const FACTOR_NAMES: Readonly<Record<ChallengeableFactor, string>> = {
  'push-notification': 'Push notification',
  otp: 'Authenticator app',
  phone: 'Phone',
  email: 'Email',
  'webauthn-roaming': 'Security key',
  'webauthn-platform': 'This device',
  'recovery-code': 'Recovery code',
}
