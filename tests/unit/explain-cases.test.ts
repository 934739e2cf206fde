import { newExplainer, type Explainer } from '../../scripts/explain/explainer.ts'
import { bundlePolicy } from '../../scripts/policy/bundle.ts'
import { CASES } from '../support/cases.ts'
import { eventOf, NOW_MS } from '../support/event.ts'

// The bundle is run as well: explaining throws where it does otherwise than the effective policy says.
describe.each(CASES)('explained, $title', ({ policy, cases }) => {
  let explainer: Explainer
  beforeAll(async () => {
    const code = await bundlePolicy(policy, '')
    explainer = newExplainer({ code, policy, locate: () => ({ file: 'policy.yaml', line: 1 }) })
  })

  test.each(cases)('%s', (_name, given, { outcome, reason, rule }) => {
    const explained = explainer.explain({ event: eventOf(given), nowMs: NOW_MS })
    expect([explained.outcome, explained.reason, explained.rule]).toEqual([outcome, reason, rule])
  })
})
