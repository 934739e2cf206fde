import { match } from '../../actions/step-up/match.ts'
import { indexRules } from '../../actions/step-up/policy.ts'
import { protocolOf } from '../../actions/step-up/protocols.ts'
import { BANKING, eventOf, NOW_MS } from '../support/event.ts'
import { scopeRule } from '../support/policies.ts'

test('a rule is touched once, however many of its scopes are asked for', () => {
  const both = scopeRule({ id: 'both', scopes: ['transfer:funds', 'close:account'] })
  const one = scopeRule({ id: 'one', scopes: ['close:account'] })
  const event = eventOf({
    protocol: 'oidc-basic-profile',
    audience: BANKING,
    scopes: ['transfer:funds', 'close:account'],
  })
  const login = { event, protocol: protocolOf(event), nowMs: NOW_MS }
  expect(match(indexRules([both, one]), login)).toEqual({
    asked: [
      { rule: both, scopes: ['transfer:funds', 'close:account'] },
      { rule: one, scopes: ['close:account'] },
    ],
    possible: [],
  })
})
