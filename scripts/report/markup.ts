/** HTML that is ready to be shown. Only {@link html} makes it. */
export interface Markup {
  readonly markup: string
}

type Part = string | number | Markup | readonly Part[]

/** Makes HTML from a template: what is put in is escaped, unless it is markup itself. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const markup = texts.reduce((before, text, i) => before + rendered(parts[i - 1] ?? '') + text)
  return { markup }
}

/** Text, with what is in backticks as code. */
export function withCode(text: string): Markup {
  const parts = text
    .split('`')
    .map((part, i, all) =>
      i % 2 === 1 && i < all.length - 1 ? html`<code>${part}</code>` : html`${part}`,
    )
  return html`${parts}`
}

function rendered(part: Part): string {
  if (typeof part === 'string') return escaped(part)
  if (typeof part === 'number') return String(part)
  return 'markup' in part ? part.markup : part.map(rendered).join('')
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
