/** `1 note`, `2 notes`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** A whole number with commas between thousands. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US')
}

/** A number so large that only its size matters: `4.1 trillion`. */
export function rounded(count: number): string {
  return count.toLocaleString('en-US', {
    notation: 'compact',
    compactDisplay: 'long',
    maximumSignificantDigits: 2,
    useGrouping: true,
  })
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
