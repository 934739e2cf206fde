/** What the Action has logged of a request that it did not simply let pass. */
export interface LoggedDecision {
  readonly atMs: number
  readonly outcome: string
  readonly reason: string
  readonly rule: string | undefined
  readonly protocol: string | undefined
}

/** As the sandbox tenant reports what an Action prints. */
const PRINTED = /^sandbox: Action "[^"]*": (\{"stepUp":.*\})$/

/** Reads a line that the tenant reports. @returns undefined where it is no decision */
export function decisionIn(line: string, atMs: number): LoggedDecision | undefined {
  const json = PRINTED.exec(line)?.[1]
  if (json === undefined) return undefined
  try {
    const { stepUp, would, reason, rule, protocol } = JSON.parse(json) as Record<string, unknown>
    return {
      atMs,
      outcome: stepUp === 'report' ? `report: would ${String(would)}` : String(stepUp),
      reason: String(reason),
      rule: typeof rule === 'string' ? rule : undefined,
      protocol: typeof protocol === 'string' ? protocol : undefined,
    }
  } catch {
    // Auth0 and the sandbox cut a long line: it is printed as it is.
    return undefined
  }
}

/** One line for a terminal. */
export function decisionLine({ atMs, outcome, reason, rule, protocol }: LoggedDecision): string {
  const time = new Date(atMs).toISOString().slice(11, 19)
  return `${time}  ${[rule ?? 'no rule', outcome, reason, protocol].filter(Boolean).join('  ')}`
}
