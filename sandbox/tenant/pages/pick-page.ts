import { html } from './html.ts'
import { page } from './layout.ts'
import { FACTOR_NAMES, mfaForm, type MfaPage } from './mfa-form.ts'

/** Where a user chooses one of several factors. */
export function pickPage(content: MfaPage): string {
  const { task } = content
  const isEnrolment = task.kind === 'enrol'
  const hints = isEnrolment ? ENROLMENT_HINTS : CHALLENGE_HINTS
  return page({
    title: isEnrolment ? 'Secure your account' : 'Choose a method',
    lead: isEnrolment
      ? 'Add a second factor, so that a password alone does not open your account.'
      : 'How do you want to prove that it is you?',
    body: mfaForm(
      content,
      'pick',
      html`<ul class="choices">
        ${task.factors.map(
          (factor) =>
            html`<li>
              <button type="submit" class="choice" name="factor" value="${factor}">
                <b>${FACTOR_NAMES[factor]}</b> <span>${hints[factor]}</span>
              </button>
            </li>`,
        )}
      </ul>`,
    ),
  })
}

const CHALLENGE_HINTS = {
  'push-notification': 'Approve it on your device',
  phone: 'Get a code by text message or call',
  email: 'Get a code by email',
  otp: 'Enter a code from your app',
  'webauthn-roaming': 'Touch or insert your key',
  'webauthn-platform': 'Use your fingerprint, face or PIN',
  'recovery-code': 'Enter the code that you saved',
}

const ENROLMENT_HINTS = {
  'push-notification': 'Approve logins with the Guardian app',
  phone: 'Get codes by text message or call',
  email: '',
  otp: 'Get codes from an app on your phone',
  'webauthn-roaming': 'Use a key that you plug in or hold near',
  'webauthn-platform': 'Use your fingerprint, face or PIN',
  'recovery-code': '',
}
