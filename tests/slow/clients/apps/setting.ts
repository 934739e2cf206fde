/** What an app of the matrix is told: which tenant, which client of it, and in which way to ask for tokens. */
export interface Setting {
  readonly driver: string
  readonly way: string
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Where the app is. */
  readonly baseUrl: string
}

/** How a call ends: with a token, with an error in the words of the client, or with the page left for the tenant. */
export type Answer = { readonly accessToken: string } | { readonly error: string } | 'left'

/** The API of both calls. */
export const AUDIENCE = 'https://banking.fabrikam.example'

export type CallName = 'everyday' | 'high-value'

/** What each call asks for. */
export const SCOPES: Readonly<Record<CallName, string>> = {
  everyday: 'openid read:accounts',
  'high-value': 'openid transfer:funds',
}

/** An error as a client throws it: its code and what the tenant said, also where another error was its cause. */
export function errorAnswer(thrown: unknown): Answer {
  const { error, code, error_description, message, name, cause } = thrown as Record<string, unknown>
  const words = [error ?? code ?? name, error_description ?? message].filter(
    (word) => typeof word === 'string',
  )
  const because = cause === undefined ? undefined : errorAnswer(cause)
  if (because !== undefined && because !== 'left' && 'error' in because) words.push(because.error)
  return { error: [...new Set(words.join(': ').split(': '))].join(': ') }
}
