import {
  answerTo,
  compareAnswers,
  GRAVEST_FIRST,
  situationsFor,
  type Situation,
  type Verdict,
} from '../policy/answer.ts'
import { dimensionsOf, type Circumstance, type Standing } from '../policy/effective.ts'
import { areAskedTogether, clashesBetween, mayClash } from '../policy/together.ts'
import { contentOf, isSilentApart, standingsIn, type Kind } from './compare.ts'

/** Things of two kinds, one of each asked for in the same request: all rules of both bind it. */
export type Pair = Kind & Required<Pick<Kind, 'alone'>>

export function isPair(kind: Kind): kind is Pair {
  return kind.alone !== undefined
}

/** The kinds of which a token can be asked for together, where the rules of either change in a browser. */
export function pairsOf(kinds: readonly Kind[]): readonly Pair[] {
  const inBrowser = mergedInBrowser(kinds)
  return inBrowser.flatMap((first, i) =>
    inBrowser
      .slice(i + 1)
      .filter((second) => areAskedTogether(first.protects[0], second.protects[0]))
      .filter((second) => changes(first) || changes(second))
      .filter(
        (second) => mayClash(first.before, second.before) || mayClash(first.after, second.after),
      )
      .map((second) => pairOf(first, second)),
  )
}

// What is answered without a browser does not count here, so more kinds are alike.
function mergedInBrowser(kinds: readonly Kind[]): readonly Kind[] {
  const merged = new Map<string, Kind>()
  for (const kind of kinds) {
    const [first] = kind.protects
    const api = 'acr' in first ? null : first.audience
    const key = JSON.stringify([api, contentInBrowser(kind.before), contentInBrowser(kind.after)])
    const known = merged.get(key)
    merged.set(
      key,
      known === undefined ? kind : { ...known, protects: [...known.protects, ...kind.protects] },
    )
  }
  return [...merged.values()]
}

const NOT_ASKED = { others: 'deny' } as const

function contentInBrowser(rules: Kind['before']): readonly string[] {
  return contentOf(rules.map((rule) => ({ ...rule, withoutBrowser: NOT_ASKED })))
}

function changes({ before, after }: Kind): boolean {
  return JSON.stringify(contentInBrowser(before)) !== JSON.stringify(contentInBrowser(after))
}

function pairOf(first: Kind, second: Kind): Pair {
  const both = (side: 'before' | 'after') => [...new Set([...first[side], ...second[side]])]
  const [before, after] = [both('before'), both('after')]
  return {
    ...{ alone: [first, second], protects: first.protects, before, after },
    unasked: { before: [], after: [] },
    dimensions: dimensionsOf([...before, ...after]),
  }
}

/**
 * What a change of the policy makes of asking for both: `same` unless it makes or unmakes that they cannot
 * be had together, as all else follows from what is told of each.
 */
export function verdictTogether(pair: Pair, circumstance: Circumstance): Verdict {
  const [first, second] = pair.alone.map((kind) => standingsIn(kind, circumstance)) as [Both, Both]
  const clashing = {
    before: clashesBetween(first.before, second.before),
    after: clashesBetween(first.after, second.after),
  }
  if (clashing.before.length + clashing.after.length === 0) return 'same'
  const both = standingsIn(pair, circumstance)
  const told = (side: 'before' | 'after') =>
    clashing[side].length > 0 && [
      both[side].kind,
      [...new Set(clashing[side].map(({ common }) => JSON.stringify(common)))].toSorted(),
    ]
  if (JSON.stringify(told('before')) === JSON.stringify(told('after'))) return 'same'
  const isSilent = isSilentApart(pair, circumstance)
  const verdicts = new Set(
    [...clashesIn(pair, circumstance), ...situationsFor([both.before, both.after])].map(
      (situation) =>
        compareAnswers(
          answerTo(both.before, situation, isSilent),
          answerTo(both.after, situation, isSilent),
        ),
    ),
  )
  return GRAVEST_FIRST.find((verdict) => verdicts.has(verdict)) ?? 'same'
}

interface Both {
  readonly before: Standing
  readonly after: Standing
}

/** Logins that cannot have both, before or after. */
export function clashesIn(pair: Pair, circumstance: Circumstance): readonly Situation[] {
  const [first, second] = pair.alone.map((kind) => standingsIn(kind, circumstance)) as [Both, Both]
  return [
    ...clashesBetween(first.before, second.before),
    ...clashesBetween(first.after, second.after),
  ].map(({ situation }) => situation)
}
