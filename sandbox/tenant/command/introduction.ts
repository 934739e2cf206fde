// What whoever starts the sandbox at a terminal has to know.
import type { SeedFile } from '../seed-file.ts'
import type { ReadyLine } from './ready-line.ts'

/** @param seed whose users are told with their passwords */
export function introduction(
  { issuer, certificate, clientId, clientSecret }: ReadyLine,
  seed: SeedFile | undefined,
): string {
  const rows = [
    ['issuer', issuer],
    ['', 'in a browser a page: users, one-time codes, applications, the last logins'],
    ['certificate', certificate],
    ['', 'self-signed: a browser asks once, Node trusts it by NODE_EXTRA_CA_CERTS'],
    ['Management API', `client id ${clientId}`],
    ['', `client secret ${clientSecret}`],
    ...usersOf(seed).map((user, index) => [index === 0 ? 'users' : '', user]),
  ]
  return rows.map(([name = '', value = '']) => `  ${name.padEnd(16)}${value}\n`).join('')
}

function usersOf(seed: SeedFile | undefined): readonly string[] {
  const { users } = (seed?.value ?? {}) as { users?: readonly Record<string, unknown>[] }
  return (users ?? []).map(({ email, username, phone_number, password }) => {
    const login = [email, username, phone_number].find((name) => typeof name === 'string') ?? ''
    return typeof password === 'string' ? `${login}  password ${password}` : login
  })
}
