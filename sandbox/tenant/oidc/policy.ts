import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import type { Tenant } from '../tenant.ts'
import { closeTransaction, eventRequest, openTransaction } from './browser-transaction.ts'
import { isConsentNeeded } from './consent.ts'
import { grantTokens } from './granting.ts'
import { REMEMBER_COOKIE, isRememberedBrowser } from './remembered-browser.ts'
import { advance } from './post-login.ts'
import type { Transaction } from './transaction.ts'

const { Check, Prompt } = interactionPolicy

/** What each authorization request has come to, for the checks that follow. */
const opened = new WeakMap<KoaContextWithOIDC, Transaction>()

/** The pages that an authorization request may have to pass, in order: login, post-login Actions, consent. */
export function newPolicy(tenant: Tenant): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base()
  const login = policy.get('login')
  login?.checks.add(userCheck())
  for (const check of login?.checks ?? []) check.description = 'Login required'
  policy.remove('consent')
  policy.add(mfaPrompt(tenant))
  policy.add(consentPrompt(tenant))
  return policy
}

/** A user who is gone or blocked has a session no longer. */
function userCheck(): interactionPolicy.Check {
  return new Check('user', 'Login required', 'login_required', ({ oidc }: KoaContextWithOIDC) =>
    oidc.session?.accountId !== undefined && oidc.account === undefined
      ? Check.REQUEST_PROMPT
      : Check.NO_NEED_TO_PROMPT,
  )
}

function mfaPrompt(tenant: Tenant): interactionPolicy.Prompt {
  return new Prompt(
    { name: 'mfa', requestable: false },
    (ctx) => ({ transactionId: opened.get(ctx)?.id }),
    // Observed: `login_required`, not `mfa_required` (auth0-spa-js, pull request 1540).
    new Check(
      'challenge',
      'Multifactor authentication required',
      'login_required',
      async (ctx: KoaContextWithOIDC) => {
        const transaction = openTransaction(tenant, ctx)
        opened.set(ctx, transaction)
        const progress = await advance(tenant, transaction, {
          request: eventRequest(ctx, transaction),
          isRemembered: isRememberedBrowser(tenant, {
            cookie: ctx.cookies.get(REMEMBER_COOKIE, { signed: false }),
            userId: transaction.userId,
          }),
        })
        switch (progress.at) {
          case 'refusal':
            closeTransaction(tenant, transaction, progress.reason)
            throw new errors.AccessDenied(progress.reason)
          case 'mfa':
            if (ctx.oidc.prompts.has('none')) {
              closeTransaction(tenant, transaction, 'Multifactor authentication required')
            }
            return Check.REQUEST_PROMPT
          case 'end':
            return Check.NO_NEED_TO_PROMPT
        }
      },
    ),
  )
}

function consentPrompt(tenant: Tenant): interactionPolicy.Prompt {
  return new Prompt(
    { name: 'consent', requestable: true },
    (ctx) => ({ transactionId: opened.get(ctx)?.id }),
    new Check('scopes', 'Consent required', 'consent_required', async (ctx: KoaContextWithOIDC) => {
      const transaction = opened.get(ctx)
      if (transaction === undefined) throw new Error('no transaction')
      if (isConsentNeeded(tenant, transaction)) {
        if (ctx.oidc.prompts.has('none')) closeTransaction(tenant, transaction, 'Consent required')
        return Check.REQUEST_PROMPT
      }
      // The check that lists the prompt itself runs beside this one and may still ask.
      if (ctx.oidc.prompts.has('consent') && ctx.oidc.promptPending('consent')) {
        return Check.NO_NEED_TO_PROMPT
      }
      await grantTokens(tenant, ctx, transaction)
      closeTransaction(tenant, transaction)
      return Check.NO_NEED_TO_PROMPT
    }),
  )
}
