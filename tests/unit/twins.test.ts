// Which Actions of other names have code of this package, and with how many requests that is known.
import type { Management } from 'auth0'
import { withBanner } from '../../scripts/policy/banner.ts'
import type { ManagementClient } from '../../scripts/tenant/management.ts'
import { findTwins } from '../../scripts/tenant/read.ts'

const OURS = withBanner('x = 1', { version: '0.1.0', policyHash: 'a'.repeat(64) })
const EDITED = OURS.replace('x = 1', 'x = 2')
const FOREIGN = 'exports.onExecutePostLogin = async () => {}'

const action = (name: string, code?: string) =>
  ({
    id: `id of ${name}`,
    name,
    ...(code !== undefined && { deployed_version: { code } }),
  }) as Management.Action

interface Given {
  readonly isThere: boolean
  readonly bound: readonly Management.Action[]
  /** All that are deployed for post-login. */
  readonly deployed?: readonly Management.Action[]
}

async function find({ isThere, bound, deployed }: Given) {
  const list = jest.fn(() => Promise.resolve(deployed))
  const management = { actions: { list } } as unknown as ManagementClient
  const bindings = bound.map((each) => ({ action: each }))
  const twins = await findTwins(management, { name: 'Step-up', isThere, bindings })
  const told = twins.map(({ name, isBound }) => `${name}${isBound ? ', bound' : ''}`)
  return { twins: told, requests: list.mock.calls.length }
}

// prettier-ignore
test.each<[string, Given, string[], requests: number]>([
  ['none beside ours',                { isThere: true, bound: [action('Step-up', OURS), action('A', FOREIGN)] },          [], 0],
  ['one that is bound',               { isThere: true, bound: [action('Step-up', OURS), action('A', OURS)] },             ['A, bound'], 0],
  ['one that was edited',             { isThere: true, bound: [action('Step-up', OURS), action('A', EDITED)] },           ['A, bound'], 0],
  ['a binding that shows no code',    { isThere: true, bound: [action('A')], deployed: [action('A', OURS)] },             ['A, bound'], 1],
  ['ours is not there',               { isThere: false, bound: [], deployed: [action('A', FOREIGN), action('B', OURS)] }, ['B'], 1],
  ['ours was renamed',                { isThere: false, bound: [action('B', OURS)], deployed: [action('B', OURS)] },      ['B, bound'], 1],
])('%s', async (_name, given, twins, requests) => {
  expect(await find(given)).toEqual({ twins, requests })
})
