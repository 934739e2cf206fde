import { compareAnswers, GRAVEST_FIRST } from '../policy/answer.ts'
import { flowsInWords, type Flow } from '../policy/flows.ts'
import type { ReportedChange } from './reported-change.ts'
import type { Surprise } from './witness.ts'
import { answerInWords } from './words.ts'

/** Tells what code of another version does otherwise than its policy says, by what was seen of both. */
export function engineChanges(surprises: readonly Surprise[]): readonly ReportedChange[] {
  const groups = new Map<string, { readonly first: Surprise; readonly flows: Map<string, Flow> }>()
  for (const surprise of surprises) {
    const { kind, before, after, circumstance } = surprise
    const together = kind.alone?.[1].protects
    const key = JSON.stringify([kind.protects, together, before, after])
    const group = groups.get(key) ?? { first: surprise, flows: new Map() }
    group.flows.set(JSON.stringify(circumstance.flow), circumstance.flow)
    groups.set(key, group)
  }
  return [...groups.values()]
    .flatMap(({ first, flows }) => {
      const verdict = compareAnswers(first.before, first.after)
      if (verdict === 'same') return []
      return {
        verdict,
        protects: first.kind.protects,
        ...(first.kind.alone !== undefined && { together: first.kind.alone[1].protects }),
        where: `${flowsInWords([...flows.values()])}, seen when both were run`,
        was: answerInWords(first.before),
        now: answerInWords(first.after),
        note: 'the deployed code is another version of the Action than the one here',
      }
    })
    .toSorted((a, b) => GRAVEST_FIRST.indexOf(a.verdict) - GRAVEST_FIRST.indexOf(b.verdict))
}
