import { decide } from '../../actions/step-up/decide.ts'
import { indexPolicy } from '../../actions/step-up/policy.ts'
import { readRequest } from '../../actions/step-up/request.ts'
import { CASES } from '../support/cases.ts'
import { eventOf, NOW_MS } from '../support/event.ts'

describe.each(CASES)('$title', ({ policy, cases }) => {
  test.each(cases)('%s', (_name, given, decision) => {
    expect(decide(indexPolicy(policy), readRequest(eventOf(given)), NOW_MS)).toEqual(decision)
  })
})
