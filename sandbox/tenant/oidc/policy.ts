import { errors, interactionPolicy, type KoaContextWithOIDC, type Provider } from 'oidc-provider'
import type { Tenant } from '../tenant.ts'
import { closeTransaction, eventRequest, openTransaction } from './browser-transaction.ts'
import { isConsentNeeded } from '../login/consent.ts'
import { grantTokens } from '../login/granting.ts'
import { organizationCheck, organizationPrompt } from './organization-prompts.ts'
import { REMEMBER_COOKIE, isRememberedBrowser } from './remembered-browser.ts'
import { isSessionOver } from '../login/lifetimes.ts'
import { advance, type Progress } from '../login/post-login.ts'
import type { Transaction } from '../login/transaction.ts'

const { Check, Prompt } = interactionPolicy

/** What each authorization request has come to, for the checks that follow. */
const opened = new WeakMap<KoaContextWithOIDC, Opened>()

interface Opened {
  readonly transaction: Transaction
  readonly at: Progress['at']
}

/**
 * What an authorization request has to pass, in order: login, post-login Actions, consent. The last entry is no page
 * but what the pages lead to.
 */
export function newPolicy(tenant: Tenant): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base()
  const login = policy.get('login')
  login?.checks.add(organizationCheck(tenant), 0)
  login?.checks.add(connectionCheck(tenant), 0)
  login?.checks.add(sessionCheck(tenant))
  for (const check of login?.checks ?? []) check.description = 'Login required'
  policy.remove('consent')
  policy.add(organizationPrompt(tenant, 'pre_login_prompt'), 0)
  policy.add(organizationPrompt(tenant, 'post_login_prompt'))
  policy.add(mfaPrompt(tenant))
  policy.add(redirectPrompt())
  policy.add(consentPrompt(tenant))
  policy.add(tokens(tenant))
  return policy
}

/** Ends the transactions of requests that are refused: by an Action, or because nobody may be asked. */
export function closeRefused(tenant: Tenant, provider: Provider): void {
  const close = (ctx: KoaContextWithOIDC, error: errors.OIDCProviderError): void => {
    const transaction = opened.get(ctx)?.transaction
    if (transaction === undefined) return
    opened.delete(ctx)
    closeTransaction(tenant, transaction, error.error_description ?? error.message)
  }
  provider.on('authorization.error', close)
  provider.on('code_verification.error', close)
  provider.on('device_resume.error', close)
}

/** Observed (auth0.js 822): a connection that there is not is told to the application, and nobody is asked for a password. */
function connectionCheck({ store }: Tenant): interactionPolicy.Check {
  return new Check('connection', '', 'invalid_request', ({ oidc }: KoaContextWithOIDC) => {
    const { connection = '' } = oidc.params ?? {}
    const isThere = store.state.connections.some(({ name }) => name === connection)
    if (connection === '' || isThere) return Check.NO_NEED_TO_PROMPT
    throw new errors.InvalidRequest('the connection was not found')
  })
}

/** A user who is gone or blocked has a session no longer, nor has one for whom an Action has ended it. */
function sessionCheck(tenant: Tenant): interactionPolicy.Check {
  return new Check('user', 'Login required', 'login_required', ({ oidc }: KoaContextWithOIDC) => {
    const { session, account, result } = oidc
    if (session?.accountId === undefined) return Check.NO_NEED_TO_PROMPT
    const hasJustLoggedIn = result?.login !== undefined
    return account === undefined || (!hasJustLoggedIn && isSessionOver(tenant, session.uid))
      ? Check.REQUEST_PROMPT
      : Check.NO_NEED_TO_PROMPT
  })
}

function mfaPrompt(tenant: Tenant): interactionPolicy.Prompt {
  return new Prompt(
    { name: 'mfa', requestable: false },
    transactionIdOf,
    // Observed: `login_required`, not `mfa_required` (auth0-spa-js, pull request 1540).
    new Check(
      'challenge',
      'Multifactor authentication required',
      'login_required',
      async (ctx: KoaContextWithOIDC) => {
        const transaction = openTransaction(tenant, ctx)
        const progress = await advance(tenant, transaction, {
          request: eventRequest(ctx, transaction),
          isRemembered: isRememberedBrowser(tenant, {
            cookie: ctx.cookies.get(REMEMBER_COOKIE, { signed: false }),
            userId: transaction.userId,
          }),
        })
        opened.set(ctx, { transaction, at: progress.at })
        switch (progress.at) {
          case 'refusal':
            if (isSessionOver(tenant, transaction.sessionUid)) await ctx.oidc.session?.destroy()
            throw new errors.AccessDenied(progress.reason)
          case 'mfa':
            return Check.REQUEST_PROMPT
          case 'redirect':
          case 'end':
            return Check.NO_NEED_TO_PROMPT
        }
      },
    ),
  )
}

function redirectPrompt(): interactionPolicy.Prompt {
  return new Prompt(
    { name: 'redirect', requestable: false },
    transactionIdOf,
    // Documented for `prompt=none`.
    new Check('sent', 'Interaction required', 'interaction_required', (ctx: KoaContextWithOIDC) =>
      opened.get(ctx)?.at === 'redirect' ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
    ),
  )
}

function consentPrompt(tenant: Tenant): interactionPolicy.Prompt {
  return new Prompt(
    { name: 'consent', requestable: true },
    transactionIdOf,
    new Check('scopes', 'Consent required', 'consent_required', (ctx: KoaContextWithOIDC) =>
      isConsentNeeded(tenant, transactionOf(ctx)) ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
    ),
  )
}

/** oidc-provider has no place for what is done when every page is passed, other than a prompt that never asks. */
function tokens(tenant: Tenant): interactionPolicy.Prompt {
  return new Prompt(
    { name: 'tokens', requestable: false },
    new Check('grant', 'The grant is made', async (ctx: KoaContextWithOIDC) => {
      const transaction = transactionOf(ctx)
      await grantTokens(tenant, ctx, transaction)
      const session = tenant.oidc.sessions.get(transaction.sessionUid ?? '')
      if (session?.isPersistent === false)
        Object.assign(ctx.oidc.session ?? {}, { transient: true })
      closeTransaction(tenant, transaction)
      return Check.NO_NEED_TO_PROMPT
    }),
  )
}

function transactionIdOf(ctx: KoaContextWithOIDC): { readonly transactionId: string } {
  return { transactionId: transactionOf(ctx).id }
}

function transactionOf(ctx: KoaContextWithOIDC): Transaction {
  const transaction = opened.get(ctx)?.transaction
  if (transaction === undefined) throw new Error('no transaction')
  return transaction
}
