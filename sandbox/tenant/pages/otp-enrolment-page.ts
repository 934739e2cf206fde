import { renderSVG } from 'uqr'
import { otpUri } from '../mfa/otp.ts'
import type { Tenant } from '../tenant.ts'
import { noApp, otpField } from './code-pages.ts'
import { button, errorAlert } from './form.ts'
import { html, trustedHtml } from './html.ts'
import { page } from './layout.ts'
import { anotherMethod, mfaForm, type MfaPage } from './mfa-form.ts'

/** Shows the secret of a new authenticator app, to be scanned or typed, and asks for its first code. */
export function otpEnrolmentPage(tenant: Tenant, secret: string, content: MfaPage): string {
  const { transaction, error } = content
  const uri = otpUri(tenant, transaction.userId, secret)
  return page({
    title: 'Set up an authenticator app',
    lead: 'Scan this with your app, then enter the code that it shows.',
    hint: noApp,
    body: mfaForm(
      content,
      'enrol-otp',
      html`<div class="qr" role="img" aria-label="QR code with the secret for your app">
          ${trustedHtml(renderSVG(uri, { border: 2 }))}
        </div>
        <details>
          <summary>Cannot scan it? Type this secret</summary>
          <p class="code">${secret.replace(/.{4}(?=.)/g, '$& ')}</p>
        </details>
        ${errorAlert(error)} ${otpField(error)} ${button('Continue')} ${anotherMethod(content)}`,
    ),
  })
}
