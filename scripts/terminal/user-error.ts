/** One thing the user can mend: where it is, what is wrong, and how to put it right. */
export interface Problem {
  /** `file:line:column`, a flag, or an environment variable */
  readonly where?: string
  readonly message: string
  readonly hint?: string
}

/** A mistake of the user's, not of ours: printed as its problems, never with a stack trace. */
export class UserError extends Error {
  override readonly name = 'UserError'
  readonly problems: readonly [Problem, ...Problem[]]

  constructor(...problems: readonly [Problem, ...Problem[]]) {
    super(problems.map(formatProblem).join('\n'))
    this.problems = problems
  }

  /** The same with one more problem at its end. */
  and(problem: Problem): UserError {
    return new UserError(...this.problems, problem)
  }
}

/** Renders `where: message` with the hint on a line of its own. */
export function formatProblem({ where, message, hint }: Problem): string {
  const line = where === undefined ? message : `${where}: ${message}`
  return hint === undefined ? line : `${line}\n  ${hint}`
}
