/** Money that moves, for as long as the process runs: each customer has the same to begin with. */
export interface Bank {
  accounts(customer: string): readonly Account[]
  /** Moves money out of the everyday account, which may be overdrawn. @returns what is left on it */
  transfer(customer: string, amount: number): number
}

export interface Account {
  readonly id: string
  readonly name: string
  readonly balance: number
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
      spent.set(customer, (spent.get(customer) ?? 0) + Math.round(amount * 100))
      return everyday(customer)
    },
  }
}
