/** A number with three digits that count, or whole where it is greater; from a billion on by its size alone. */
export function format(value: number): string {
  if (value >= 1e9) return value.toExponential(1)
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2
  return value.toLocaleString('en', {
    minimumFractionDigits: Number.isInteger(value) ? 0 : digits,
    maximumFractionDigits: digits,
  })
}
