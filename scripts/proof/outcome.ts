import type { InvariantName } from '../policy/audit-names.ts'
import type { Call } from './run-bundle.ts'

/** A factor that a command names. */
export interface NamedFactor {
  readonly type: string
  /** Push only: the user may type a one-time password instead. Auth0 allows it unless told otherwise. */
  readonly hasOtpFallback: boolean
}

/** What the calls of one run add up to. */
export interface Outcome {
  readonly hasThrown: boolean
  /** The reason of `access.deny`. */
  readonly denial: string | undefined
  readonly removed: readonly string[]
  readonly added: readonly string[]
  readonly claims: readonly Claim[]
  readonly idTokenClaims: readonly Claim[]
  /** `multifactor.enable`: any factor of the user will do. */
  readonly isMfaEnabled: boolean
  readonly remembersBrowser: boolean
  /** Factors of which one must be passed, by `challengeWith` and `challengeWithAny`. */
  readonly challenged: readonly NamedFactor[]
  /** Factors of which one must be enrolled, after a challenge where there is one. */
  readonly enrolled: readonly NamedFactor[]
  /** Whether something is to be enrolled before anything was challenged. */
  readonly enrolsFirst: boolean
  /** Commands of which Auth0 takes four in a login. */
  readonly challengeCommands: number
  /** Commands that no step-up needs. */
  readonly others: readonly string[]
}

export interface Claim {
  readonly name: unknown
  readonly value: unknown
}

/** Adds up the calls of a run. Auth0 documents nothing of a value that is of another type: it does nothing here. */
export function outcomeOf(calls: readonly Call[], hasThrown: boolean): Outcome {
  const sum = {
    hasThrown,
    denial: undefined as string | undefined,
    removed: [] as string[],
    added: [] as string[],
    claims: [] as Claim[],
    idTokenClaims: [] as Claim[],
    isMfaEnabled: false,
    remembersBrowser: false,
    challenged: [] as NamedFactor[],
    enrolled: [] as NamedFactor[],
    enrolsFirst: false,
    challengeCommands: 0,
    others: [] as string[],
  }
  for (const { command, arguments: given } of calls) {
    const [first, second] = given
    switch (command) {
      case 'access.deny':
        if (typeof first === 'string') sum.denial ??= first
        else sum.others.push(called(command, first))
        break
      case 'accessToken.removeScope':
        if (typeof first === 'string') sum.removed.push(first)
        else sum.others.push(called(command, first))
        break
      case 'accessToken.addScope':
        sum.added.push(String(first))
        break
      case 'accessToken.setCustomClaim':
        sum.claims.push({ name: first, value: second })
        break
      case 'idToken.setCustomClaim':
        sum.idTokenClaims.push({ name: first, value: second })
        break
      case 'multifactor.enable':
        // Auth0 documents nothing of a provider that it does not know.
        if (first === 'any') sum.isMfaEnabled = true
        else sum.others.push(called(command, first))
        // A list, even an empty one, may count as true.
        if ((propertyOf(second, 'allowRememberBrowser') ?? false) !== false) {
          sum.remembersBrowser = true
        }
        break
      case 'authentication.challengeWith':
      case 'authentication.challengeWithAny':
        if (sum.enrolled.length > 0) sum.enrolsFirst = true
        sum.challengeCommands += 1
        sum.challenged.push(...namedFactors(given))
        break
      case 'authentication.enrollWith':
      case 'authentication.enrollWithAny':
        sum.challengeCommands += 1
        sum.enrolled.push(...namedFactors(given))
        break
      default:
        sum.others.push(command)
    }
  }
  return sum
}

/** Whether the login cannot end without MFA, or not end at all. */
export function isHeldBack({ hasThrown, denial, isMfaEnabled, challenged, enrolled }: Outcome) {
  const isStopped = hasThrown || denial !== undefined
  return isStopped || isMfaEnabled || challenged.length > 0 || enrolled.length > 0
}

/** Whether the login ends without tokens, whatever the user does. */
export function isRefused({ hasThrown, denial }: Outcome): boolean {
  return hasThrown || denial !== undefined
}

function called(command: string, first: unknown): string {
  // Of an object no more is asked than its type, as to read it runs its code.
  const shown =
    typeof first === 'string' ? JSON.stringify(first) : `a value of type ${typeof first}`
  return `${command}(${first === undefined ? 'nothing' : shown})`
}

// `challengeWith` takes one factor, and more of them as an option; `challengeWithAny` a list.
function namedFactors([first, options]: readonly unknown[]): NamedFactor[] {
  const more = propertyOf(options, 'additionalFactors')
  return [first, more].flat().flatMap((factor) => {
    const type = propertyOf(factor, 'type')
    if (typeof type !== 'string') return []
    const otpFallback = propertyOf(propertyOf(factor, 'options'), 'otpFallback')
    const name = type === 'push' ? 'push-notification' : type
    return { type: name, hasOtpFallback: name === 'push-notification' && otpFallback !== false }
  })
}

function propertyOf(value: unknown, name: string): unknown {
  return (value as Record<string, unknown> | null | undefined)?.[name]
}

export const ADDING_A_SCOPE: InvariantName = 'adding-a-scope-never-weakens'

/** Whether a login meets anything that one with more scopes could get around. */
export function canBeWeakened(less: Outcome): boolean {
  return isHeldBack(less) || less.removed.length > 0
}

/**
 * Compares a request with the same request and one more scope.
 * @returns what was expected of the second one, in words, where it got away with less
 */
export function weakening(less: Outcome, more: Outcome): string | undefined {
  if (isRefused(more)) return undefined
  if (isRefused(less)) return 'denied, as the request with fewer scopes is'
  if (isHeldBack(more)) return undefined
  if (isHeldBack(less)) return 'MFA, as for the request with fewer scopes'
  const removed = new Set(more.removed)
  const kept = less.removed.find((scope) => !removed.has(scope))
  return kept === undefined
    ? undefined
    : `\`${kept}\` removed, as from the request with fewer scopes`
}
