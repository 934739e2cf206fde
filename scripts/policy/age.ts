/** How old an MFA may be, as a policy says it and every text shows it: `90s`, `5m`, `1h`, `1d`. */
export const AGE = /^[1-9]\d{0,5}[smhd]$/

const UNITS = { d: 86_400, h: 3_600, m: 60, s: 1 } as const

/** The seconds of an age, of which a number is as many; undefined where it is none. */
export function secondsIn(age: unknown): number | undefined {
  if (typeof age === 'number') return age
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(typeof age === 'string' ? age : '') ?? []
  return unit === undefined ? undefined : Number(count) * UNITS[unit as keyof typeof UNITS]
}

/** `5m` of 300, `90s` of 90: in the largest unit that loses nothing. */
export function ageInWords(seconds: number): string {
  if (seconds === 0) return '0'
  const [unit, size] = Object.entries(UNITS).find(([, size]) => seconds % size === 0) ?? ['s', 1]
  return `${seconds / size}${unit}`
}
