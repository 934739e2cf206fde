import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import { stepUp, type StepUpOptions } from '../../express/step-up.ts'
import { isAmount, MOST_EUROS, newBank, type Bank } from './bank.ts'
import { customerOf } from './customer.ts'

export interface ApiOptions extends StepUpOptions {
  readonly bank?: Bank
  /** Origin of the single-page app, the only one that browsers may call from. */
  readonly spaOrigin?: string
}

/** Fabrikam's banking API: an everyday operation, and a high-value one that uses its token up. */
export function newApi({ spaOrigin, bank = newBank(), ...options }: ApiOptions): Express {
  const { metadata, requireToken, requireScope } = stepUp(options)
  const api = express().disable('x-powered-by').disable('etag')
  if (spaOrigin !== undefined) api.use(allowOrigin(spaOrigin))
  api.use(metadata, requireToken)

  api.get('/accounts', requireScope('read:accounts'), (req, res) => {
    res.set('Cache-Control', 'no-store').json({ accounts: bank.accounts(customerOf(req)) })
  })

  const readBody = express.json({ limit: '10kb' })
  api.post('/transfers', requireScope('transfer:funds'), readBody, transferIn(bank))

  api.use((_req, res) => {
    res.status(404).json({ error: 'not_found' })
  })
  api.use(answerError)
  return api
}

let transfers = 0

function transferIn(bank: Bank): RequestHandler {
  return (req, res) => {
    const { to, amount } = (req.body ?? {}) as Readonly<Record<string, unknown>>
    if (typeof to !== 'string' || !isAmount(amount)) {
      res.status(400).json({
        error: 'invalid_request',
        error_description: `Expected \`to\`, and an \`amount\` in euros and whole cents, of up to ${MOST_EUROS}`,
      })
      return
    }
    const transfer = bank.transfer(customerOf(req), amount)
    if (transfer.outcome === 'refused') {
      res.status(409).json({ error: 'insufficient_funds', error_description: transfer.message })
      return
    }
    transfers += 1
    res.status(201).json({ id: `transfer-${transfers}`, to, amount, balance: transfer.balance })
  }
}

/** What a client sent that cannot be read is told; nothing else is. */
const answerError: ErrorRequestHandler = (error: unknown, _req, res, next) => {
  if (res.headersSent) {
    next(error)
    return
  }
  const { status = 500, message } = error as Partial<Error & { status: number }>
  if (status >= 500) res.status(500).json({ error: 'server_error' })
  else res.status(status).json({ error: 'invalid_request', error_description: message })
}

function allowOrigin(origin: string): RequestHandler {
  return (req, res, next) => {
    res.vary('Origin')
    if (req.get('origin') !== origin) {
      next()
      return
    }
    res.set('Access-Control-Allow-Origin', origin)
    res.set('Access-Control-Expose-Headers', 'WWW-Authenticate')
    if (req.method !== 'OPTIONS') {
      next()
      return
    }
    res.set('Access-Control-Allow-Headers', 'Authorization, Content-Type')
    res.set('Access-Control-Allow-Methods', 'GET, POST').sendStatus(204)
  }
}
