import { readFileSync } from 'node:fs'

/** A user of the example, with all that it takes to log in as them. */
export interface ExampleUser {
  readonly email: string
  readonly password: string
  /** Base32, for an authenticator app; absent for a user without a factor. */
  readonly otpSecret?: string
}

interface SeededUser {
  readonly email: string
  readonly password: string
  readonly authentication_methods?: readonly { readonly totp_secret?: string }[]
}

/** The users that a seed plants in a new tenant. */
export function readExampleUsers(seedFile: string): readonly ExampleUser[] {
  const { users } = JSON.parse(readFileSync(seedFile, 'utf8')) as { users: readonly SeededUser[] }
  return users.map(({ email, password, authentication_methods: methods = [] }) => {
    const otpSecret = methods.find((method) => method.totp_secret !== undefined)?.totp_secret
    return { email, password, ...(otpSecret !== undefined && { otpSecret }) }
  })
}
