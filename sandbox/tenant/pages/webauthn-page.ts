import { button } from './form.ts'
import { html } from './html.ts'
import { page } from './layout.ts'
import { anotherMethod, mfaForm, rememberBox, type MfaPage } from './mfa-form.ts'
import type { Screen } from './mfa-screen.ts'

type WebAuthnScreen = Extract<Screen, { factor: unknown }>

/** Challenges or enrols a security key or this device; assets/webauthn.js talks to it. */
export function webAuthnPage(screen: WebAuthnScreen, content: MfaPage): string {
  const { error } = content
  const { title, lead, action } = TEXTS[screen.name][screen.factor]
  return page({
    title,
    lead,
    script: 'webauthn',
    body: html`<noscript><p class="error">This step needs JavaScript.</p></noscript> ${mfaForm(
        content,
        screen.name,
        html`<p
            class="error"
            id="error"
            role="alert"
            ${error === undefined ? html` hidden` : undefined}
          >
            ${error}
          </p>
          <input
            type="hidden"
            name="response"
            data-webauthn="${screen.name}"
            data-options="${JSON.stringify(screen.options)}"
          />
          ${rememberBox(content)} ${button(action)} ${anotherMethod(content)}`,
      )}`,
  })
}

const TEXTS = {
  'challenge-webauthn': {
    'webauthn-roaming': {
      title: 'Use your security key',
      lead: 'Have your key at hand, then continue and follow your browser.',
      action: 'Use security key',
    },
    'webauthn-platform': {
      title: 'Verify with this device',
      lead: 'Continue, then use your fingerprint, face or PIN.',
      action: 'Continue',
    },
  },
  'enrol-webauthn': {
    'webauthn-roaming': {
      title: 'Add a security key',
      lead: 'Have your key at hand, then continue and follow your browser.',
      action: 'Add security key',
    },
    'webauthn-platform': {
      title: 'Add this device',
      lead: 'Continue, then use your fingerprint, face or PIN.',
      action: 'Continue',
    },
  },
}
