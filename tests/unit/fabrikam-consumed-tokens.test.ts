import { consumedInMemory } from '../../sandbox/fabrikam/consumed-tokens.ts'

const TOKEN = { issuer: 'https://acme.eu.auth0.com/', audience: 'https://api', jti: 'one' }
const EXPIRES = 1_000

/** What happens to uses of a token, each at a time in epoch seconds. */
async function use(...seconds: readonly number[]): Promise<boolean[]> {
  let now = 0
  const consumed = consumedInMemory(() => now * 1000)
  const firsts: boolean[] = []
  for (const second of seconds) {
    now = second
    firsts.push(await consumed.consume(TOKEN, EXPIRES))
  }
  return firsts
}

// prettier-ignore
test.each<[string, number[], boolean[]]>([
  ['is new once',                                     [0, 1, 2],       [true, false, false]],
  ['is remembered until it expires',                  [0, 999],        [true, false]],
  ['is remembered while another clock may accept it', [0, 1_059],      [true, false]],
  ['is forgotten when nobody accepts it',             [0, 1_061],      [true, true]],
])('a token %s', async (_name, seconds, expected) => {
  expect(await use(...seconds)).toEqual(expected)
})

// prettier-ignore
test.each<[string, Partial<typeof TOKEN>]>([
  ['another jti',      { jti: 'two' }],
  ['another issuer',   { issuer: 'https://other.auth0.com/' }],
  ['another audience', { audience: 'https://payroll' }],
  ['a jti that says it all', { audience: '', jti: 'https://api:one' }],
])('%s is another token', async (_name, changes) => {
  const consumed = consumedInMemory()
  const expires = Date.now() / 1000 + 60
  await consumed.consume(TOKEN, expires)
  expect(await consumed.consume({ ...TOKEN, ...changes }, expires)).toEqual(true)
})
