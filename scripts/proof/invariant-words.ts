/** What an invariant promises. */
export interface InvariantWords {
  readonly title: string
  readonly explanation: string
  /** URL of the document that it rests on. */
  readonly source: string
}

const ACTIONS = 'https://auth0.com/docs/actions/reference/post-login'
const STEP_UP = 'https://auth0.com/docs/secure/multi-factor-authentication/step-up-authentication'
const FACTORS =
  'https://auth0.com/docs/secure/multi-factor-authentication/customize-mfa/customize-mfa-selection-universal-login'

const words = (title: string, explanation: string, source = STEP_UP): InvariantWords => ({
  ...{ title, explanation, source },
})

/** What holds for every policy. A check names one of these, so that none is without words. */
const WORDS = {
  'never-throws': words(
    'The Action never fails',
    'whatever an event holds, the Action ends without an error, as an error would lock everybody out',
    ACTIONS,
  ),
  'no-protected-scope-without-mfa': words(
    'No protected scope without MFA',
    'no token carries a protected scope unless MFA is demanded, or was passed by an accepted factor and is young enough',
  ),
  'refresh-never-inherits-a-step-up': words(
    'A refresh never inherits a step-up',
    'the MFA of a login says nothing about who uses its refresh token',
  ),
  'challenge-insists-on-listed-factors': words(
    'A challenge insists on the listed factors',
    'no other factor than those of the rule passes its challenge',
    FACTORS,
  ),
  'deny-enrols-nobody': words(
    'Under `deny` nobody enrols',
    'where a rule denies users without a factor, no challenge lets them set one up',
    FACTORS,
  ),
  'challenge-before-enrolment': words(
    'A challenge comes before an enrolment',
    'whoever has a factor passes it before another one is set up, or a stolen password would be enough',
    'https://auth0.com/docs/secure/multi-factor-authentication/customize-mfa/customize-mfa-enrollments-universal-login',
  ),
  'nothing-unprotected-is-disturbed': words(
    'Nothing unprotected is disturbed',
    'a login that asks for nothing protected is as if there were no Action',
  ),
  'at-most-four-challenges': words(
    'At most four challenges',
    'Auth0 takes at most four challenge and enrol commands in a login',
    FACTORS,
  ),
  'remembered-browser-never-counts': words(
    'A remembered browser never counts',
    'no user can tick a box that lets the next challenge be skipped',
    ACTIONS,
  ),
  'agrees-with-reference': words(
    'The bundle does what the policy says',
    'a second reading of the policy, which shares no code with the Action, comes to the same in every case',
  ),
  'adding-a-scope-never-weakens': words(
    'Asking for more is never easier',
    'a request with one more scope is answered at least as strictly',
  ),
  'denial-says-nothing-private': words(
    'A denial says nothing private',
    'the reason of a denial goes to the user and the application, so it names nothing of the policy',
    ACTIONS,
  ),
  'log-says-nothing-private': words(
    'A log says nothing private',
    'whoever may read the logs of the tenant reads what the Action logs, of which Auth0 keeps 256 characters',
    ACTIONS,
  ),
  'reads-only-what-is-varied': words(
    'The bundle reads only what was varied',
    'a field that the check does not vary could hide a back door',
  ),
  'same-event-same-calls': words(
    'The same event, the same calls',
    'the Action keeps no state, so that what was run stands for what will run',
  ),
} as const satisfies Record<string, InvariantWords>

export type InvariantName = keyof typeof WORDS

/** The names of the invariants that hold for every policy. */
export const INVARIANT_NAMES = Object.keys(WORDS) as readonly InvariantName[]

const INSISTS = 'a reviewer wrote this into the policy file, to hold whatever the rules say'

/** Puts an invariant into words; one that is not known here is a reviewer's, with its reason. */
export function invariantWords(name: string, reason: string): InvariantWords {
  const known = INVARIANT_NAMES.find((each) => each === name)
  return known === undefined ? words(`A reviewer insists: ${reason}`, INSISTS) : WORDS[known]
}
