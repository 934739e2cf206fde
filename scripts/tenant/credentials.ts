import type { Problem } from '../terminal/user-error.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** What proves to a tenant that we may deploy: a Management API token, or a client that gets one. */
export type Credentials =
  { readonly accessToken: string } | { readonly clientId: string; readonly clientSecret: string }

/** Credentials from Auth0's own variables; `undefined` where {@link credentialProblems} finds some. */
export function readCredentials(env: Variables): Credentials | undefined {
  const { AUTH0_ACCESS_TOKEN: accessToken, AUTH0_CLIENT_ID: clientId } = env
  const { AUTH0_CLIENT_SECRET: clientSecret } = env
  if (accessToken) return { accessToken }
  return clientId && clientSecret ? { clientId, clientSecret } : undefined
}

/** Missing credentials, and a domain in the environment that is not the one to deploy to. */
export function credentialProblems(env: Variables, domain: string): Problem[] {
  const problems: Problem[] = []
  if (readCredentials(env) === undefined) {
    const missing = ['AUTH0_CLIENT_ID', 'AUTH0_CLIENT_SECRET'].filter((name) => !env[name])
    problems.push({
      message: `no credentials for \`${domain}\`: ${missing.map((name) => `\`${name}\``).join(' and ')} not set`,
      hint: 'set `AUTH0_CLIENT_ID` and `AUTH0_CLIENT_SECRET`, or `AUTH0_ACCESS_TOKEN`',
    })
  }
  const { AUTH0_DOMAIN: other } = env
  if (other && other !== domain) {
    problems.push({
      where: 'AUTH0_DOMAIN',
      message: `domain is \`${other}\`, but the environment is for \`${domain}\``,
      hint: 'unset it, or choose the environment with `--env`',
    })
  }
  return problems
}
