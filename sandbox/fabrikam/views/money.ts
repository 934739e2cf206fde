const EUROS = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' })

/** @param amount in euros */
export function euros(amount: number): string {
  return EUROS.format(amount)
}
