import type { Path, ProtectedPaths } from '../paths/path.ts'

/** Flows by what is protected. */
export interface Matrix {
  readonly columns: readonly ProtectedPaths[]
  readonly rows: readonly {
    readonly title: string
    readonly kind: Path['kind']
    /** One for each column. */
    readonly cells: readonly Path[]
  }[]
}

/** What the matrix does not say, under it. */
export const MATRIX_NOTES: readonly string[] = [
  'Each cell is what the bundle did when it was run on the event of that flow.',
  'Client credentials run no post-login Action: only a client grant decides.',
  'A refresh answers no acr value, and client credentials have no user: a dash stands there.',
  'SAML, WS-Federation and WS-Trust carry no OAuth scopes.',
]

/** Puts paths side by side, a few columns at a time so that each matrix is readable; empty rows go. */
export function matricesOf(
  paths: readonly ProtectedPaths[],
  columnsAtMost: number,
): readonly Matrix[] {
  const chunks = Array.from({ length: Math.ceil(paths.length / columnsAtMost) }, (_, i) =>
    paths.slice(i * columnsAtMost, (i + 1) * columnsAtMost),
  )
  return chunks.map((columns) => ({ columns, rows: rowsOf(columns) }))
}

function rowsOf(columns: readonly ProtectedPaths[]): Matrix['rows'] {
  const flows = columns[0]?.paths ?? []
  return flows
    .map(({ title, kind }, i) => ({
      ...{ title, kind },
      cells: columns.flatMap(({ paths }) => paths[i] ?? []),
    }))
    .filter(({ cells }) => cells.some(({ outcome }) => outcome.kind !== 'impossible'))
}

/** What stands over a column: the rules that protect it. */
export function columnTitle({ rules }: ProtectedPaths): string {
  return rules.join(' + ')
}

/** Names, the first of them only where there are many. */
export function abridged(names: readonly string[], atMost: number): string {
  const more = names.length - atMost
  return more > 0 ? `${names.slice(0, atMost).join(', ')} and ${more} more` : names.join(', ')
}
