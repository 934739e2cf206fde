import { join } from 'node:path'
import express, { type ErrorRequestHandler, type Express, type Request } from 'express'
import { webStepUp, type WebStepUpOptions } from '../../express/web-app.ts'
import { accountsPage } from './views/accounts.ts'
import { homePage } from './views/home.ts'
import type { Visitor } from './views/page.ts'
import { problemPage } from './views/problem.ts'
import { salaryPage } from './views/salary.ts'
import { receiptPage, refusedPage, replayForm, transferPage } from './views/transfer.ts'
import { requireCsrf } from './web/csrf.ts'
import { forCustomers } from './web/customers.ts'
import type { Demo } from './web/demo.ts'
import { demoRoutes, guideOf, panelOf } from './web/demo-routes.ts'
import { askAgain, loginRoutes, type LoginOptions } from './web/login.ts'
import { EMPTY_FORM, readOrder } from './web/order.ts'
import { pageHeaders } from './web/page-headers.ts'
import { Problem, problemOf } from './web/problem.ts'
import { keptOf, visitorOf } from './web/session.ts'
import { callStep, loginStep, receiptSteps, refusalStep, tokenStep } from './web/steps.ts'
import { readAccessToken } from './web/token-facts.ts'
import { beginTransfer, TRANSFER_REQUEST } from './web/transfer.ts'

/** As the policy of the example names it; only shown. */
const TRANSFER_RULE = 'transfer-funds'

const STYLE = join(import.meta.dirname, 'web/fabrikam.css')

export interface WebAppOptions
  extends Omit<LoginOptions, 'spent'>, Pick<WebStepUpOptions, 'requirements'> {
  /** Shown beside the pages, where there is one. */
  readonly demo?: Demo | undefined
}

/** Fabrikam's web app: everyday pages, and two that ask for a second factor, by scope and by rule. */
export function newWebApp({ requirements, demo, ...options }: WebAppOptions): Express {
  const transferPanel = (req: Request, visitor: Visitor) =>
    panelOf(demo, req, { visitor, rule: TRANSFER_RULE, path: '/transfer' })
  const requireStepUp = webStepUp({ requirements })
  const app = express().disable('x-powered-by').disable('etag')
  app.use(pageHeaders(options.issuerBaseUrl))
  app.get('/fabrikam.css', (_req, res) => {
    res.sendFile(STYLE, { cacheControl: false })
  })
  app.use(loginRoutes({ ...options, spent: demo?.spent }))
  app.use(express.urlencoded({ extended: false, limit: '10kb' }))

  app.get('/', async (req, res) => {
    if (req.oidc.isAuthenticated()) res.redirect('/accounts')
    else res.send(homePage(await guideOf(demo)))
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
    forCustomers(async (req, res, { visitor }) => {
      const form = { ...EMPTY_FORM, isAgain: 'again' in req.query }
      res.send(transferPage(visitor, form, await transferPanel(req, visitor)))
    }),
  )

  app.post(
    '/transfer',
    requireCsrf,
    forCustomers(async (req, res, { visitor, login }) => {
      const order = readOrder(req.body)
      if ('problems' in order) {
        res.status(422).send(transferPage(visitor, order, await transferPanel(req, visitor)))
        return
      }
      const everyday = req.oidc.accessToken
      if (everyday === undefined || everyday.isExpired()) {
        await askAgain(res, { returnTo: '/transfer?again' })
        return
      }
      const { banking } = options
      const first = { banking, token: everyday.access_token }
      keptOf(req).order = await beginTransfer(first, order, login.subject)
      res.redirect(303, '/transfer/refused')
    }),
  )

  app.get(
    '/transfer/refused',
    forCustomers(async (req, res, { visitor }) => {
      const { order } = keptOf(req)
      if (order === undefined) {
        res.redirect('/transfer')
        return
      }
      const aside = await transferPanel(req, visitor)
      res.send(refusedPage(visitor, order, { steps: [refusalStep(order.refusal)], aside }))
    }),
  )

  app.post(
    '/transfer/authorize',
    requireCsrf,
    forCustomers(async (req, res) => {
      const kept = keptOf(req)
      if (kept.order === undefined) {
        res.redirect(303, '/transfer')
        return
      }
      const policy = await demo?.workbench.policy()
      const rule = policy?.rules.find(({ id }) => id === TRANSFER_RULE)?.text
      kept.order = { ...kept.order, askedMs: Date.now(), ...(rule !== undefined && { rule }) }
      await askAgain(res, {
        returnTo: '/receipt',
        purpose: { purpose: 'transfer', order: kept.order.id },
        authorizationParams: { scope: TRANSFER_REQUEST },
      })
    }),
  )

  app.get(
    '/receipt',
    forCustomers(async (req, res, { visitor, login }) => {
      const { receipt } = keptOf(req)
      if (receipt === undefined) {
        res.redirect('/transfer')
        return
      }
      const everyday = req.oidc.accessToken?.access_token
      const behind = demo && {
        decisions: await demo.workbench.decisions(receipt.asked),
        replay: replayForm(visitor),
      }
      const steps = [
        ...receiptSteps(receipt, behind),
        loginStep('The login of the session is as it was', login),
        ...(everyday === undefined
          ? []
          : [tokenStep('So is its access token', readAccessToken(everyday))]),
      ]
      const aside = await transferPanel(req, visitor)
      res.send(receiptPage(visitor, receipt, { steps, aside }))
    }),
  )

  app.get(
    '/salary',
    requireStepUp('salary-page'),
    forCustomers(async (req, res, { visitor, login }) => {
      const aside = await panelOf(demo, req, { visitor, rule: 'salary-page', path: '/salary' })
      res.send(salaryPage(visitor, [loginStep('Login with a second factor', login)], aside))
    }),
  )

  if (demo !== undefined) app.use(demoRoutes(demo, options.banking))

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
