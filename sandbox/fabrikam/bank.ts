import { euros } from './views/money.ts'

/** Money that moves, for as long as the process runs: each customer has the same to begin with. */
export interface Bank {
  accounts(customer: string): readonly Account[]
  /** Moves money out of the everyday account, which cannot be overdrawn. @param amount for which {@link isAmount} holds */
  transfer(customer: string, amount: number): Transfer
}

/** With what is on the account afterwards: a refusal leaves it as it was. */
export type Transfer =
  | { readonly outcome: 'done'; readonly balance: number }
  | { readonly outcome: 'refused'; readonly balance: number; readonly message: string }

export interface Account {
  readonly id: string
  readonly name: string
  readonly balance: number
}

export const MOST_EUROS = 10_000

/** Money comes in whole cents: of an amount between two of them, the answer would tell what was not moved. */
export function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value <= MOST_EUROS && isWholeCents(value)
}

function isWholeCents(amount: number): boolean {
  return Number(amount.toFixed(2)) === amount
}

const CENTS = { everyday: 245_025, savings: 1_830_000 }

export function newBank(): Bank {
  const spent = new Map<string, number>()
  const everyday = (customer: string): number => (CENTS.everyday - (spent.get(customer) ?? 0)) / 100
  return {
    accounts: (customer) => [
      { id: 'everyday', name: 'Everyday account', balance: everyday(customer) },
      { id: 'savings', name: 'Savings account', balance: CENTS.savings / 100 },
    ],
    transfer: (customer, amount) => {
      const balance = everyday(customer)
      if (amount > balance) {
        const message = `There is not enough money on the everyday account: it has ${euros(balance)}. Nothing was done.`
        return { outcome: 'refused', balance, message }
      }
      spent.set(customer, (spent.get(customer) ?? 0) + Math.round(amount * 100))
      return { outcome: 'done', balance: everyday(customer) }
    },
  }
}
