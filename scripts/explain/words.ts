import type { Decision } from '../../actions/step-up/decide.ts'
import { isSilent, type Login } from '../../actions/step-up/request.ts'

const REASONS: Readonly<Record<Decision['reason'], string>> = {
  'no-rule-applies': 'no rule protects what the request asks for',
  exception: 'an exception of the rule holds for this client or organization',
  'mfa-fresh': 'the session has an MFA that the rule accepts',
  'no-browser': 'nobody can be challenged as in a browser',
  'refresh-token': 'a refresh token never inherits a step-up',
  'scopes-unknown': 'the event does not tell which scopes the token gets',
  silent: 'the request allows no page, and the rule gives up its scopes there',
  'mfa-every-time': 'the rule asks for MFA at every request',
  'mfa-missing': 'the session has no MFA that the rule accepts',
  'mfa-too-old': 'the newest MFA that the rule accepts is too old',
  'not-enrolled': 'the user has set up no factor that the rule accepts',
  'rules-disagree': 'the rules for what is asked for share no factor',
  'request-unreadable': 'the event cannot be read well enough to tell what is asked for',
  'internal-error': 'the Action failed',
}

/** A decision in one sentence. */
export function sentence(decision: Decision): string {
  return `${happening(decision)}, because ${REASONS[decision.reason]}`
}

function happening(decision: Decision): string {
  switch (decision.outcome) {
    case 'pass':
      return 'The login continues with all that it asks for'
    case 'remove':
      return `The login continues without ${quoted(decision.removeScopes)}`
    case 'challenge':
      return `The login waits for MFA${withoutScopes(decision.removeScopes)}`
    case 'deny':
      return 'The login is denied'
  }
}

function withoutScopes(scopes: readonly string[]): string {
  return scopes.length === 0 ? '' : ` and continues without ${quoted(scopes)}`
}

function quoted(scopes: readonly string[]): string {
  return scopes.map((scope) => `\`${scope}\``).join(', ')
}

export interface Seen {
  readonly decision: Decision
  readonly login: Login
  /** The reason that the Action gave to Auth0. */
  readonly denial: string | undefined
}

/** What the user, or the application where no page is shown, gets to see. */
export function userSees({ decision, login, denial }: Seen): string {
  switch (decision.outcome) {
    case 'pass':
    case 'remove':
      return 'nothing'
    case 'challenge':
      if (isSilent(login)) return 'no page: the application is told `login_required`'
      return login.protocol.flow === 'browser'
        ? challengePage(decision)
        : 'no page: the application is told `mfa_required` and asks for a factor itself'
    case 'deny':
      return `an error: \`access_denied\`, ${denial ?? 'no reason given'}`
  }
}

function challengePage({
  challengeWith,
  enrollWith,
}: Extract<Decision, { outcome: 'challenge' }>): string {
  if (challengeWith.length === 0 && enrollWith.length === 0) {
    return 'a page that asks for any factor of theirs, or lets them set one up'
  }
  const steps = [
    ...(challengeWith.length > 0 ? [`asks for ${challengeWith.join(' or ')}`] : []),
    ...(enrollWith.length > 0 ? [`lets them set up ${enrollWith.join(' or ')}`] : []),
  ]
  return `a page that ${steps.join(', then ')}`
}
