// Benchmarks are run rarely, so each section is run here in small: what it measures does not matter, that it can does.
import { audit } from '../../../bench/audit.ts'
import { bundle } from '../../../bench/bundle.ts'
import { decisions } from '../../../bench/decisions.ts'
import { sandbox } from '../../../bench/sandbox.ts'
import type { Section } from '../../../bench/section.ts'

const time = { warmUpMs: 1, roundMs: 1, rounds: 1 }

// prettier-ignore
test.each<[name: string, measure: () => Promise<Section>, rows: number, goals: number]>([
  ['decisions', () => decisions({ protectedScopes: [1, 10], requestedScopes: [1], time }),           11, 3],
  ['bundle',    () => bundle(1),                                                                     5,  4],
  ['audit',     () => audit([10]),                                                                   1,  3],
  ['sandbox',   () => sandbox({ seconds: { password: 60, mfa: 60, session: 60 }, logins: 2 }),       3,  2],
])('%s can be measured', async (_name, measure, rows, goals) => {
  const section = await measure()
  expect([section.rows.length, section.goals.length]).toEqual([rows, goals])
  expect(JSON.stringify(section)).not.toMatch(/NaN|Infinity|undefined/)
})
