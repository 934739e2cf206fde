import { enrolledPartition, methodsPartition } from './mfa-partitions.ts'
import { withMore } from './more-values.ts'
import { CLOCK, PRESENT, THROWS, valuesAt, type Partition } from './partition.ts'
import { refreshPolicies, requestPartitions } from './request-partitions.ts'
import type { Target } from './target.ts'

/** Where no exception expires, the time does not matter: timestamps follow it. */
const ANY_TIME_MS = Date.UTC(2026, 0, 15, 12)
const DAY_MS = 86_400_000

/**
 * The partitions of all fields that a step-up policy can depend on. Values are alike within a class: a
 * policy compares names, compares times with its own boundaries, and distrusts what it cannot read.
 */
export function partitionsFor(target: Target): readonly Partition[] {
  const partitions = ownPartitions(target)
  return target.more === undefined ? partitions : withMore(partitions, target, target.more)
}

function ownPartitions(target: Target): readonly Partition[] {
  return [
    { path: CLOCK, values: times(target) },
    ...requestPartitions(target),
    { path: 'client', values: [PRESENT, undefined, THROWS] },
    { path: 'client.client_id', values: clients(target) },
    { path: 'client.refresh_token', values: refreshPolicies(target) },
    { path: 'organization', values: organizations(target) },
    {
      path: 'session',
      values: [undefined, {}, { actor: { sub: 'somebody' } }, { actor: null }, THROWS],
    },
    { path: 'authentication', values: [PRESENT, undefined, THROWS] },
    methodsPartition(target.demands),
    {
      path: 'authentication.riskAssessment',
      values: [
        undefined,
        { confidence: 'high' },
        { confidence: 'low' },
        { confidence: 'medium' },
        { confidence: 'neutral' },
        {},
        { confidence: 5 },
        THROWS,
      ],
    },
    enrolledPartition(target.demands),
  ]
}

/** How many combinations of classes there are: cases stand for as many as there are in what they leave unread. */
export function combinationsOf(partitions: readonly Partition[]): number {
  return partitions.reduce((product, each) => product * valuesAt(each, 0).length, 1)
}

function times({ exceptions, reportEnds }: Target): readonly number[] {
  const ends = [...new Set([...exceptions.map(({ untilMs }) => untilMs), ...reportEnds])]
  // Once every rule is enforced, if that comes, and before an exception ends.
  const ordinary =
    reportEnds.length > 0
      ? Math.max(...reportEnds)
      : ends.length === 0
        ? ANY_TIME_MS
        : Math.min(...ends) - DAY_MS
  return [ordinary, ...ends.flatMap((end) => [end - 1, end])]
}

function clients(target: Target): readonly unknown[] {
  return ['a-web-application', ...namedIn(target), undefined, 5, THROWS]
}

function organizations(target: Target): readonly unknown[] {
  return [
    undefined,
    { id: 'an-organization' },
    ...namedIn(target).map((id) => ({ id })),
    {},
    { id: 5 },
    THROWS,
  ]
}

// Both kinds of ids go into both fields, in case one is taken for the other.
function namedIn({ exceptions }: Target): readonly string[] {
  const names = exceptions.map((each) => ('client' in each ? each.client : each.organization))
  return [...new Set(names)]
}
