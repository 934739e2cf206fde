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

/** Whoever shows the decisions of an Action, such as the page of the example. */
interface Audience {
  note(decision: LoggedDecision): void
}

/**
 * Hears the lines of the tenant, and tells the decisions among them to an audience and in the terminal.
 * @param audience undefined until there is one: the decisions of a deploy that tries the code are no one's
 */
export function decisionTeller(
  audience: () => Audience | undefined,
  note: (lines: readonly string[]) => void,
): (line: string) => void {
  return (line) => {
    const decision = decisionIn(line, Date.now())
    const listening = audience()
    if (decision === undefined || listening === undefined) return
    listening.note(decision)
    note([decisionLine(decision)])
  }
}
