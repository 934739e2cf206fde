import type { Aspect } from './change.ts'
import type { Subject } from './circumstance.ts'
import type { Change, Comparison } from './compare-kind.ts'
import type { Kind } from './kinds.ts'
import type { Protected } from './protected.ts'
import type { Verdict } from './standing.ts'
import { wordsFor } from './words.ts'

/** Whether users have to pass MFA where they had not to, or the other way round. */
export type Prompting = 'more' | 'less' | 'alike'

/** Requests whose outcome has changed in the same way. */
export interface Group {
  readonly verdict: Exclude<Verdict, 'same'>
  readonly aspect: Aspect
  readonly protects: readonly Protected[]
  readonly protocols: readonly string[]
  readonly subject: Subject | undefined
  /** Undefined where it does not matter how Auth0 assesses the login. */
  readonly isConfident: boolean | undefined
  readonly was: string
  readonly now: string
  readonly prompting: Prompting
  readonly kind: Kind
  readonly change: Change
}

/** Groups the changes of a kind: by what has changed, over all flows that tell it in the same words. */
export function groupsOf(kind: Kind, { changes }: Comparison): readonly Group[] {
  const single = changes.map((change) => groupOf(kind, change))
  const overRisk = merge(single, ['isConfident']).map((groups) => ({
    ...groups[0],
    isConfident: shared(groups.map((each) => each.isConfident)),
  }))
  return merge(overRisk, ['protocols']).map((groups) => ({
    ...groups[0],
    protocols: [...new Set(groups.flatMap(({ protocols }) => protocols))],
  }))
}

function groupOf(kind: Kind, change: Change): Group {
  const { difference, profiles } = change
  const aspect = tellingAspect(change)
  const { protocol, subject, isConfident } = difference.circumstance
  return {
    verdict: difference.verdict,
    aspect,
    protects: kind.protects,
    protocols: [protocol],
    subject,
    isConfident: aspect === 'edge' ? undefined : isConfident,
    was: wordsFor(aspect, profiles.before, { difference, tense: 'was' }),
    now: wordsFor(aspect, profiles.after, { difference, tense: 'is' }),
    prompting: promptingOf(change),
    kind,
    change,
  }
}

/** The aspect of a change, unless the words for it would say the same of both sides. */
function tellingAspect({ difference, aspect, profiles: { before, after } }: Change): Aspect {
  const given = { difference, tense: 'is' } as const
  return wordsFor(aspect, before, given) === wordsFor(aspect, after, given) ? 'edge' : aspect
}

function promptingOf({ difference: { before, after } }: Change): Prompting {
  const [wasAsked, isAsked] = [before.kind === 'mfa', after.kind === 'mfa']
  if (wasAsked === isAsked) return 'alike'
  return isAsked ? 'more' : 'less'
}

/** Puts together what differs in these properties only, in the order of first appearance. */
function merge(
  groups: readonly Group[],
  properties: readonly (keyof Group)[],
): (readonly [Group, ...Group[]])[] {
  const leftOut = ['kind', 'change', ...properties]
  const merged = new Map<string, [Group, ...Group[]]>()
  for (const group of groups) {
    const key = JSON.stringify(Object.entries(group).filter(([name]) => !leftOut.includes(name)))
    const known = merged.get(key)
    if (known === undefined) merged.set(key, [group])
    else known.push(group)
  }
  return [...merged.values()]
}

function shared<T>(values: readonly T[]): T | undefined {
  return new Set(values).size === 1 ? values[0] : undefined
}
