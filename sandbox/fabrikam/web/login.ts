import { Router, type RequestHandler, type Response } from 'express'
import { auth, type AuthorizationParameters, type Session } from 'express-openid-connect'
import type { Banking } from './banking.ts'
import { unfinishedLogin } from './problem.ts'
import { keptOf } from './session.ts'
import type { SpentTokens } from './spent-tokens.ts'
import { finishTransfer } from './transfer.ts'

export interface LoginOptions {
  /** Where browsers find this app, without a trailing slash */
  readonly baseUrl: string
  readonly issuerBaseUrl: string
  readonly clientId: string
  readonly clientSecret: string
  /** Encrypts the session; at least 32 characters */
  readonly secret: string
  readonly audience: string
  readonly banking: Banking
  /** Keeps used tokens, where somebody is to try one again. */
  readonly spent?: SpentTokens | undefined
}

/** What an authorization is for. Comes back with the callback; the SDK signs it. */
export type Purpose =
  { readonly purpose: 'login' } | { readonly purpose: 'transfer'; readonly order: string }

/** What every session has: never a high-value scope. */
const EVERYDAY_SCOPE = 'openid profile email read:accounts'

/** In which the SDK keeps what it has asked for, until the answer comes. */
const TRANSACTION = 'auth_verification'

/** Logs visitors in, and ends each authorization as its purpose demands. */
export function loginRoutes(options: LoginOptions): Router {
  const routes = Router()
  // The SDK sends who is logged in to the first page, without a word: a transfer of two tabs would be lost unseen.
  routes.get('/callback', (req, res, next) => {
    if (req.headers.cookie?.includes(`${TRANSACTION}=`) === true) next()
    else res.redirect('/unfinished')
  })
  routes.use(newAuth(options))
  routes.get('/unfinished', () => {
    throw unfinishedLogin()
  })
  return routes
}

function newAuth(options: LoginOptions): RequestHandler {
  return auth({
    baseURL: options.baseUrl,
    issuerBaseURL: options.issuerBaseUrl,
    clientID: options.clientId,
    clientSecret: options.clientSecret,
    secret: options.secret,
    authRequired: false,
    idpLogout: true,
    enableTelemetry: false,
    authorizationParams: {
      response_type: 'code',
      audience: options.audience,
      scope: EVERYDAY_SCOPE,
    },
    // A link must not log anybody out: the app has a form for it.
    routes: { logout: false },
    transactionCookie: { name: TRANSACTION },
    getLoginState: (_req, { returnTo, purpose }: StepUpLogin) => ({
      returnTo,
      ...(purpose ?? { purpose: 'login' }),
    }),
    afterCallback: async (req, _res, tokens, state) => {
      const purpose = state as Purpose
      switch (purpose.purpose) {
        case 'login':
          return tokens
        case 'transfer':
          // What is returned is laid over the session: one without tokens leaves those of the session.
          return (await finishTransfer({
            banking: options.banking,
            pending: keptOf(req).order,
            id: purpose.order,
            tokens,
            spent: options.spent,
          })) as unknown as Session
        default:
          return purpose satisfies never
      }
    },
  })
}

export interface StepUpLogin {
  readonly returnTo?: string
  readonly purpose?: Purpose
  readonly authorizationParams?: AuthorizationParameters
}

/** Sends the browser to the authorization server once more, for something that a session does not have. */
export function askAgain(res: Response, login: StepUpLogin): Promise<void> {
  return res.oidc.login(login)
}
