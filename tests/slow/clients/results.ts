// What the matrix has shown, as results.json keeps it. WRITE_RESULTS=1 at the test replaces it; otherwise the test
// compares with it, and docs/clients.md is written from it.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What became of one call. */
export interface CallResult {
  /** Scopes of the API in the access token, once it was verified. */
  readonly scopes?: string
  /** Whether the token is good with a proof of possession alone. */
  readonly isBound?: boolean
  /** What the client said instead. */
  readonly error?: string
  /** How often the person had to answer a challenge. */
  readonly challenges: number
  readonly popups: number
}

export interface RowResult {
  readonly client: string
  readonly way: string
  readonly circumstance: string
  readonly everyday: CallResult
  readonly highValue: CallResult
}

const FILE = join(import.meta.dirname, 'results.json')

export function nameOf({ client, way, circumstance }: Omit<RowResult, 'everyday' | 'highValue'>) {
  return `${client}, ${way}, ${circumstance}`
}

export function readResults(): readonly RowResult[] {
  return JSON.parse(readFileSync(FILE, 'utf8')) as RowResult[]
}

export function writeResults(results: readonly RowResult[]): void {
  writeFileSync(FILE, `${JSON.stringify(results, null, 2)}\n`)
}
