import type { Path, PathOutcome } from '../paths/path.ts'

/** An outcome for a cell of the matrix. */
export interface OutcomeWords {
  /** So that it can be told without colour and without reading. */
  readonly mark: string
  readonly text: string
  /**
   * `safe`: it is not issued. `asked`: only after MFA. `proven`: on the MFA of the session. `caution`: to be
   * looked at. `open`: without MFA. `none`: there is no such request.
   */
  readonly tone: 'safe' | 'asked' | 'proven' | 'caution' | 'open' | 'none'
}

/** Says what becomes of a request, in a few words. */
export function outcomeInWords({ kind, outcome }: Pick<Path, 'kind' | 'outcome'>): OutcomeWords {
  switch (outcome.kind) {
    case 'issued':
      return ISSUED[outcome.proof]
    case 'challenged':
      return kind === 'browser'
        ? { mark: '?', tone: 'asked', text: `challenged: ${oneOf(outcome.factors)}` }
        : { mark: '?', tone: 'asked', text: `mfa_required: ${oneOf(outcome.factors)}` }
    case 'enrols':
      return { mark: '?', tone: 'asked', text: `must set up: ${oneOf(outcome.factors)}` }
    case 'login-required':
      return { mark: '×', tone: 'safe', text: 'login_required' }
    case 'removed':
      return { mark: '−', tone: 'safe', text: 'scope removed' }
    case 'denied':
      return { mark: '×', tone: 'safe', text: 'denied' }
    case 'failed':
      return { mark: '!', tone: 'caution', text: 'the Action fails' }
    case 'no-action':
      return heldBy(outcome)
    case 'impossible':
      return { mark: '', tone: 'none', text: '–' }
  }
}

const ISSUED: Readonly<Record<'none' | 'mfa' | 'exception', OutcomeWords>> = {
  none: { mark: '!', tone: 'open', text: 'issued without MFA' },
  mfa: { mark: '✓', tone: 'proven', text: 'issued on that MFA' },
  exception: { mark: '!', tone: 'caution', text: 'issued by exception' },
}

function heldBy({ holders }: PathOutcome & { readonly kind: 'no-action' }): OutcomeWords {
  if (holders === undefined) return { mark: '!', tone: 'caution', text: 'grants not looked at' }
  if (holders.length === 0) return { mark: '×', tone: 'safe', text: 'no client grant' }
  return { mark: '!', tone: 'open', text: `granted to ${holders.join(', ')}` }
}

function oneOf(factors: 'any' | readonly string[]): string {
  return factors === 'any' ? 'any factor' : factors.join(' or ')
}
