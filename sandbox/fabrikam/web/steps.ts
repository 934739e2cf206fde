import type { Html } from '../views/html.ts'
import type { Step } from '../views/steps.ts'
import type { Refusal } from './banking.ts'
import type { FirstTry, Receipt } from './session.ts'
import type { LoginFacts, TokenFacts } from './token-facts.ts'
import { TRANSFER_REQUEST } from './transfer.ts'
import type { Decision } from './workbench.ts'

/** @param title such as `Login` */
export function loginStep(title: string, { amr, issued }: LoginFacts): Step {
  return {
    title,
    facts: [
      ['ID token issued', clock(issued)],
      ['amr', amr],
    ],
  }
}

/** @param title says which token it is */
export function tokenStep(title: string, { scopes, expires }: TokenFacts): Step {
  return {
    title,
    facts: [
      ['Scope', scopes],
      ['Expires', expires === undefined ? 'never' : clock(expires)],
    ],
  }
}

/** @param call such as `GET /accounts` */
export function callStep(call: string, result: { readonly outcome: 'done' } | Refusal): Step {
  const answer = result.outcome === 'done' ? 'done' : result.answer
  return { title: call, facts: [['Answer', answer]] }
}

/** The first act: what the token of the login is not enough for. */
export function refusalStep({ token, answer }: FirstTry): Step {
  return {
    title: 'POST /transfers, with the token of the login',
    text: 'The bank refuses, and its challenge names the scope that is missing.',
    facts: [
      ['Scope', token.scopes],
      ['Answer', answer],
    ],
  }
}

/** What the demonstration adds to a receipt. */
export interface Behind {
  readonly decisions: readonly Decision[]
  /** Sends the used token once more */
  readonly replay: Html | undefined
}

/** @returns all that came between an order and its receipt */
export function receiptSteps(receipt: Receipt, behind?: Behind): readonly Step[] {
  return [
    refusalStep(receipt.refusal),
    {
      title: 'Asked the login service again',
      facts: [['Request', `GET /authorize, scope=${TRANSFER_REQUEST}`]],
      ...(receipt.rule !== undefined && {
        text: 'This rule protects the scope, as it was when asked:',
        lines: receipt.rule,
      }),
    },
    ...(behind ? [decisionStep(behind.decisions)] : []),
    loginStep('Login for this transfer', receipt.login),
    tokenStep(
      behind ? 'High-value token, for this one use' : 'High-value token, used once and thrown away',
      receipt.token,
    ),
    callStep('POST /transfers', receipt.result),
    ...(behind && receipt.spent !== undefined ? [replayStep(receipt, behind.replay)] : []),
  ]
}

/** What was logged while the login service had the browser; another tab may have had a part in it. */
function decisionStep(decisions: readonly Decision[]): Step {
  const lines = decisions.map(({ outcome, reason, rule }): readonly [string, string] => [
    outcome,
    `${reason} (${rule ?? 'no rule'})`,
  ])
  return {
    title: 'What the Action logged meanwhile',
    text: 'It logs whatever it does not simply let pass.',
    facts: lines.length === 0 ? [['Nothing', 'no challenge, no denial']] : lines,
  }
}

function replayStep({ replay }: Receipt, action: Html | undefined): Step {
  const title = 'POST /transfers, with the same token again'
  if (replay !== undefined) return { title, id: 'replayed', facts: [['Answer', replay]] }
  return {
    title,
    text: 'Not tried yet. A real app has thrown the token away by now; this one has kept it to show.',
    facts: [],
    action,
  }
}

function clock(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(11, 19)} UTC`
}
