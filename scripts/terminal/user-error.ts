/** A place in a file, counted from 1. */
export interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** A place in a file; or a file, a folder, a flag or an environment variable as a whole. */
export type Where = Position | string

/** `file:line:column`, or the name of what is meant as a whole. */
export function placeOf(where: Where): string {
  return typeof where === 'string' ? where : `${where.file}:${where.line}:${where.column}`
}

/** One thing the user can mend: where it is, what is wrong, and how to put it right. */
export interface Problem {
  readonly where?: Where
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
  const line = where === undefined ? message : `${placeOf(where)}: ${message}`
  return hint === undefined ? line : `${line}\n  ${hint}`
}
