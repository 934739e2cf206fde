import { randomBytes } from 'node:crypto'
import type { Request } from 'express'
import type { Visitor } from '../views/page.ts'
import type { TransferResult } from './banking.ts'
import type { Order } from './order.ts'
import type { LoginFacts, TokenFacts } from './token-facts.ts'

/** An order that waits for its token. */
export interface PendingOrder extends Order {
  /** Ties it to the one authorization that was started for it. */
  readonly id: string
  /** Subject of the user who gave it */
  readonly user: string
  readonly refusal: FirstTry
  /** When the page was asked to go on, in milliseconds */
  readonly askedMs?: number
  /** The rule as it was deployed then */
  readonly rule?: string
}

/** How the API refused the token of the login, which is not enough for an order. */
export interface FirstTry {
  readonly token: TokenFacts
  readonly answer: string
}

/** What is remembered of a transfer. The token it was done with is not. */
export interface Receipt {
  readonly order: Order
  readonly token: TokenFacts
  readonly login: LoginFacts
  readonly result: TransferResult
  readonly refusal: FirstTry
  /** From when to when the login service had the browser, in milliseconds */
  readonly asked: { readonly fromMs: number; readonly untilMs: number }
  readonly rule?: string
  /** Under which the demonstration finds the used token again */
  readonly spent?: string
  /** What the API said to the same token a second time */
  readonly replay?: string
}

/** What the app keeps in its encrypted cookie, besides the tokens that the SDK keeps there. */
export interface Kept {
  csrf?: string | undefined
  order?: PendingOrder | undefined
  receipt?: Receipt | undefined
  /** Why a change of the policy was not deployed */
  problem?: string | undefined
}

/** The session of the browser that sent a request. */
export function keptOf(req: object): Kept {
  return (req as { readonly appSession: Kept }).appSession
}

/** @returns nobody, where nobody is logged in */
export function visitorOf(req: Request): Visitor | undefined {
  const { user } = req.oidc
  if (user === undefined) return undefined
  const kept = keptOf(req)
  kept.csrf ??= randomBytes(32).toString('base64url')
  return { name: String(user['email'] ?? user['name'] ?? user['sub']), csrf: kept.csrf }
}
