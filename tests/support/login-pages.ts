// Calls the handlers of the login pages as oidc/interactions.ts does, without a browser.
import { TOTP } from 'otpauth'
import type { PendingMfa } from '../../sandbox/tenant/action-runtime/messages.ts'
import { newTransaction, type Transaction } from '../../sandbox/tenant/login/transaction.ts'
import { mfaHandler } from '../../sandbox/tenant/pages/mfa.ts'
import type { PageOutcome, PageRequest } from '../../sandbox/tenant/pages/page.ts'
import { ADA, OTP_SECRET, type TestTenant } from './tenant.ts'

export type Fields = Readonly<Record<string, string>>

export const ENABLE: PendingMfa = {
  when: 'end-of-flow',
  provider: 'any',
  allowRememberBrowser: false,
}

/** @returns a transaction of Ada that waits for a challenge, with a session */
export function pendingTransaction(tenant: TestTenant, mfa: PendingMfa = ENABLE): Transaction {
  const transaction = newTransaction({
    protocol: 'oidc-basic-profile',
    clientId: 'web',
    userId: ADA,
    connection: 'Username-Password-Authentication',
    audience: undefined,
    scopes: ['openid', 'profile'],
    event: {},
    sessionUid: 'session',
  })
  tenant.oidc.sessions.set('session', {
    userId: ADA,
    createdAtMs: tenant.now(),
    methods: [],
    life: { metadata: {} },
    isPersistent: true,
  })
  transaction.pending = { id: 'step-1', mfa }
  return transaction
}

export function pageRequest(
  fields: Fields | undefined,
  transaction?: Transaction,
  params: PageRequest['params'] = {},
): PageRequest {
  return {
    uid: 'uid',
    params,
    clientId: 'web',
    userId: transaction?.userId,
    action: '/u/page/uid',
    form: fields === undefined ? undefined : new URLSearchParams(fields),
    transaction,
    csrf: 'csrf-token',
  }
}

export interface MfaVisitor {
  readonly transaction: Transaction
  open(): Promise<PageOutcome>
  /** sends the form of the page that is shown, with these fields */
  send(fields: Fields): Promise<PageOutcome>
  /** sends a form of any page */
  post(fields: Fields): Promise<PageOutcome>
}

/** @returns a user at the page of a pending challenge */
export async function newMfaVisitor(
  tenant: TestTenant,
  mfa: PendingMfa = ENABLE,
): Promise<MfaVisitor> {
  const transaction = pendingTransaction(tenant, mfa)
  let hidden: Fields = {}

  async function request(fields: Fields | undefined): Promise<PageOutcome> {
    const outcome = await mfaHandler(tenant, pageRequest(fields, transaction))
    if (outcome.kind === 'page') hidden = hiddenFields(outcome.html)
    return outcome
  }

  await request(undefined)
  return {
    transaction,
    open: () => request(undefined),
    send: (fields) => request({ ...hidden, ...fields }),
    post: request,
  }
}

/** What a page shows: its title, its error, what can be done on it. */
export interface Shown {
  readonly title: string
  readonly error?: string
  readonly actions: readonly string[]
}

/** @returns an outcome without the markup of its page */
export function summary(outcome: PageOutcome): Shown | Exclude<PageOutcome, { kind: 'page' }> {
  if (outcome.kind !== 'page') return outcome
  const error = /role="alert"[^>]*>([^<]*)</.exec(outcome.html)?.[1]?.trim() ?? ''
  return {
    title: titleOf(outcome.html),
    ...(error === '' ? {} : { error }),
    actions: [...outcome.html.matchAll(/<button[^>]*>([^]*?)<\/button>/g)].map(([, text = '']) =>
      (/<b>([^<]*)/.exec(text)?.[1] ?? text).trim(),
    ),
  }
}

export function htmlOf(outcome: PageOutcome): string {
  if (outcome.kind !== 'page') throw new Error(`no page but ${JSON.stringify(outcome)}`)
  return outcome.html
}

export function otpNow(tenant: TestTenant, secret = OTP_SECRET): string {
  return new TOTP({ secret }).generate({ timestamp: tenant.now() })
}

function titleOf(html: string): string {
  return /<h1>([^<]*)/.exec(html)?.[1]?.trim() ?? ''
}

function hiddenFields(html: string): Fields {
  return Object.fromEntries(
    [...html.matchAll(/<input\s[^>]*type="hidden"[^>]*>/g)].map(([input]) => [
      /name="([^"]*)"/.exec(input)?.[1] ?? '',
      /value="([^"]*)"/.exec(input)?.[1] ?? '',
    ]),
  )
}
