/** A user as whoever develops with them sees them. */
export interface Person {
  readonly user_id: string
  readonly email?: string
  readonly username?: string
  readonly isBlocked: boolean
  readonly factors: readonly Factor[]
}

export interface Factor {
  readonly type: string
  readonly name?: string
  readonly phone_number?: string
  readonly email?: string
  /** the one-time password that an authenticator app shows now */
  readonly code?: string
  /** Where that code, or a newer one, was accepted: it is good for nothing more. */
  readonly isCodeUsed?: true
}
