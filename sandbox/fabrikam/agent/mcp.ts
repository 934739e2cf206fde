import type { IncomingMessage } from 'node:http'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import express, { type Express, type RequestHandler } from 'express'
import { z } from 'zod'
import { stepUp, type StepUpOptions } from '../../../express/step-up.ts'
import { isAmount, MOST_EUROS, type Bank } from '../bank.ts'
import { customerOf } from '../customer.ts'

export interface McpOptions extends Omit<StepUpOptions, 'dpop'> {
  readonly bank: Bank
}

/** Each tool and the scope that it takes: what is not here is no tool. */
const SCOPES = { accounts: 'read:accounts', transfer: 'transfer:funds' } as const

const AMOUNT = `expected an amount in euros and whole cents, of up to ${MOST_EUROS}`

const isTool = (name: unknown): name is keyof typeof SCOPES =>
  typeof name === 'string' && Object.hasOwn(SCOPES, name)

/**
 * Fabrikam's bank for agents, at `/mcp`: an everyday tool, and one that moves money. The refusal is that of HTTP, before
 * the server of the protocol sees the message: a client that follows the specification steps up by it.
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization
 */
export function newMcp({ bank, ...options }: McpOptions): Express {
  const { metadata, requireToken, requireScope } = stepUp({ ...options, dpop: 'refused' })
  const guards = {
    accounts: requireScope(SCOPES.accounts),
    transfer: requireScope(SCOPES.transfer),
  }
  const app = express().disable('x-powered-by').disable('etag')
  app.use(metadata, requireToken)
  app.post('/mcp', express.json({ limit: '10kb' }), oneMessage, (req, res, next) => {
    const { method, params } = req.body as Message
    if (method !== 'tools/call') next()
    else if (isTool(params?.name)) guards[params.name](req, res, next)
    else res.status(404).json(failure(-32602, 'no such tool'))
  })
  app.post('/mcp', async (req, res) => {
    const server = newServer(bank, customerOf(req))
    // Without sessions: each message is judged by the token that it comes with.
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true })
    res.on('close', () => void server.close())
    await server.connect(transport)
    // What express-oauth2-jwt-bearer says of `req.auth` is not what this package expects there; nothing is there.
    const message: IncomingMessage = req
    await transport.handleRequest(message, res, req.body)
  })
  app.all('/mcp', (_req, res) => {
    res.status(405).set('Allow', 'POST').json(failure(-32000, 'POST alone'))
  })
  return app
}

interface Message {
  readonly method?: unknown
  readonly params?: { readonly name?: unknown }
}

/** In a batch a second message could hide behind the one that is judged. */
const oneMessage: RequestHandler = (req, res, next) => {
  const body: unknown = req.body
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) next()
  else res.status(400).json(failure(-32600, 'expected one message'))
}

function failure(code: number, message: string): object {
  return { jsonrpc: '2.0', id: null, error: { code, message } }
}

function newServer(bank: Bank, customer: string): McpServer {
  const server = new McpServer({ name: 'fabrikam-bank', version: '1.0.0' })
  server.registerTool('accounts', { description: 'The accounts of the customer' }, () =>
    said(bank.accounts(customer)),
  )
  server.registerTool(
    'transfer',
    {
      description: 'Moves money out of the everyday account: the customer confirms it by MFA',
      inputSchema: { to: z.string().min(1).max(70), amount: z.number().refine(isAmount, AMOUNT) },
    },
    ({ to, amount }) => {
      const transfer = bank.transfer(customer, amount)
      return transfer.outcome === 'done'
        ? said({ to, amount, balance: transfer.balance })
        : { ...said(transfer.message), isError: true }
    },
  )
  return server
}

function said(value: unknown) {
  return { content: [{ type: 'text' as const, text: JSON.stringify(value) }] }
}
