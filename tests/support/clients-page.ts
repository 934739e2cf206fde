// What docs/clients.md says of each client, from what the matrix has shown.
import { nameOf, type CallResult, type RowResult } from '../slow/clients/results.ts'
import { ROWS, type Row } from '../slow/clients/rows.ts'

/** Whether an everyday call asked for nothing, and the high-value one for one challenge. */
export function isGood({ everyday, highValue }: RowResult): boolean {
  return (
    everyday.scopes === 'read:accounts' &&
    everyday.challenges === 0 &&
    highValue.scopes === 'transfer:funds' &&
    highValue.challenges === 1
  )
}

/** @returns a table for each client */
export function clientsPage(results: readonly RowResult[]): string {
  const clients = [...new Set(ROWS.map(({ client }) => client))]
  return clients
    .map((client) => {
      const rows = ROWS.filter((row) => row.client === client)
      return [
        `## ${client}`,
        '',
        '| way | policy or tenant | everyday call | high-value call | what to write |',
        '| --- | --- | --- | --- | --- |',
        ...rows.map((row) => line(row, resultOf(row, results))),
      ].join('\n')
    })
    .join('\n\n')
}

function resultOf(row: Row, results: readonly RowResult[]): RowResult {
  const result = results.find((one) => nameOf(one) === nameOf(row))
  if (result === undefined) throw new Error(`nothing is written down of ${nameOf(row)}`)
  return result
}

function line(row: Row, result: RowResult): string {
  const { way, circumstance, advice = '' } = row
  const where = circumstance === 'as shipped' ? '' : `\`${circumstance}\``
  const shown = circumstance.startsWith('MFA') ? circumstance : where
  const cells = [way, shown, wordsFor(result.everyday), wordsFor(result.highValue), advice]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function wordsFor({ scopes, error, challenges, popups, isBound }: CallResult): string {
  const asked =
    challenges === 0 ? [] : [challenges === 1 ? 'one challenge' : `${challenges} challenges`]
  const opened = popups === 0 ? [] : ['in a popup']
  const after = [...asked, ...opened].join(' ')
  if (error !== undefined) return [`**\`${codeOf(error)}\`**`, after].filter(Boolean).join(', ')
  const token =
    scopes === '' ? '**a token without the scope**' : isBound ? 'a bound token' : 'a token'
  return after === '' ? token : `${token}, ${after}`
}

/** `CODE: what the client says`. */
function codeOf(error: string): string {
  return /^\w+/.exec(error)?.[0] ?? error
}
