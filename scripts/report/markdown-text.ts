/** Escapes text for use within a line of GitHub's Markdown; what was in backticks becomes code. */
export function inline(text: string): string {
  return text
    .split('`')
    .map((part, i, parts) => (i % 2 === 1 && i < parts.length - 1 ? code(part) : escaped(part)))
    .join('')
}

/** Text as code, in HTML because that knows no way out of itself once it is escaped. */
export function code(text: string): string {
  return `<code>${escaped(text)}</code>`
}

/** A fenced block; the fence is longer than any in the text. */
export function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${text}\n${fence}`
}

/** A table; cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

// Entities start no markup, in tables neither; the comment keeps GitHub from notifying a user.
function escaped(text: string): string {
  return text
    .replace(/^[-+#=]|[&<>\\`*_{}[\]()|~:$^]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replaceAll('@', '@<!-- -->')
}
