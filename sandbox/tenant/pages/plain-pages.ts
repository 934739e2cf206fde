// The pages that ask for nothing but a device code, or for nothing at all.
import { button, errorAlert, field, form, type FormTarget } from './form.ts'
import { html } from './html.ts'
import { page } from './layout.ts'

/** As oidc-provider calls it. */
const XSRF_FIELD = 'xsrf'

/** Where a user types the code that a device shows. */
export function deviceCodePage({
  action,
  csrf,
  error,
}: FormTarget & { readonly error: string | undefined }): string {
  return page({
    title: 'Connect a device',
    lead: 'Enter the code that your device shows.',
    body: form(
      { action, csrf, csrfField: XSRF_FIELD },
      html`${errorAlert(error)}
      ${field({ name: 'user_code', label: 'Device code', autocomplete: 'off', maxLength: 20 }, error)}
      ${button('Continue')}`,
    ),
  })
}

/** Where a user says that the code is that of their device. */
export function deviceConfirmPage({
  action,
  csrf,
  appName,
  userCode,
}: FormTarget & { readonly appName: string; readonly userCode: string }): string {
  return page({
    title: 'Confirm your device',
    lead: html`<b>${appName}</b> wants to connect. Go on only if your device shows this code:`,
    body: form(
      { action, csrf, csrfField: XSRF_FIELD },
      html`<p class="code">${userCode}</p>
        <input type="hidden" name="user_code" value="${userCode}" />
        ${button('Yes, connect it', { name: 'confirm', value: 'yes' })}
        ${button('No, cancel', { name: 'abort', value: 'yes', look: 'secondary' })}`,
    ),
  })
}

/** A page at which a flow ends well. */
export function messagePage(title: string, text: string): string {
  return page({ title, body: html`<p class="lead">${text}</p>` })
}

/** A failure that cannot be told to the application. */
export function failurePage(error: string, description: string): string {
  return page({
    title: 'Something went wrong',
    body: html`<p class="lead" role="alert">${description === '' ? error : description}</p>
      <p class="detail">Error: <code>${error}</code></p>`,
  })
}
