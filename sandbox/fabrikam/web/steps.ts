import type { Step } from '../views/steps.ts'
import type { Refusal } from './banking.ts'
import type { LoginFacts, TokenFacts } from './token-facts.ts'

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

function clock(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(11, 19)} UTC`
}
