import type { Order } from './order.ts'

export interface Account {
  readonly id: string
  readonly name: string
  readonly balance: number
}

export type AccountsResult =
  { readonly outcome: 'done'; readonly accounts: readonly Account[] } | Refusal

export type TransferResult =
  { readonly outcome: 'done'; readonly id: string; readonly balance: number } | Refusal

export interface Refusal {
  readonly outcome: 'refused' | 'unknown'
  /** In words for the customer */
  readonly message: string
  /** What the API answered, for who looks behind the page */
  readonly answer: string
  /** The scope that the API wants to see, where that is all that is missing (RFC 6750). */
  readonly missingScope?: string
}

/** Fabrikam's API, as the web app meets it. Each call is given its token and forgets it. */
export interface Banking {
  accounts(token: string): Promise<AccountsResult>
  transfer(token: string, order: Order): Promise<TransferResult>
}

const PATIENCE_MS = 10_000

/** @param apiUrl without a trailing slash */
export function newBanking(apiUrl: string): Banking {
  const ask = (path: string, token: string, order?: Order): Promise<Response> =>
    fetch(`${apiUrl}${path}`, {
      method: order === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(PATIENCE_MS),
      redirect: 'error',
      ...(order !== undefined && { body: JSON.stringify(order) }),
    })

  return {
    accounts: async (token) => {
      try {
        const response = await ask('/accounts', token)
        if (!response.ok) return await refusalOf(response)
        const { accounts } = (await response.json()) as { readonly accounts: readonly Account[] }
        return { outcome: 'done', accounts }
      } catch {
        return { outcome: 'refused', message: 'The bank cannot be reached.', answer: 'none' }
      }
    },
    transfer: async (token, { to, amount }) => {
      try {
        const response = await ask('/transfers', token, { to, amount })
        if (!response.ok) return await refusalOf(response)
        const done = (await response.json()) as { readonly id: string; readonly balance: number }
        return { outcome: 'done', id: done.id, balance: done.balance }
      } catch {
        // The request may have arrived although its answer did not.
        const message = 'The bank did not answer. Look at your accounts before you try again.'
        return { outcome: 'unknown', message, answer: 'none' }
      }
    },
  }
}

async function refusalOf(response: Response): Promise<Refusal> {
  const { status, headers } = response
  const challenge = headers.get('www-authenticate')
  const answer = challenge === null ? String(status) : `${status} ${challenge}`
  const message =
    status === 503
      ? 'The bank cannot do this at the moment. Nothing was done.'
      : status === 409
        ? await wordsOf(response)
        : 'The bank refused this. Nothing was done.'
  const [, missingScope] = /\bscope="([^"]+)"/.exec(challenge ?? '') ?? []
  const isScopeMissing = /\berror="insufficient_scope"/.test(challenge ?? '')
  return {
    outcome: 'refused',
    message,
    answer,
    ...(isScopeMissing && missingScope !== undefined && { missingScope }),
  }
}

/** What the bank says to its customer. */
async function wordsOf(response: Response): Promise<string> {
  const { error_description: words } = (await response.json()) as { error_description: string }
  return words
}
