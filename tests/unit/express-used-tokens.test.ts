import { keyOf, usedInMemory, type IssuedToken, type Use } from '../../express/used-tokens.ts'

const ISSUED = 1_000
const TOKEN: IssuedToken = {
  issuer: 'https://acme.eu.auth0.com/',
  audience: 'https://api',
  jti: 'one',
  issued: ISSUED,
  expires: 2_000,
}

/** What happens to uses of a token, each at a time in epoch seconds, in a memory that began at 0. */
async function use(...seconds: readonly number[]): Promise<Use[]> {
  let now = 0
  const used = usedInMemory(() => now * 1000)
  const uses: Use[] = []
  for (const second of seconds) {
    now = second
    uses.push(await used.use(TOKEN))
  }
  return uses
}

// prettier-ignore
test.each<[string, number[], Use[]]>([
  ['is new once',                                                  [1000, 1001, 1002], ['first-use', 'used-before', 'used-before']],
  ['is remembered until it expires',                               [1000, 1999],       ['first-use', 'used-before']],
  ['is remembered while another clock may accept it',              [1000, 2059],       ['first-use', 'used-before']],
  ['is no longer new when nobody accepts it',                      [1000, 2300],       ['first-use', 'not-remembered']],
  ['is not new again when the clock is set back after it was forgotten', [1000, 9999, 1000], ['first-use', 'not-remembered', 'not-remembered']],
])('a token %s', async (_name, seconds, expected) => {
  expect(await use(...seconds)).toEqual(expected)
})

// prettier-ignore
test.each<[string, beganMs: number, Use]>([
  ['was issued long before',                               1_600_000, 'not-remembered'],
  ['was issued in the very second',                        1_000_900, 'not-remembered'],
  ['may be of the same second, or of a clock five ahead',    995_000, 'not-remembered'],
  ['was issued more than five seconds later',                994_999, 'first-use'],
])('a memory refuses what may be older than itself: a token that %s', async (_name, beganMs, expected) => {
  const used = usedInMemory(() => beganMs)
  expect(await used.use(TOKEN)).toEqual(expected)
})

// prettier-ignore
test.each<[string, Partial<IssuedToken>]>([
  ['another jti',            { jti: 'two' }],
  ['another issuer',         { issuer: 'https://other.auth0.com/' }],
  ['another audience',       { audience: 'https://payroll' }],
  ['a jti that says it all', { audience: '', jti: 'https://api","one' }],
])('%s is another token', async (_name, changes) => {
  const used = usedInMemory(() => 0)
  await used.use(TOKEN)
  expect(await used.use({ ...TOKEN, ...changes })).toEqual('first-use')
  expect(keyOf({ ...TOKEN, ...changes })).not.toEqual(keyOf(TOKEN))
})

test('using a token up costs the same however many are remembered', async () => {
  const used = usedInMemory(() => 0)
  const millisFor = async (from: number, to: number): Promise<number> => {
    const began = performance.now()
    for (let i = from; i < to; i++) await used.use({ ...TOKEN, jti: `token ${i}` })
    return performance.now() - began
  }
  await millisFor(0, 20_000)
  const few = await millisFor(20_000, 22_000)
  await millisFor(22_000, 200_000)
  const many = await millisFor(200_000, 202_000)
  // Ten times as many are remembered: to look through them would take ten times as long.
  expect(many).toBeLessThan(few * 3 + 200)
})
