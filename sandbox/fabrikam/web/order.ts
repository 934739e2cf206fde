import { isAmount, MOST_EUROS } from '../bank.ts'

/** What a customer wants transferred, in euros. */
export interface Order {
  readonly to: string
  readonly amount: number
}

/** The form as it was sent, and what is wrong with it. */
export interface OrderForm {
  readonly to: string
  readonly amount: string
  /** Whether an order was sent that has come to nothing, because the login had to be renewed first */
  readonly isAgain?: boolean
  readonly problems: { readonly to?: string; readonly amount?: string }
}

export const EMPTY_FORM: OrderForm = { to: '', amount: '', problems: {} }

/** Judges the form before a customer is asked for a second factor. */
export function readOrder(body: unknown): Order | OrderForm {
  const { to, amount } = (body ?? {}) as Readonly<Record<string, unknown>>
  const receiver = typeof to === 'string' ? to.trim() : ''
  const written = typeof amount === 'string' ? amount.trim() : ''
  const euros = /^\d{1,5}([.,]\d{1,2})?$/.test(written) ? Number(written.replace(',', '.')) : NaN
  const isPayable = isAmount(euros)
  if (receiver !== '' && receiver.length <= 70 && isPayable) return { to: receiver, amount: euros }
  return {
    to: receiver,
    amount: written,
    problems: {
      ...(receiver === '' && { to: 'Enter who is to get the money' }),
      ...(receiver.length > 70 && { to: 'Enter at most 70 characters' }),
      ...(!isPayable && { amount: `Enter an amount of up to ${MOST_EUROS}, such as 12.50` }),
    },
  }
}
