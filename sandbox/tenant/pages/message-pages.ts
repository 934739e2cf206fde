// The pages of factors that reach the user by another way: a code in a message, a question to a device.
import { renderSVG } from 'uqr'
import { deviceUri } from '../mfa/device.ts'
import { hasOtpFallback, phoneChannels, type PhoneChannel } from '../mfa/factor-options.ts'
import { masked } from '../mfa/out-of-band.ts'
import type { Tenant } from '../tenant.ts'
import { otpField } from './code-pages.ts'
import { button, errorAlert, field } from './form.ts'
import { html, trustedHtml, type Html } from './html.ts'
import { page } from './layout.ts'
import { anotherMethod, mfaForm, rememberBox, type MfaPage } from './mfa-form.ts'
import type { Screen, SentScreen } from './mfa-screen.ts'

const TOO_MANY =
  'Too many messages have been sent to you. Wait for some minutes, or use another method.'

const CHANNEL_NAMES: Readonly<Record<PhoneChannel, string>> = { sms: 'text message', voice: 'call' }

/** Asks for the code that an email, a text message or a call has brought. */
export function sentCodePage(tenant: Tenant, screen: SentScreen, content: MfaPage): string {
  const { name, to, message } = screen
  const error = content.error ?? (message === undefined ? TOO_MANY : undefined)
  const isOfPhone = name !== 'challenge-email'
  return page({
    title: isOfPhone ? 'Check your phone' : 'Check your email',
    lead: html`Enter the six-digit code that was sent to <b>${masked(to)}</b>.`,
    body: mfaForm(
      content,
      name,
      html`${errorAlert(error)} ${otpField(error)} ${rememberBox(content)} ${button('Continue')}
      ${button('Send it again', { name: 'resend', value: message?.channel ?? '', look: 'link' })}
      ${isOfPhone ? otherChannels(tenant, content, message?.channel) : undefined}
      ${anotherMethod(content)}`,
    ),
  })
}

function otherChannels(tenant: Tenant, { transaction }: MfaPage, used: string | undefined): Html[] {
  return channels(tenant, transaction)
    .filter((channel) => used !== undefined && channel !== used)
    .map((channel) =>
      button(`Get a ${CHANNEL_NAMES[channel]} instead`, {
        name: 'resend',
        value: channel,
        look: 'link',
      }),
    )
}

function channels(tenant: Tenant, { pending }: MfaPage['transaction']): readonly PhoneChannel[] {
  return pending === undefined ? [] : phoneChannels(tenant, pending.mfa)
}

/** Asks for the number of a phone that is to be enrolled. */
export function phoneEnrolmentPage(tenant: Tenant, content: MfaPage): string {
  const { error, transaction } = content
  return page({
    title: 'Add your phone',
    lead: 'Enter your number with its country code, such as +4930123456. A code will be sent to it.',
    body: mfaForm(
      content,
      'enrol-phone',
      html`${errorAlert(error)}
      ${field({ name: 'phone', label: 'Phone number', autocomplete: 'off', maxLength: 20 }, error)}
      ${channels(tenant, transaction).map((channel, index) =>
        button(`Get a ${CHANNEL_NAMES[channel]}`, {
          name: 'channel',
          value: channel,
          look: index === 0 ? 'primary' : 'secondary',
        }),
      )}
      ${anotherMethod(content)}`,
    ),
  })
}

type PushScreen = Extract<Screen, { name: 'challenge-push-notification' }>

/** Waits for the answer of the user's device. */
export function pushChallengePage({ message }: PushScreen, content: MfaPage): string {
  const { pending } = content.transaction
  const error = content.error ?? (message === undefined ? TOO_MANY : undefined)
  const canUseCode = pending !== undefined && hasOtpFallback(pending.mfa)
  return page({
    title: 'Check your device',
    lead: html`Approve the request on <b>${message?.to}</b>, then go on.`,
    ...(error === undefined ? { script: 'poll' } : {}),
    body: mfaForm(
      content,
      'challenge-push-notification',
      html`${errorAlert(error)} ${rememberBox(content)} ${button('I have approved it')}
      ${button('Send it again', { name: 'resend', value: 'push', look: 'link' })}
      ${canUseCode ? codeInstead() : undefined} ${anotherMethod(content)}`,
    ),
  })
}

function codeInstead(): Html {
  return html`<details>
    <summary>Enter a code of the device instead</summary>
    <label for="code">One-time code</label>
    <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="7" />
    ${button('Use this code', { name: 'manual', value: 'yes', look: 'secondary' })}
  </details>`
}

type DeviceScreen = Extract<Screen, { name: 'enrol-push-notification' }>

/** Shows what the app on a new device scans, and waits until its owner has approved. */
export function deviceEnrolmentPage(
  tenant: Tenant,
  { device }: DeviceScreen,
  content: MfaPage,
): string {
  const error = content.error ?? (device.message === undefined ? TOO_MANY : undefined)
  const uri = deviceUri(tenant, content.transaction.userId, device)
  return page({
    title: 'Set up push notifications',
    lead: 'Scan this with Guardian, or approve the device in the inbox of the sandbox.',
    ...(error === undefined ? { script: 'poll' } : {}),
    body: mfaForm(
      content,
      'enrol-push-notification',
      html`<div class="qr" role="img" aria-label="QR code for your app">
          ${trustedHtml(renderSVG(uri, { border: 2 }))}
        </div>
        ${errorAlert(error)} ${button('I have approved it')}
        ${button('Start again', { name: 'resend', value: 'push', look: 'link' })}
        ${anotherMethod(content)}`,
    ),
  })
}
