import type { Config } from './config.ts'

export interface Account {
  readonly name: string
  readonly balance: number
}

export interface Order {
  readonly to: string
  readonly amount: number
}

/** Something that the visitor is told in words. */
export class Problem extends Error {}

/** @throws Problem when the API refuses */
export async function readAccounts({ apiUrl }: Config, token: string): Promise<readonly Account[]> {
  const response = await fetch(`${apiUrl}/accounts`, { headers: bearer(token) })
  const body = await answerOf<{ readonly accounts: readonly Account[] }>(response)
  return body.accounts
}

export type Transferred =
  | { readonly outcome: 'done'; readonly id: string; readonly balance: number }
  | { readonly outcome: 'refused'; readonly answer: string; readonly isScopeMissing: boolean }

/** Sends an order with a token that may not be enough for it. */
export async function sendTransfer(
  { apiUrl }: Config,
  token: string,
  order: Order,
): Promise<Transferred> {
  const response = await fetch(`${apiUrl}/transfers`, {
    method: 'POST',
    headers: { ...bearer(token), 'content-type': 'application/json' },
    body: JSON.stringify(order),
  })
  if (!response.ok) {
    const answer = response.status === 409 ? await saidTo(response) : wordsOf(response)
    return { outcome: 'refused', answer, isScopeMissing: answer.includes('insufficient_scope') }
  }
  const body = (await response.json()) as { readonly id: string; readonly balance: number }
  return { outcome: 'done', ...body }
}

function bearer(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}` }
}

async function answerOf<T>(response: Response): Promise<T> {
  if (response.ok) return (await response.json()) as T
  throw new Problem(`The bank refused this: ${wordsOf(response)}`)
}

/** What the bank says to its customer. */
async function saidTo(response: Response): Promise<string> {
  const { error_description: words } = (await response.json()) as { error_description: string }
  return words
}

function wordsOf({ status, headers }: Response): string {
  return `${status} ${headers.get('www-authenticate') ?? ''}`.trim()
}
