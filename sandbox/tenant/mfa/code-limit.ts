import { failureLimit } from '../failure-limit.ts'

/**
 * Documented: ten wrong codes an hour for each user, of one-time passwords and of recovery codes. Only time
 * lifts the limit, so that a code that is right does not give a guesser new tries.
 *
 * @see https://auth0.com/docs/troubleshoot/customer-support/operational-policies/rate-limit-policy/rate-limit-configurations/enterprise-public
 */
export const otpLimit = failureLimit({ max: 10, forgetAfterMs: 3_600_000 })
export const recoveryCodeLimit = failureLimit({ max: 10, forgetAfterMs: 3_600_000 })

/** Wrong codes in a row after which a transaction has ended. */
export const MAX_WRONG_CODES = 3
