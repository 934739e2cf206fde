import type { Circumstance, Dimensions, Period, Subject } from '../policy/effective.ts'
import { FLOWS, type Flow } from '../policy/flows.ts'

/** Circumstances that can be told in one sentence: these flows, for these people, in one stretch of time. */
export interface Region {
  readonly flows: readonly Flow[]
  readonly subjects: Subjects
  readonly period: Period
  readonly confidence: Circumstance['confidence']
}

/** Who a sentence is about. Empty where it is everybody. */
export interface Subjects {
  readonly clients?: Names
  readonly organizations?: Names
}

/** These alone, or everybody but these. */
export type Names = { readonly only: readonly string[] } | { readonly allBut: readonly string[] }

/** Covers a set of circumstances by as few regions as are found, none of which holds anything else. */
export function regionsOf(
  circumstances: readonly Circumstance[],
  dimensions: Dimensions,
): readonly Region[] {
  const flows = groupBy(circumstances, ({ subject, period, confidence }) => [
    subject,
    period.fromMs,
    confidence,
  ]).map((group) => ({ ...group[0], flows: whole(group) }))
  const confidences = groupBy(flows, (each) => [
    each.subject,
    each.period.fromMs,
    each.flows,
  ]).flatMap((group) =>
    group.length === dimensions.confidences.length
      ? [{ ...group[0], confidence: 'any' as const }]
      : group,
  )
  const stretches = groupBy(confidences, (each) => [
    each.subject,
    each.confidence,
    each.flows,
  ]).flatMap((group) =>
    joined(group.map(({ period }) => period)).map((period) => ({ ...group[0], period })),
  )
  return groupBy(stretches, (each) => [each.flows, each.confidence, each.period]).flatMap((group) =>
    subjectsIn(
      group.map(({ subject }) => subject),
      dimensions,
    ).map((subjects) => ({
      ...{ flows: group[0].flows, subjects },
      ...{ period: group[0].period, confidence: group[0].confidence },
    })),
  )
}

// For an organization there is no exchange outside of one, which must not tell it from everybody else.
function whole(group: readonly Circumstance[]): readonly Flow[] {
  const flows = group.map(({ flow }) => flow)
  const isInOrganization = group[0]?.subject.organization !== undefined
  const isExchanged = flows.some(({ id }) => id === 'token-exchange-in-organization')
  if (!isInOrganization || !isExchanged) return flows
  return FLOWS.filter((flow) => flows.includes(flow) || flow === OUTSIDE)
}

const OUTSIDE = FLOWS.find(({ id, isActing }) => id === 'oauth2-token-exchange' && !isActing)

function joined(periods: readonly Period[]): readonly Period[] {
  const all: Period[] = []
  for (const period of periods.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = all.at(-1)
    if (last?.untilMs === period.fromMs) all[all.length - 1] = { ...last, untilMs: period.untilMs }
    else all.push(period)
  }
  return all
}

function subjectsIn(subjects: readonly Subject[], all: Dimensions): readonly Subjects[] {
  return groupBy(subjects, ({ client }) => [client])
    .map((group) => ({
      client: group[0].client,
      organizations: namesOf(
        group.map(({ organization }) => organization),
        all.organizations,
      ),
    }))
    .reduce<{ clients: (string | undefined)[]; organizations: Names | undefined }[]>(
      (found, { client, organizations }) => {
        const same = found.find(
          (each) => JSON.stringify(each.organizations) === JSON.stringify(organizations),
        )
        if (same === undefined) found.push({ clients: [client], organizations })
        else same.clients.push(client)
        return found
      },
      [],
    )
    .map(({ clients, organizations }) => {
      const named = namesOf(clients, all.clients)
      return { ...(named && { clients: named }), ...(organizations && { organizations }) }
    })
}

/** @returns undefined for everybody */
function namesOf(
  found: readonly (string | undefined)[],
  all: readonly string[],
): Names | undefined {
  const names = found.filter((name) => name !== undefined)
  if (!found.includes(undefined)) return { only: names }
  const others = all.filter((name) => !names.includes(name))
  return others.length === 0 ? undefined : { allBut: others }
}

function groupBy<T>(
  values: readonly T[],
  keyOf: (value: T) => unknown,
): readonly (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>()
  for (const value of values) {
    const key = JSON.stringify(keyOf(value))
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [value])
    else group.push(value)
  }
  return [...groups.values()]
}
