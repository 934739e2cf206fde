import { isAmount, newBank } from '../../sandbox/fabrikam/bank.ts'

// prettier-ignore
test.each([
  ['some of it',         1200,    { outcome: 'done', balance: 1250.25 }],
  ['all of it',          2450.25, { outcome: 'done', balance: 0 }],
  ['a cent more',        2450.26, { outcome: 'refused', balance: 2450.25, message: 'There is not enough money on the everyday account: it has €2,450.25. Nothing was done.' }],
])('%s', (_name, amount, expected) => {
  const bank = newBank()
  expect(bank.transfer('ada', amount)).toEqual(expected)
  expect(bank.accounts('ada')[0]?.balance).toEqual(expected.balance)
})

// prettier-ignore
test.each<[name: string, value: unknown, expected: boolean]>([
  ['a cent',                    0.01,      true],
  ['cents that floats hide',    1.1 + 2.2, false],
  ['as it was written',         3.3,       true],
  ['the most',                  10_000,    true],
  ['more',                      10_000.01, false],
  ['nothing',                   0,         false],
  ['less',                      -1,        false],
  ['less than a cent',          0.001,     false],
  ['half a cent more',          12.505,    false],
  ['no number',                 NaN,       false],
  ['a text',                    '12',      false],
])('%s is an amount or not', (_name, value, expected) => {
  expect(isAmount(value)).toBe(expected)
})

test('what one customer spends is there for another', () => {
  const bank = newBank()
  bank.transfer('ada', 2450.25)
  expect(bank.transfer('ada', 0.01)).toMatchObject({ outcome: 'refused', balance: 0 })
  expect(bank.transfer('bob', 0.01)).toEqual({ outcome: 'done', balance: 2450.24 })
})
