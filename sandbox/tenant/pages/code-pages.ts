// The pages on which a user enters a code or is given one.
import { button, errorAlert, field } from './form.ts'
import { html } from './html.ts'
import { page } from './layout.ts'
import { anotherMethod, mfaForm, rememberBox, type MfaPage } from './mfa-form.ts'

/** Where the code is for whoever has no app: on the page of the tenant. */
export const noApp = html`No app?
  <a href="/" target="_blank" rel="noopener">The page of the tenant</a> shows the code`

/** Asks for the code of an authenticator app. */
export function otpChallengePage(content: MfaPage): string {
  const { error } = content
  return page({
    title: 'Verify your identity',
    lead: 'Enter the six-digit code that your authenticator app shows.',
    hint: noApp,
    body: mfaForm(
      content,
      'challenge-otp',
      html`${errorAlert(error)} ${otpField(error)} ${rememberBox(content)} ${button('Continue')}
      ${anotherMethod(content)}`,
    ),
  })
}

/** @returns the field for a one-time password */
export function otpField(error: string | undefined): ReturnType<typeof field> {
  const name = 'code'
  const label = 'One-time code'
  // Room for the space that apps show in the middle.
  return field(
    { name, label, autocomplete: 'one-time-code', inputMode: 'numeric', maxLength: 7 },
    error,
  )
}

/** Asks for the recovery code. */
export function recoveryCodeChallengePage(content: MfaPage): string {
  const { error } = content
  return page({
    title: 'Use your recovery code',
    lead: 'Enter the code that you saved when you set up your second factor.',
    body: mfaForm(
      content,
      'challenge-recovery-code',
      html`${errorAlert(error)}
      ${field({ name: 'code', label: 'Recovery code', autocomplete: 'off', maxLength: 40 }, error)}
      ${rememberBox(content)} ${button('Continue')} ${anotherMethod(content)}`,
    ),
  })
}

/** Shows a recovery code, this once. */
export function saveCodePage(code: string, content: MfaPage): string {
  const { error } = content
  return page({
    title: 'Save your recovery code',
    lead: 'Keep it somewhere safe. It lets you in once if you lose your device, and it is shown only now.',
    body: mfaForm(
      content,
      'save-recovery-code',
      html`<p class="code">${code}</p>
        ${errorAlert(error)}
        <label class="check"
          ><input type="checkbox" name="saved" value="yes" required /> I have saved this code</label
        >
        ${button('Continue')}`,
    ),
  })
}
