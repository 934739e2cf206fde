import { decide } from '../../actions/step-up/decide.ts'
import { indexRules } from '../../actions/step-up/policy.ts'
import { CASES } from '../support/cases.ts'
import { eventOf, NOW_MS } from '../support/event.ts'

describe.each(CASES)('$title', ({ policy, cases }) => {
  test.each(cases)('%s', (_name, given, decision) => {
    expect(decide(indexRules(policy.rules), eventOf(given), NOW_MS)).toEqual(decision)
  })
})
