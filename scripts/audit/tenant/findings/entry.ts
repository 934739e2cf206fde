/**
 * `error`: a protected scope can be had without its MFA, or nobody can get it. `warning`: one more
 * mistake and it could be. `note`: worth knowing when judging the rest.
 */
export type Severity = 'error' | 'warning' | 'note'

/** The words for one kind of finding. */
export interface Entry<Args> {
  readonly severity: Severity
  readonly title: string
  explain(args: Args): string
  remedy(args: Args): string
  /** URL of the document that it rests on. */
  readonly source: string
}

/** The words for several kinds of findings, by code. */
export type Catalogue<ArgsByCode> = { readonly [Code in keyof ArgsByCode]: Entry<ArgsByCode[Code]> }

/** `a`, `b` and `c`, in backticks. */
export function listed(names: readonly string[]): string {
  const quoted = names.map((name) => `\`${name}\``)
  const last = quoted.pop() ?? 'none'
  return quoted.length === 0 ? last : `${quoted.join(', ')} and ${last}`
}
