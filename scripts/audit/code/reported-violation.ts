import type { PolicyFile } from '../../policy/schema.ts'
import type { Path } from '../../policy/yaml-source.ts'
import type { Position } from '../../terminal/user-error.ts'
import type { Violation } from '../../proof/counterexample.ts'
import { invariantWords, type InvariantWords } from '../../proof/invariants.ts'

/** A violation as plain data, with the words for its invariant. */
export interface ReportedViolation extends Omit<Violation, 'event' | 'nowMs'>, InvariantWords {
  /** The smallest event that shows it, with {@link UNREADABLE} where reading a field throws. */
  readonly event: unknown
  /** The time of the request, ISO 8601. */
  readonly at: string
  /** The rule in the policy file, or the file. */
  readonly where: Position
}

export const UNREADABLE = '<throws>'

/** Makes a violation reportable. */
export function reported(
  { event, nowMs, ...violation }: Violation,
  policy: PolicyFile,
  locate: (path: Path) => Position,
): ReportedViolation {
  const rule = policy.rules.findIndex(({ id }) => id === violation.rule)
  const invariants = policy.audit?.invariants ?? []
  const invariant = invariants.findIndex(({ id }) => id === violation.invariant)
  const path =
    invariant >= 0 ? ['audit', 'invariants', invariant] : rule >= 0 ? ['rules', rule] : []
  return {
    ...violation,
    ...invariantWords(violation.invariant, invariants[invariant]?.reason ?? ''),
    event: readable(event),
    at: new Date(nowMs).toISOString(),
    where: locate(path),
  }
}

/** A value with {@link UNREADABLE} where reading throws. */
export function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readable)
  if (typeof value !== 'object' || value === null) return value
  const properties = Object.entries(Object.getOwnPropertyDescriptors(value))
  return Object.fromEntries(
    properties.map(([name, property]) => [
      name,
      property.get === undefined ? readable(property.value) : UNREADABLE,
    ]),
  )
}
