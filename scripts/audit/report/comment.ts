/** GitHub takes 65,536 characters in a comment; the rest is for what a pipeline adds. */
export const COMMENT_LIMIT = 60_000

/** A part that a reader unfolds. Its items can be left out one by one. */
export interface Section {
  readonly title: string
  readonly state: 'open' | 'closed'
  /** Of the sections, 1 gets its room first. */
  readonly importance: number
  readonly items: readonly string[]
}

/** A comment on a pull request. Never longer than {@link COMMENT_LIMIT}: it says what it leaves out. */
export function commentOf(heading: string, sections: readonly Section[]): string {
  const shown = sections.filter(({ items }) => items.length > 0)
  const frames = shown.map((section) => framed(section, [cutSentence(section.items.length)]))
  let left = COMMENT_LIMIT - [heading, ...frames].join('').length - 1
  const parts = new Map<Section, string>()
  for (const section of shown.toSorted((a, b) => a.importance - b.importance)) {
    const fitting = section.items.filter((item) => {
      const length = SEPARATOR.length + item.length
      if (length > left) return false
      left -= length
      return true
    })
    const missing = section.items.length - fitting.length
    const items = missing === 0 ? fitting : [...fitting, cutSentence(missing)]
    parts.set(section, framed(section, items))
  }
  return `${[heading, ...shown.map((section) => parts.get(section))].join('')}\n`
}

const SEPARATOR = '\n\n'

function framed({ title, state }: Section, items: readonly string[]): string {
  const details = state === 'open' ? '<details open>' : '<details>'
  const summary = `${details}\n<summary>${title}</summary>`
  return ['', summary, ...items, '</details>'].join(SEPARATOR)
}

function cutSentence(missing: number): string {
  return `_Cut here, as a comment takes no more: ${missing} of this section are left out. The whole is in \`--html\` and \`--json\`._`
}
