// The pages that oidc-provider asks for itself.
import type { Client, ErrorOut, KoaContextWithOIDC } from 'oidc-provider'
import {
  deviceCodePage,
  deviceConfirmPage,
  failurePage,
  messagePage,
} from '../pages/plain-pages.ts'
import { PAGE_HEADERS } from '../pages/page-headers.ts'

function show(ctx: KoaContextWithOIDC, html: string): void {
  ctx.set(PAGE_HEADERS)
  ctx.body = html
}

/** Where a user types the code that a device shows. */
export function codeInput(
  ctx: KoaContextWithOIDC,
  _form: string,
  _out?: ErrorOut,
  error?: unknown,
): void {
  show(
    ctx,
    deviceCodePage({
      action: '/activate',
      csrf: secretOf(ctx),
      error: error === undefined ? undefined : 'This code is wrong, used or expired',
    }),
  )
}

/** Where a user says that the code is that of their device. */
export function codeConfirmation(
  ctx: KoaContextWithOIDC,
  _form: string,
  client: Client,
  _device: unknown,
  userCode: string,
): void {
  show(
    ctx,
    deviceConfirmPage({
      action: '/activate',
      csrf: secretOf(ctx),
      appName: client.clientName ?? client.clientId,
      userCode,
    }),
  )
}

export function deviceDone(ctx: KoaContextWithOIDC): void {
  show(ctx, messagePage('Device connected', 'You can go back to your device.'))
}

/** A failure that cannot be told to the client, because it is not known which page it lives on. */
export function errorPage(ctx: KoaContextWithOIDC, out: ErrorOut): void {
  show(ctx, failurePage(out.error, out.error_description ?? ''))
}

function secretOf({ oidc }: KoaContextWithOIDC): string {
  const state = oidc.session?.state as { secret?: string } | undefined
  return state?.secret ?? ''
}
