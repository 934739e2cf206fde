import type { ScopeRule } from '../../actions/step-up/policy.ts'
import { NO_STATE, type Subject } from './explorer.ts'
import { loadBundle } from './run-bundle.ts'
import type { Violation } from './counterexample.ts'

const BATCH = 1_000

/**
 * Runs one instance of a bundle on many logins, each of another client, organization and user: an instance of
 * Auth0 lives through as many, and keeps what its code keeps. All of them ask for a protected scope.
 * @returns the violation where one of them is answered in another way than the first
 */
export async function manyLogins(
  { code, policy, todayMs = 0 }: Subject,
  logins: number,
): Promise<Violation | undefined> {
  const rule = policy.rules.find((each): each is ScopeRule => 'audience' in each)
  if (rule === undefined) return undefined
  const bundle = loadBundle(code, { now: () => todayMs, onUnknown: () => undefined })
  let promises: unknown[] = []
  let first: string | undefined
  for (let i = 0; i < logins; i++) {
    const event = loginOf(i, rule)
    const run = bundle.run(event)
    promises.push(run.promise)
    const calls = JSON.stringify(run.calls)
    first ??= calls
    if (calls !== first) {
      await bundle.settle(promises)
      const expected = 'the calls of every login before it on this instance'
      const { calls: made } = run
      return {
        invariant: NO_STATE,
        rule: rule.id,
        count: 1,
        event,
        nowMs: todayMs,
        calls: made,
        expected,
      }
    }
    if (promises.length === BATCH) {
      await bundle.settle(promises)
      promises = []
    }
  }
  await bundle.settle(promises)
  return undefined
}

function loginOf(i: number, { audience, scopes }: ScopeRule): object {
  return {
    transaction: { protocol: 'oidc-basic-profile', requested_scopes: scopes },
    resource_server: { identifier: audience },
    client: { client_id: `client-${i}` },
    organization: { id: `org_${i}` },
    user: { user_id: `auth0|${i}`, enrolledFactors: [{ type: 'otp' }] },
    authentication: { methods: [] },
  }
}
