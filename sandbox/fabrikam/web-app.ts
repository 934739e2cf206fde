import { join } from 'node:path'
import express, { type ErrorRequestHandler, type Express } from 'express'
import { webStepUp, type WebStepUpOptions } from '../../express/web-app.ts'
import { accountsPage } from './views/accounts.ts'
import { homePage } from './views/home.ts'
import { problemPage } from './views/problem.ts'
import { salaryPage } from './views/salary.ts'
import { receiptPage, transferPage } from './views/transfer.ts'
import { requireCsrf } from './web/csrf.ts'
import { forCustomers } from './web/customers.ts'
import { askAgain, loginRoutes, type LoginOptions } from './web/login.ts'
import { EMPTY_FORM, readOrder } from './web/order.ts'
import { pageHeaders } from './web/page-headers.ts'
import { Problem, problemOf } from './web/problem.ts'
import { keptOf, visitorOf } from './web/session.ts'
import { callStep, loginStep, tokenStep } from './web/steps.ts'
import { readAccessToken } from './web/token-facts.ts'
import { beginTransfer, TRANSFER_SCOPE } from './web/transfer.ts'

const STYLE = join(import.meta.dirname, 'web/fabrikam.css')

export type WebAppOptions = LoginOptions & Pick<WebStepUpOptions, 'requirements'>

/** Fabrikam's web app: everyday pages, and two that ask for a second factor, by scope and by rule. */
export function newWebApp({ requirements, ...options }: WebAppOptions): Express {
  const requireStepUp = webStepUp({ requirements })
  const app = express().disable('x-powered-by').disable('etag')
  app.use(pageHeaders(options.issuerBaseUrl))
  app.get('/fabrikam.css', (_req, res) => {
    res.sendFile(STYLE, { cacheControl: false })
  })
  app.use(loginRoutes(options))
  app.use(express.urlencoded({ extended: false, limit: '10kb' }))

  app.get('/', (req, res) => {
    if (req.oidc.isAuthenticated()) res.redirect('/accounts')
    else res.send(homePage())
  })

  app.get(
    '/accounts',
    forCustomers(async (req, res, { visitor, login }) => {
      const token = req.oidc.accessToken
      if (token === undefined || token.isExpired()) {
        await askAgain(res, { returnTo: '/accounts' })
        return
      }
      const result = await options.banking.accounts(token.access_token)
      if (result.outcome !== 'done') {
        throw new Problem(502, { title: 'No accounts to show', text: result.message })
      }
      const steps = [
        loginStep('Login', login),
        tokenStep('Access token of the session', readAccessToken(token.access_token)),
        callStep('GET /accounts', result),
      ]
      res.send(accountsPage(visitor, result.accounts, steps))
    }),
  )

  app.get(
    '/transfer',
    forCustomers((_req, res, { visitor }) => {
      res.send(transferPage(visitor, EMPTY_FORM))
    }),
  )

  app.post(
    '/transfer',
    requireCsrf,
    forCustomers(async (req, res, { visitor, login }) => {
      const order = readOrder(req.body)
      if ('problems' in order) {
        res.status(422).send(transferPage(visitor, order))
        return
      }
      const pending = beginTransfer(order, login.subject)
      keptOf(req).order = pending
      await askAgain(res, {
        returnTo: '/receipt',
        purpose: { purpose: 'transfer', order: pending.id },
        authorizationParams: { scope: TRANSFER_SCOPE },
      })
    }),
  )

  app.get(
    '/receipt',
    forCustomers((req, res, { visitor, login }) => {
      const { receipt } = keptOf(req)
      if (receipt === undefined) {
        res.redirect('/transfer')
        return
      }
      const everyday = req.oidc.accessToken?.access_token
      const steps = [
        loginStep('Login for this transfer', receipt.login),
        tokenStep('High-value token, used once and thrown away', receipt.token),
        callStep('POST /transfers', receipt.result),
        loginStep('The login of the session is as it was', login),
        ...(everyday === undefined
          ? []
          : [tokenStep('So is its access token', readAccessToken(everyday))]),
      ]
      res.send(receiptPage(visitor, receipt, steps))
    }),
  )

  app.get(
    '/salary',
    requireStepUp('salary-page'),
    forCustomers((_req, res, { visitor, login }) => {
      res.send(salaryPage(visitor, [loginStep('Login with a second factor', login)]))
    }),
  )

  app.post('/logout', requireCsrf, (_req, res) => res.oidc.logout())

  app.use(() => {
    throw new Problem(404, { title: 'No such page', text: 'There is nothing at this address.' })
  })
  app.use(answerError)
  return app
}

const answerError: ErrorRequestHandler = (error: unknown, req, res, next) => {
  if (res.headersSent) {
    next(error)
    return
  }
  const problem = problemOf(error) ?? defect(error)
  res.status(problem.status).send(problemPage(problem.content, visitorOf(req)))
}

function defect(error: unknown): Problem {
  process.stderr.write(`fabrikam-web: ${String(error)}\n`)
  const text = 'We, or a service that we need, cannot answer at the moment. Please try again later.'
  return new Problem(500, { title: 'Something does not work', text })
}
