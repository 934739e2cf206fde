// The pages under /u/: which one it is, whether its form may be believed, and what becomes of its answer.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { errors, type InteractionResults } from 'oidc-provider'
import { consentHandler } from '../pages/consent.ts'
import { loginHandler } from '../pages/login.ts'
import { mfaHandler } from '../pages/mfa.ts'
import { organizationHandler, organizationPickerHandler } from '../pages/organization.ts'
import { PAGE_HEADERS } from '../pages/page-headers.ts'
import type { PageHandler, PageOutcome, PageRequest } from '../pages/page.ts'
import { failurePage } from '../pages/plain-pages.ts'
import { closeTransaction, type PageResult } from './browser-transaction.ts'
import { csrfToken, isCsrfToken } from './csrf.ts'
import { pageParameters } from './parameters.ts'
import { providerOf } from './provider.ts'
import { rememberCookie } from './remembered-browser.ts'
import type { Tenant } from '../tenant.ts'
import type { Transaction } from '../login/transaction.ts'

const HANDLERS: ReadonlyMap<string, PageHandler> = new Map([
  ['login', loginHandler],
  ['mfa', mfaHandler],
  ['consent', consentHandler],
  ['organization', organizationHandler],
  ['organization-picker', organizationPickerHandler],
])

/** Those that come after the first Action. */
const HAS_TRANSACTION: ReadonlySet<string> = new Set(['mfa', 'consent'])

/** One request for a page, with its answer. */
export interface PageExchange {
  readonly message: IncomingMessage
  readonly response: ServerResponse
  /** `/u/{name}/{uid}` */
  readonly path: string
  /** `undefined` for GET */
  readonly form: URLSearchParams | undefined
}

type Interaction = Awaited<ReturnType<ReturnType<typeof providerOf>['interactionDetails']>>

/** Shows the page of an interaction, or takes its form and goes on. */
export async function serveInteraction(tenant: Tenant, exchange: PageExchange): Promise<void> {
  const { message, response, path, form } = exchange
  const [, , name = '', uid = ''] = path.split('/')
  const handler = HANDLERS.get(name)
  const interaction = await interactionOf(tenant, exchange)
  if (handler === undefined || interaction?.uid !== uid || interaction.prompt.name !== name) {
    showPage(response, 400, failurePage('invalid_request', EXPIRED))
    return
  }
  const transaction = openTransactionOf(tenant, interaction)
  if (HAS_TRANSACTION.has(name) && transaction === undefined) {
    showPage(response, 400, failurePage('invalid_request', EXPIRED))
    return
  }
  if (form !== undefined && !isCsrfToken(tenant, uid, form.get('csrf'))) {
    showPage(response, 403, failurePage('access_denied', 'This form did not come from its page.'))
    return
  }
  const mayRemember = isRememberable(transaction)
  const outcome = await handler(tenant, {
    ...requestOf(interaction),
    action: path,
    form,
    transaction,
    csrf: csrfToken(tenant, uid),
  })
  if (outcome.kind === 'page') {
    showPage(response, outcome.status ?? 200, outcome.html)
    return
  }
  if (outcome.kind === 'resume' && outcome.rememberBrowser === true && mayRemember) {
    response.appendHeader('set-cookie', rememberCookie(tenant, transaction?.userId ?? ''))
  }
  if (outcome.kind === 'organization') {
    interaction.params['chosen_organization'] = outcome.choice
    await interaction.persist()
  }
  const result = resultOf(tenant, outcome, { name, transaction })
  await providerOf(tenant).interactionFinished(message, response, result)
}

export const EXPIRED =
  'This page has expired or has been used. Go back to the application and start again.'

/** @returns the interaction that the cookies of a request name, as far as it is still open */
export async function interactionOf(
  tenant: Tenant,
  { message, response }: Pick<PageExchange, 'message' | 'response'>,
): Promise<Interaction | undefined> {
  try {
    return await providerOf(tenant).interactionDetails(message, response)
  } catch (error) {
    if (error instanceof errors.SessionNotFound) return undefined
    throw error
  }
}

/** INVARIANT: a page sees only the transaction of its own interaction, session and user. */
export function openTransactionOf(
  { oidc }: Tenant,
  { prompt, session }: Interaction,
): Transaction | undefined {
  const transaction = oidc.transactions.get(String(prompt.details['transactionId']))
  const isOwn =
    transaction?.sessionUid === session?.uid && transaction?.userId === session?.accountId
  return isOwn ? transaction : undefined
}

function requestOf({
  uid,
  params,
  session,
}: Interaction): Pick<PageRequest, 'uid' | 'params' | 'clientId' | 'userId'> {
  return {
    uid,
    params: pageParameters(params),
    clientId: String(params['client_id']),
    userId: session?.accountId,
  }
}

function isRememberable(transaction: Transaction | undefined): boolean {
  const mfa = transaction?.pending?.mfa
  return mfa?.when === 'end-of-flow' && mfa.allowRememberBrowser
}

function resultOf(
  tenant: Tenant,
  outcome: Exclude<PageOutcome, { kind: 'page' }>,
  { name, transaction }: { readonly name: string; readonly transaction: Transaction | undefined },
): InteractionResults {
  switch (outcome.kind) {
    case 'login': {
      const { userId, method } = outcome
      // With its time, because each later page hands the login on again.
      const ts = Math.floor(Date.parse(method.timestamp) / 1_000)
      return { login: { accountId: userId, ts }, post_login: { method } satisfies PageResult }
    }
    case 'organization':
      // What the user has done before on other pages is kept.
      return {}
    case 'resume':
      return {
        ...(name === 'consent' ? { consent: {} } : {}),
        post_login: { transactionId: transaction?.id ?? '' } satisfies PageResult,
      }
    case 'abort':
      if (transaction !== undefined) closeTransaction(tenant, transaction, outcome.description)
      return { error: outcome.error, error_description: outcome.description }
    default:
      return outcome satisfies never
  }
}

export function showPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { ...PAGE_HEADERS, 'content-length': Buffer.byteLength(html) })
  response.end(html)
}
