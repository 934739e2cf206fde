import { confine } from '../scripts/reading/confine.ts'
import { BAD_ENGINES, badCode, policyOf } from '../tests/support/bad-engines.ts'
import { foundInCode } from '../tests/support/found-in-code.ts'
import { format } from './format.ts'
import type { Section } from './section.ts'

/** Counts the Actions with a hole that the audit finds, the pin of the engine left aside, which finds them all. */
export async function badActions(): Promise<Section> {
  const counts = new Map([
    ['by reading', 0],
    ['in cases', 0],
    ['not at all', 0],
  ])
  const startedAt = performance.now()
  for (const bad of BAD_ENGINES) {
    const code = await badCode(bad)
    const how = await foundHow(code, policyOf(bad))
    counts.set(how, (counts.get(how) ?? 0) + 1)
  }
  const seconds = (performance.now() - startedAt) / 1_000
  const missed = counts.get('not at all') ?? 0
  return {
    title: 'Bad Actions',
    about: `Copies of the shipped engine with one hole each, half of them made to hide from the audit
(tests/support/bad-engines.ts). That their bytes are not those of a release would find them all, and is left aside here. It takes
${format(seconds / BAD_ENGINES.length)} s for each.`,
    rows: [...counts].map(([found, actions]) => ({ found, Actions: format(actions) })),
    goals: [
      {
        text: `all of ${format(BAD_ENGINES.length)} bad Actions are found: ${format(BAD_ENGINES.length - missed)}`,
        isMet: missed === 0,
      },
    ],
  }
}

async function foundHow(code: string, policy: Parameters<typeof foundInCode>[1]): Promise<string> {
  if (confine(code).length > 0) return 'by reading'
  return (await foundInCode(code, policy)).length > 0 ? 'in cases' : 'not at all'
}
