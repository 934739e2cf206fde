// What `npm start` offers beside the apps: the policy, and what the Action has decided.

/** A rule as the policy file had it when it was deployed. */
export interface ShownRule {
  readonly id: string
  readonly text: string
  readonly maxAge?: number
  readonly factors: 'any' | readonly string[]
}

export interface ShownPolicy {
  readonly file: string
  readonly rules: readonly ShownRule[]
  /** Whether the file holds something else by now, which is not deployed. */
  readonly isEdited: boolean
  /** The last change from here that went live. */
  readonly last?: Deployed
}

export interface Deployed {
  readonly version: number
  readonly seconds: number
  /** What it changes for requests; nothing where the Action was live already */
  readonly words: readonly string[]
}

/** What the Action has logged; of what it lets pass it logs nothing. */
export interface Decision {
  readonly outcome: string
  readonly reason: string
  readonly rule?: string
}

export interface RuleChange {
  readonly rule: string
  readonly maxAge: number
  readonly factors: 'any' | readonly string[]
}

export interface ExampleUser {
  readonly email: string
  readonly password: string
  /** What an authenticator app scans, of a user who has one */
  readonly otpUri?: string
}

export interface Span {
  readonly fromMs: number
  readonly untilMs: number
}

export interface Workbench {
  /** Those of the seed, whose passwords anybody may know. */
  users(): Promise<readonly ExampleUser[]>
  policy(): Promise<ShownPolicy>
  /** @param span of time on this machine, in milliseconds */
  decisions(span: Span): Promise<readonly Decision[]>
  /** Writes the policy file, builds and deploys. @returns what stopped it, where something did */
  change(change: RuleChange): Promise<Deployed | { readonly problem: string }>
}

/** A deploy takes some seconds. */
const PATIENCE_MS = 60_000

/** @param url without a trailing slash */
export function newWorkbench(url: string, key: string): Workbench {
  const ask = async (path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${url}${path}`, {
      method: body === undefined ? 'GET' : 'PUT',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return response.json()
  }
  return {
    users: async () => ((await ask('/users')) as { readonly users: readonly ExampleUser[] }).users,
    policy: async () => (await ask('/policy')) as ShownPolicy,
    decisions: async ({ fromMs, untilMs }) => {
      const { decisions } = (await ask(`/decisions?from=${fromMs}&until=${untilMs}`)) as {
        readonly decisions: readonly Decision[]
      }
      return decisions
    },
    change: async (change) =>
      (await ask('/policy', change)) as Deployed | { readonly problem: string },
  }
}
