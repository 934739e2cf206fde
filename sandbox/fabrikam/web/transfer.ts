import { randomUUID } from 'node:crypto'
import type { Banking } from './banking.ts'
import type { Order } from './order.ts'
import { Problem } from './problem.ts'
import type { Kept, PendingOrder } from './session.ts'
import type { SpentTokens } from './spent-tokens.ts'
import { readAccessToken, readIdToken } from './token-facts.ts'

/** Asked for when a customer transfers funds, and only then. */
const TRANSFER_SCOPE = 'transfer:funds'

export const TRANSFER_REQUEST = `openid ${TRANSFER_SCOPE}`

/**
 * Tries an order with the token of the login. The API refuses it and says what is missing: an app need not know
 * which operations are high-value.
 * @returns the order as it waits for its authorization
 * @throws Problem when anything else is missing
 */
export async function beginTransfer(
  { banking, token }: { readonly banking: Banking; readonly token: string },
  order: Order,
  user: string,
): Promise<PendingOrder> {
  const result = await banking.transfer(token, order)
  // An API could name any scope: this app asks for none but the one that its customer agreed to.
  if (result.outcome === 'refused' && result.missingScope === TRANSFER_SCOPE) {
    const refusal = { token: readAccessToken(token), answer: result.answer }
    return { ...order, id: randomUUID(), user, refusal }
  }
  throw result.outcome === 'done'
    ? new Problem(200, { title: 'Transfer done', text: `The reference is ${result.id}.` })
    : new Problem(502, { title: 'Transfer not done', text: result.message })
}

export interface Authorized {
  readonly banking: Banking
  readonly pending: PendingOrder | undefined
  /** Of the order that the authorization was started for */
  readonly id: string
  readonly tokens: { readonly access_token: string; readonly id_token: string }
  readonly spent: SpentTokens | undefined
}

/**
 * Uses a high-value token for the one order that it was asked for, and forgets it.
 *
 * @returns what the session keeps of it: a receipt, and no token
 * @throws Problem when another order or another user came back than went out
 */
export async function finishTransfer(authorized: Authorized): Promise<Kept> {
  const { banking, pending, id, tokens, spent } = authorized
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
  const untilMs = Date.now()
  const receipt = {
    order,
    token: readAccessToken(tokens.access_token),
    login: { amr, issued, subject },
    result: await banking.transfer(tokens.access_token, order),
    refusal: pending.refusal,
    asked: { fromMs: pending.askedMs ?? untilMs, untilMs },
    ...(pending.rule !== undefined && { rule: pending.rule }),
    ...(spent && { spent: spent.keep(subject, tokens.access_token) }),
  }
  return { order: undefined, receipt }
}
