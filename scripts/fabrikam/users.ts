import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

/** A user of the example, with all that it takes to log in as them. */
export interface ExampleUser {
  readonly email: string
  readonly password: string
  /** Base32, for an authenticator app; absent for a user without a factor. */
  readonly otpSecret?: string
}

interface SeededUser {
  readonly email?: string
  readonly password?: string
  readonly authentication_methods?: readonly { readonly totp_secret?: string }[]
}

/** The users that a seed plants in a new tenant. */
export function readExampleUsers(seedFile: string): readonly ExampleUser[] {
  const seed = parse(readFileSync(seedFile, 'utf8')) as { users?: readonly SeededUser[] } | null
  return (seed?.users ?? []).flatMap(
    ({ email, password, authentication_methods: methods = [] }) => {
      // One without a password logs in elsewhere.
      if (email === undefined || password === undefined) return []
      const otpSecret = methods.find((method) => method.totp_secret !== undefined)?.totp_secret
      return [{ email, password, ...(otpSecret !== undefined && { otpSecret }) }]
    },
  )
}
