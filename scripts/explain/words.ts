import type { Requirement, Rule } from '../../actions/step-up/policy.ts'
import { ageInWords } from '../policy/age.ts'
import { KEPT_BY_MFA_API, type Answer } from '../policy/answer.ts'
import { demandOf, type RuleStanding, type Subject } from '../policy/effective.ts'
import type { Login } from './login.ts'
import { isInBrowser, type Reason, type Verdict } from './verdict.ts'

const REASONS: Readonly<Record<Exclude<Reason, IdleReason | 'no-browser'>, string>> = {
  'mfa-fresh': 'the session has an MFA that the rule accepts',
  'refresh-token': 'a refresh token never inherits a step-up',
  'scopes-unknown': 'the token may carry more than what is asked for',
  silent: 'the request allows no page, and the rule gives up its scopes there',
  'mfa-every-time': 'the rule asks for MFA at every request',
  'mfa-missing': 'the session has no MFA that the rule accepts',
  'mfa-too-old': 'the newest MFA that the rule accepts is too old',
  'not-enrolled': 'the user has set up no factor that will do, and may set up none here',
  'rules-disagree': 'the rules for what is asked for share no factor',
  'request-unreadable': 'the event cannot be read well enough to tell what is asked for',
}

/** Of logins that no rule binds. */
const IDLE_REASONS = ['no-rule-applies', 'reported', 'exception'] as const
type IdleReason = (typeof IDLE_REASONS)[number]

const ACR_ON_REFRESH = 'Acr rules do not bind a refresh token'

/** What a login comes to in words, why, and whether low confidence is to blame. */
export interface Told {
  readonly verdict: Verdict
  readonly login: Login
  /** What it came to if Auth0 were confident, where that is something else. */
  readonly ifConfident: Verdict | undefined
}

export function sentence({ verdict, login, ifConfident }: Told): string {
  const low =
    ifConfident &&
    `, and ${confidenceInWords(login)}: with medium or high confidence ${lowerFirst(happening(ifConfident))}${howAsked(ifConfident)}`
  return [
    `${happening(verdict)}, because ${reason(verdict, login)}${low ?? ''}`,
    ...remarks(verdict, login),
  ].join('. ')
}

function remarks({ reason, idle }: Verdict, { unknownProtocol }: Login): readonly string[] {
  const isAcrIdle = idle.some((each) => !each.binds && each.why === 'acr-on-refresh')
  return [
    ...(isAcrIdle && !isIdle(reason) ? [ACR_ON_REFRESH] : []),
    ...(unknownProtocol === undefined
      ? []
      : [
          `Auth0 documents no protocol ${quoted([unknownProtocol])}: it is treated as one without a browser`,
        ]),
  ]
}

function isIdle(reason: Reason): reason is IdleReason {
  return IDLE_REASONS.some((each) => each === reason)
}

function happening({ outcome, removed, answer }: Verdict): string {
  // Whatever is removed as well: no token comes of it.
  if (answer.kind === 'login-required') return 'The login is answered with `login_required`'

  switch (outcome) {
    case 'pass':
      return 'The login continues with all that it asks for'
    case 'remove':
      return `The login continues without ${quoted(removed)}`
    case 'challenge':
      return `The login waits for MFA${removed.length === 0 ? '' : ` and continues without ${quoted(removed)}`}`
    case 'deny':
      return 'The login is denied'
  }
}

function confidenceInWords({ confidence }: Login): string {
  return `the confidence is ${confidence ?? 'not known'}`
}

function howAsked({ answer }: Verdict): string {
  if (answer.kind !== 'mfa') return ''
  const { challenge, enrol } = answer
  return ` by ${factorsInWords(challenge === 'any' ? challenge : [...challenge, ...enrol])}`
}

function reason({ reason, idle }: Verdict, login: Login): string {
  if (reason === 'no-browser') return withoutBrowser(login)
  if (reason === 'not-enrolled' && !isInBrowser(login.circumstance)) return NOT_KEPT
  if (!isIdle(reason)) return REASONS[reason]
  return idle.length === 0 ? 'no rule protects what it asks for' : idleInWords(idle, login)
}

const NOT_KEPT = `the user has not set up ${factorsInWords(KEPT_BY_MFA_API)}, and could set one up with \`mfa_required\` alone`

function withoutBrowser({ circumstance }: Login): string {
  if (circumstance.flow.isActing) return 'somebody acts for the user, who cannot be challenged'
  return 'nobody can be challenged as in a browser'
}

function idleInWords(idle: readonly RuleStanding[], { circumstance }: Login): string {
  const each = idle.flatMap((standing) => {
    if (standing.binds) return []
    const { rule, why } = standing
    if (why === 'acr-on-refresh') return [lowerFirst(ACR_ON_REFRESH)]
    return why === 'reported'
      ? [`rule \`${rule.id}\` is only reported until ${dayInWords(standing.untilMs)}`]
      : [`${exemptInWords(rule, circumstance.subject, standing.untilMs)} from rule \`${rule.id}\``]
  })
  return [...new Set(each)].join(', and ')
}

/** `client X is exempt until 2027-01-31`. */
export function exemptInWords(rule: Rule, subject: Subject, untilMs: number): string {
  const isClient = rule.exceptions?.some(
    (each) => 'client' in each && each.client === subject.client && each.untilMs === untilMs,
  )
  const [kind, name = ''] =
    isClient === true
      ? (['client', subject.client] as const)
      : (['organization', subject.organization] as const)
  return `${kind} ${quoted([name])} is exempt until ${dayInWords(untilMs)}`
}

/** A day (UTC), as a policy has them; the time as well where it is another. */
export function dayInWords(ms: number): string {
  const time = new Date(ms).toISOString()
  return time.endsWith('T00:00:00.000Z') ? time.slice(0, 10) : time
}

/** Which MFA a rule demands, whether the session has it, and what else it were with more confidence. */
export function demandInWords(rule: Rule, login: Login, isMet: boolean): string {
  const demand = mfaInWords(demandOf(rule, login.circumstance.confidence))
  const usual = mfaInWords(demandOf(rule, 'high'))
  const low = demand === usual ? '' : `, as ${confidenceInWords(login)} (otherwise ${usual})`
  return `${demand}${isMet ? ', which the session has' : ''}${low}`
}

function mfaInWords({ factors, maxAgeSeconds }: Requirement): string {
  const when = maxAgeSeconds === 0 ? 'at every request' : `at most ${ageInWords(maxAgeSeconds)} ago`
  return `MFA by ${factorsInWords(factors)} ${when}`
}

function factorsInWords(factors: 'any' | readonly string[]): string {
  return factors === 'any' ? 'any factor' : factors.join(' or ')
}

export function quoted(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ')
}

function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`
}

/** What the user, or the application where no page is shown, gets to see. */
export function userSees(
  { outcome, answer }: Verdict,
  { circumstance }: Login,
  denial: string | undefined,
): string {
  if (outcome === 'deny') return `an error: \`access_denied\`, ${denial ?? 'no reason given'}`
  if (answer.kind === 'login-required') return 'no page: the application is told `login_required`'
  if (answer.kind !== 'mfa') return 'nothing'
  return isInBrowser(circumstance)
    ? challengePage(answer)
    : 'no page: the application is told `mfa_required` and asks for a factor itself'
}

function challengePage({ challenge, enrol }: Extract<Answer, { kind: 'mfa' }>): string {
  if (challenge === 'any')
    return 'a page that asks for any factor of theirs, or lets them set one up'
  const steps = [
    ...(challenge.length > 0 ? [`asks for ${challenge.join(' or ')}`] : []),
    ...(enrol.length > 0 ? [`lets them set up ${enrol.join(' or ')}`] : []),
  ]
  return `a page that ${steps.join(', then ')}`
}
