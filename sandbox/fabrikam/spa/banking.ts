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

/**
 * @returns the reference of the transfer
 * @throws Problem when the API refuses
 */
export async function sendTransfer(
  { apiUrl }: Config,
  token: string,
  order: Order,
): Promise<string> {
  const response = await fetch(`${apiUrl}/transfers`, {
    method: 'POST',
    headers: { ...bearer(token), 'content-type': 'application/json' },
    body: JSON.stringify(order),
  })
  const { id } = await answerOf<{ readonly id: string }>(response)
  return id
}

function bearer(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}` }
}

async function answerOf<T>(response: Response): Promise<T> {
  if (response.ok) return (await response.json()) as T
  const challenge = response.headers.get('www-authenticate') ?? ''
  throw new Problem(`The bank refused this: ${response.status} ${challenge}`.trim())
}
