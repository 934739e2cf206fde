import type { Path } from '../paths/path.ts'
import type { Column } from './columns.ts'

/** Flows by what is protected. */
export interface Matrix {
  readonly columns: readonly Column[]
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

/** Puts columns side by side, a few at a time so that each matrix is readable; empty rows go. */
export function matricesOf(columns: readonly Column[], columnsAtMost: number): readonly Matrix[] {
  const chunks = Array.from({ length: Math.ceil(columns.length / columnsAtMost) }, (_, i) =>
    columns.slice(i * columnsAtMost, (i + 1) * columnsAtMost),
  )
  return chunks.map((chunk) => ({ columns: chunk, rows: rowsOf(chunk) }))
}

function rowsOf(columns: readonly Column[]): Matrix['rows'] {
  const flows = columns[0]?.paths ?? []
  return flows
    .map(({ title, kind }, i) => ({
      ...{ title, kind },
      cells: columns.flatMap(({ paths }) => paths[i] ?? []),
    }))
    .filter(({ cells }) => cells.some(({ outcome }) => outcome.kind !== 'impossible'))
}
