/** One table of the benchmarks, with what it is meant to show. */
export interface Section {
  readonly title: string
  /** What is measured, against whom and how, in two or three sentences of Markdown. */
  readonly about: string
  /** Cells by column name, in the order of the columns. Numbers come formatted, with units in the column names. */
  readonly rows: readonly Readonly<Record<string, string>>[]
  /** What was aimed at, and whether this run reached it. */
  readonly goals: readonly { readonly text: string; readonly isMet: boolean }[]
}
