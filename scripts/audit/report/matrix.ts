import { abridged } from '../../report/abridged.ts'
import { counted } from '../../report/counts.ts'
import type { Audit } from '../audit.ts'
import type { Column, Matrix, Row } from '../matrix/matrix.ts'
import type { Protected } from '../../policy/effective.ts'

/** What the cells do not say, under them. */
export function matrixNotes({ matrix, differences }: Audit): readonly string[] {
  return [
    ...(matrix.running.state === 'as-audited'
      ? [
          'Each cell is what the policy comes to, at its weakest; the bundle was run on the events of every cell and did the same.',
        ]
      : []),
    ...(differences === 0
      ? []
      : [
          `The code did otherwise than the policy says in ${counted(differences, 'request')} of those on which it was run.`,
        ]),
    '“May set one up”: a stolen password is enough to enrol a factor where there is none. Email counts as a factor, but nobody can enrol it.',
    'Clients and organizations that an exception names have rows of their own; where these say “as everybody”, the rows above hold.',
    'Client credentials run no post-login Action: only a client grant decides.',
    'A refresh answers no acr value, and client credentials have no user; SAML, WS-Federation and WS-Trust carry no OAuth scopes: their cells have a dash.',
  ]
}

/** Some columns of a matrix, so that it fits; rows in which none of them has anything are left out. */
export function matricesOf(matrix: Matrix, columnsAtMost: number): readonly Matrix[] {
  const { columns, rows } = matrix
  return Array.from({ length: Math.ceil(columns.length / columnsAtMost) }, (_, i) => {
    const [from, to] = [i * columnsAtMost, (i + 1) * columnsAtMost]
    return {
      ...matrix,
      columns: columns.slice(from, to),
      rows: rows
        .map((row): Row => ({ ...row, cells: row.cells.slice(from, to) }))
        .filter(({ cells }) => cells.some(isSaying)),
    }
  })
}

function isSaying({ says }: Row['cells'][number]): boolean {
  return says.join() !== '–' && says.join() !== 'as everybody'
}

/** The rules that protect the things of a column, those that do it together joined. */
export function rulesOf({ things }: Column): readonly string[] {
  return [...new Set(things.map(({ rules }) => rules.join(' + ')))]
}

/** The scopes or acr values of a column, with the audience where it is the same for all. */
export function thingsInWords({ things }: Column, atMost: number): string {
  return protectsInWords(
    things.map(({ protects }) => protects),
    atMost,
  )
}

/** Scopes or acr values, with the audience where it is the same for all. */
export function protectsInWords(protects: readonly Protected[], atMost: number): string {
  const names = protects.map((each) => ('acr' in each ? each.acr : each.scope))
  const audiences = new Set(protects.map((each) => ('acr' in each ? undefined : each.audience)))
  const [audience] = audiences
  const on = audiences.size === 1 && audience !== undefined ? ` on ${audience}` : ''
  return `${abridged(names, atMost)}${on}`
}
