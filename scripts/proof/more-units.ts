import type { Subject } from './explorer.ts'
import { MORE, MORE_PAIRS, type Focus } from './focus.ts'
import { NO_LITERALS } from '../reading/literals.ts'
import { moreFor } from './more-values.ts'
import { planUnits, type Depth, type Unit } from './units.ts'

/** Where nobody says what day it is. */
const SOME_DAY_MS = Date.UTC(2026, 6, 1, 9, 30)

/** Of a policy with many ways to protect something, the first ones: the code is the same for all. */
const TARGETS = 6
const CASES_OF_PAIRS = 400_000

/**
 * All parts of an exploration: what the policy can tell apart, and then what only code can. The same for
 * the same subject, wherever it is called.
 */
export function unitsOf(subject: Subject, depth: Depth): readonly Unit[] {
  const units = planUnits(subject.policy, subject.invariants, depth)
  const [first = []] = units.map(({ attempts }) => attempts)
  const whole = units.filter(({ attempts }) => attempts.length >= first.length)
  return [...units, ...whole.slice(0, TARGETS).flatMap((unit) => more(unit, subject))]
}

function more({ target }: Unit, subject: Subject): readonly Unit[] {
  const { policy, todayMs = SOME_DAY_MS, literals = NO_LITERALS, newLiterals } = subject
  const unit = (focus: Focus, given: Parameters<typeof moreFor>[2]): Unit => ({
    target: { ...target, more: moreFor(policy, target, given) },
    attempts: [[focus]],
    limit: CASES_OF_PAIRS / TARGETS,
    isMore: true,
  })
  const single = unit(MORE, { todayMs, literals, variants: false, isBrief: false })
  if (newLiterals === undefined) return [single]
  const brief = { todayMs, literals: newLiterals, variants: true, isBrief: true }
  return [single, unit(MORE, brief), unit(MORE_PAIRS, brief)]
}
