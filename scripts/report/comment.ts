/** GitHub takes 65,536 characters in a comment; the rest is for what a pipeline adds. */
export const COMMENT_LIMIT = 60_000

/** A part of a comment. Its items can be left out one by one. */
export interface Section {
  readonly head: string
  readonly foot?: string
  /** Of the sections, 1 gets its room first. */
  readonly importance: number
  readonly items: readonly string[]
}

export interface Comment {
  readonly heading: string
  readonly sections: readonly Section[]
  readonly closing?: string
  /** Where to read what is left out. */
  readonly whole: string
}

/** A comment on a pull request. Never longer than {@link COMMENT_LIMIT}: it says what it leaves out. */
export function commentOf({ heading, sections, closing, whole }: Comment): string {
  const shown = sections.filter(({ items }) => items.length > 0)
  const cut = (missing: number) =>
    `_Cut here, as a comment takes no more: ${missing} of this section are left out. The whole is in ${whole}._`
  const assembled = (parts: readonly string[]) => `${joined([heading, ...parts, closing])}\n`
  const frames = shown.map((section) => framed(section, [cut(section.items.length)]))
  let left = COMMENT_LIMIT - assembled(frames).length
  const parts = new Map<Section, string>()
  for (const section of shown.toSorted((a, b) => a.importance - b.importance)) {
    const fitting = section.items.filter((item) => {
      const length = SEPARATOR.length + item.length
      if (length > left) return false
      left -= length
      return true
    })
    const missing = section.items.length - fitting.length
    parts.set(section, framed(section, missing === 0 ? fitting : [...fitting, cut(missing)]))
  }
  return assembled(shown.map((section) => parts.get(section) ?? ''))
}

const SEPARATOR = '\n\n'

function framed({ head, foot }: Section, items: readonly string[]): string {
  return joined([head, ...items, foot])
}

function joined(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(SEPARATOR)
}
