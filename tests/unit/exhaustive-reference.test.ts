import { readFacts } from '../../scripts/proof/facts.ts'
import { evaluate } from '../../scripts/proof/reference.ts'
import { newRuleBook } from '../../scripts/proof/rule-book.ts'
import type { Decision } from '../../actions/step-up/decide.ts'
import type { Policy } from '../../actions/step-up/policy.ts'
import { CASES } from '../support/cases.ts'
import { eventOf, NOW_MS } from '../support/event.ts'

// The same table that judges the Action judges the reference, as each is the other's only check.

const scopes = (decision: Decision) =>
  'removeScopes' in decision ? decision.removeScopes.toSorted() : []

function expectedOf(decision: Decision, { claim, idTokenClaim }: Policy): unknown {
  if (decision.outcome === 'deny') return { kind: 'refused' }
  const isRecorded = 'mfa' in decision && claim !== undefined
  const held = 'heldTo' in decision && idTokenClaim !== undefined ? decision.heldTo : undefined
  return {
    kind: 'answered',
    removed: scopes(decision),
    mfa: mfaOf(decision),
    recorded: isRecorded ? decision.mfa : undefined,
    held: held ?? [],
  }
}

function mfaOf(decision: Decision): unknown {
  if (decision.outcome !== 'challenge') return 'none'
  const { challengeWith, enrollWith } = decision
  if (challengeWith.length + enrollWith.length === 0) return 'any'
  return { challenge: challengeWith.toSorted(), enroll: enrollWith.toSorted() }
}

describe.each(CASES)('$title', ({ policy, cases }) => {
  test.each(cases)('%s', (_name, given, decision) => {
    const book = newRuleBook(policy)
    const facts = readFacts(eventOf(given))
    const found = evaluate(book, facts, NOW_MS)
    const sorted =
      found.kind === 'refused'
        ? found
        : {
            ...found,
            removed: [...found.removed].toSorted(),
            mfa:
              typeof found.mfa === 'string'
                ? found.mfa
                : {
                    challenge: found.mfa.challenge.toSorted(),
                    enroll: found.mfa.enroll.toSorted(),
                  },
          }
    expect(sorted).toEqual(expectedOf(decision, policy))
  })
})
