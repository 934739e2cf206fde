import { randomUUID } from 'node:crypto'
import type { Banking } from './banking.ts'
import type { Order } from './order.ts'
import { Problem } from './problem.ts'
import type { Kept, PendingOrder } from './session.ts'
import { readAccessToken, readIdToken } from './token-facts.ts'

/** Asked for when a customer transfers funds, and only then. */
export const TRANSFER_SCOPE = 'openid transfer:funds'

/** Keeps an order until its authorization comes back. */
export function beginTransfer(order: Order, user: string): PendingOrder {
  return { ...order, id: randomUUID(), user }
}

export interface Authorized {
  readonly banking: Banking
  readonly pending: PendingOrder | undefined
  /** Of the order that the authorization was started for */
  readonly id: string
  readonly tokens: { readonly access_token: string; readonly id_token: string }
}

/**
 * Uses a high-value token for the one order that it was asked for, and forgets it.
 *
 * @returns what the session keeps of it: a receipt, and no token
 * @throws Problem when another order or another user came back than went out
 */
export async function finishTransfer({ banking, pending, id, tokens }: Authorized): Promise<Kept> {
  if (pending?.id !== id) {
    const text =
      'Another transfer was begun meanwhile, or your session has ended. No money was moved.'
    throw new Problem(409, { title: 'This transfer is no longer open', text })
  }
  const { amr, issued, subject } = readIdToken(tokens.id_token)
  if (subject !== pending.user) {
    const text = 'Somebody else has logged in than who gave the order. No money was moved.'
    throw new Problem(403, { title: 'Who is there?', text })
  }
  const order = { to: pending.to, amount: pending.amount }
  const receipt = {
    order,
    token: readAccessToken(tokens.access_token),
    login: { amr, issued, subject },
    result: await banking.transfer(tokens.access_token, order),
  }
  return { order: undefined, receipt }
}
