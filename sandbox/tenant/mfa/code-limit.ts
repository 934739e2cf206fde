import { failureLimit } from '../failure-limit.ts'

const HOUR_MS = 3_600_000

/**
 * Documented: ten wrong codes an hour for each user, of one-time passwords and of recovery codes. Only time
 * lifts the limit, so that a code that is right does not give a guesser new tries. That the codes of messages
 * have a limit of their own is assumed.
 *
 * @see https://auth0.com/docs/troubleshoot/customer-support/operational-policies/rate-limit-policy/rate-limit-configurations/enterprise-public
 */
export const otpLimit = failureLimit({ max: 10, forgetAfterMs: HOUR_MS })
export const recoveryCodeLimit = failureLimit({ max: 10, forgetAfterMs: HOUR_MS })
export const codeLimit = failureLimit({ max: 10, forgetAfterMs: HOUR_MS })

/** Documented of SMS: ten an hour for each user; assumed of email. */
export const messageLimit = failureLimit({ max: 10, forgetAfterMs: HOUR_MS })

/** Documented: five a minute for each user. */
export const pushLimit = failureLimit({ max: 5, forgetAfterMs: 60_000 })

/** Wrong codes in a row after which a transaction has ended. */
export const MAX_WRONG_CODES = 3
