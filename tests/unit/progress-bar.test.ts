import { progressBar } from '../../scripts/terminal/progress-bar.ts'

// prettier-ignore
test.each([
  ['nothing done',      0,   3, '░'.repeat(30),                    '  0 %, 0 of 3'],
  ['one of three',      1,   3, '█'.repeat(10) + '░'.repeat(20),   ' 33 %, 1 of 3'],
  ['a share of the second', 1.5, 3, '█'.repeat(15) + '░'.repeat(15), ' 50 %, 1 of 3'],
  ['all but a little', 199, 200, '█'.repeat(29) + '░',             ' 99 %, 199 of 200'],
  ['all',               3,   3, '█'.repeat(30),                    '100 %, 3 of 3'],
  ['nothing to do',     0,   0, '█'.repeat(30),                    '100 %, 0 of 0'],
])('%s', (_case, done, total, bar, says) =>
  expect(progressBar('checking', done, total)).toBe(`checking ${bar} ${says}`),
)
