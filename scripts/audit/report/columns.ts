import type { Path, ProtectedPaths } from '../paths/path.ts'
import { outcomeInWords, type OutcomeWords } from './outcome-words.ts'

/** What is protected and fares alike in every flow: one column of the matrix. */
export interface Column {
  readonly members: readonly [ProtectedPaths, ...ProtectedPaths[]]
  /** As they were run for {@link askedFor}. */
  readonly paths: readonly Path[]
}

/** Puts together what cannot be told apart by what happens, so that 200 rules can be taken in. Open ones first. */
export function columnsOf(all: readonly ProtectedPaths[]): readonly Column[] {
  const columns = new Map<string, [ProtectedPaths, ...ProtectedPaths[]]>()
  for (const each of all) {
    const key = behaviourOf(each)
    const known = columns.get(key)
    if (known === undefined) columns.set(key, [each])
    else known.push(each)
  }
  return [...columns.values()]
    .map((members) => ({ members, paths: members[0].paths }))
    .toSorted((a, b) => urgencyOf(b) - urgencyOf(a))
}

/** The scope or acr value with which the paths of a column were run. */
export function askedFor({ members: [first] }: Column): string {
  return 'acr' in first ? first.acr : (first.scopes[0] ?? '')
}

/** The rules that protect the members of a column. */
export function rulesOf({ members }: Column): readonly string[] {
  return [...new Set(members.map(titleOf))]
}

/** The rules that protect something together. */
export function titleOf({ rules }: ProtectedPaths): string {
  return rules.join(' + ')
}

function behaviourOf(each: ProtectedPaths): string {
  return JSON.stringify(['acr' in each, each.paths.map(({ outcome }) => outcome)])
}

function urgencyOf({ paths }: Column): number {
  const tones: readonly OutcomeWords['tone'][] = ['caution', 'open']
  return Math.max(...paths.map((path) => tones.indexOf(outcomeInWords(path).tone)))
}
