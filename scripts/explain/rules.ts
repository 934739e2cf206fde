import type { Rule, ScopeRule } from '../../actions/step-up/policy.ts'
import { standingIn, type DenialReason } from '../policy/effective.ts'
import { canHoldBack } from '../policy/flows.ts'
import type { Login } from './login.ts'
import { isGivenUp, isMetBy, touchOf, type Book } from './verdict.ts'
import { dayInWords, demandInWords, exemptInWords, quoted } from './words.ts'

/** Of one rule whether it applies to a login, and why. */
export interface RuleExplanation {
  readonly rule: string
  readonly applies: boolean
  readonly why: Why
  /** When that ends, in ISO 8601; for `reported` and `exempt`. */
  readonly until?: string
  readonly sentence: string
}

export type Why =
  | 'met'
  | 'unmet'
  | 'held-back'
  | 'removed'
  | 'denied'
  | 'removed-unasked'
  | 'other-audience'
  | 'not-asked-for'
  | 'reported'
  | 'exempt'
  | 'acr-on-refresh'

/** A rule may protect hundreds of scopes. */
const MOST_NAMES = 3

type Reading = Omit<RuleExplanation, 'rule'>

/** Tells of every rule why it applies or does not, in the order of the file. */
export function explainRules({ policy }: Book, login: Login): readonly RuleExplanation[] {
  return policy.rules.map((rule) => ({ rule: rule.id, ...explainRule(rule, login) }))
}

function explainRule(rule: Rule, login: Login): Reading {
  return notTouched(rule, login) ?? notBinding(rule, login) ?? applying(rule, login)
}

function isNot(why: Why, sentence: string, more: Pick<Reading, 'until'> = {}): Reading {
  return { applies: false, why, ...more, sentence: `does not apply: ${sentence}` }
}

function applies(why: Why, sentence: string): Reading {
  return { applies: true, why, sentence: `applies: ${sentence}` }
}

function notTouched(rule: Rule, login: Login): Reading | undefined {
  if ('acr' in rule) {
    return login.acr.includes(rule.acr)
      ? undefined
      : isNot('not-asked-for', `the acr value ${quoted([rule.acr])} is not asked for`)
  }
  const touches = rule.scopes.map((scope) => touchOfRule(rule, scope, login))
  if (touches.includes('asked') || touches.includes('unasked')) return undefined
  return touches.includes('other-audience')
    ? isNot('other-audience', `it protects another audience, ${quoted([rule.audience])}`)
    : isNot('not-asked-for', `${few(rule.scopes)} ${are(rule.scopes)} not asked for`)
}

function touchOfRule({ audience, cannotRemove }: ScopeRule, scope: string, login: Login) {
  return touchOf({ audience, scope, cannotRemove: cannotRemove === true }, login)
}

function scopesTouched(rule: Rule, touch: 'asked' | 'unasked', login: Login): readonly string[] {
  if ('acr' in rule) return []
  return rule.scopes.filter((scope) => touchOfRule(rule, scope, login) === touch)
}

function notBinding(rule: Rule, { circumstance }: Login): Reading | undefined {
  const [standing] = standingIn([rule], circumstance).because
  if (standing === undefined || standing.binds) return undefined
  if (standing.why === 'acr-on-refresh') {
    return isNot('acr-on-refresh', 'acr rules do not bind a refresh token')
  }
  const until = new Date(standing.untilMs).toISOString()
  const day = dayInWords(standing.untilMs)
  return standing.why === 'reported'
    ? isNot('reported', `it is only reported until ${day}`, { until })
    : isNot('exempt', exemptInWords(rule, circumstance.subject, standing.untilMs), { until })
}

function applying(rule: Rule, login: Login): Reading {
  const asked = scopesTouched(rule, 'asked', login)
  if (!('acr' in rule) && asked.length === 0) {
    const unasked = few(scopesTouched(rule, 'unasked', login))
    return applies('removed-unasked', `the token may carry ${unasked} unasked: removed`)
  }
  const { stands } = standingIn([rule], login.circumstance)
  const isMet = isMetBy(rule, login)
  switch (stands.kind) {
    case 'removed':
      return applies('removed', `${few(asked)} ${are(asked)} removed`)
    case 'mfa-required':
      return applies('held-back', 'the token is held back with `mfa_required`')
    case 'denied':
      return applies('denied', whyDenied(stands.why, login))
    case 'open':
    case 'demand':
      return isGivenUp(rule, login)
        ? applies('removed', `${few(asked)} ${are(asked)} removed, as a silent login shows no page`)
        : applies(isMet ? 'met' : 'unmet', demandInWords(rule, login, isMet))
  }
}

function whyDenied(why: DenialReason, { circumstance: { flow } }: Login): string {
  if (why === 'answer') return 'its answer here is to deny the login'
  if (why === 'would-enrol') return 'denied, as a challenge here could set up a factor'
  return canHoldBack(flow)
    ? 'denied, as `mfa_required` cannot insist on its factors'
    : 'denied, as a token cannot be held back here until MFA is passed'
}

function few(names: readonly string[]): string {
  const more = names.length - MOST_NAMES
  return more > 0 ? `${quoted(names.slice(0, MOST_NAMES))} and ${more} more` : quoted(names)
}

function are(names: readonly string[]): string {
  return names.length === 1 ? 'is' : 'are'
}
