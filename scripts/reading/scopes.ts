import { analyze, type Scope, type Variable } from 'eslint-scope'
import { isFunction, type Syntax } from './syntax.ts'

/** What the names in a piece of code refer to. */
export interface Names {
  /** The variable that an identifier refers to; undefined where it is declared nowhere in the code. */
  readonly variableOf: (identifier: Syntax) => Variable | undefined
  /** The variable that an identifier declares, such as a parameter. */
  readonly declaredBy: (identifier: Syntax) => Variable | undefined
  /** Whether an identifier is a use of a variable, and neither a property's name nor a declaration. */
  readonly isUse: (identifier: Syntax) => boolean
  /** The function, or the program, whose variable it is. */
  readonly homeOf: (variable: Variable) => Syntax
}

/** Finds out what the names in a program refer to. */
export function namesIn(program: Syntax): Names {
  const manager = analyze(program as never, { ecmaVersion: 2025, sourceType: 'commonjs' })
  const declared = new Map<unknown, Variable>()
  const uses = new Map<unknown, Variable | undefined>()
  for (const scope of manager.scopes) {
    for (const variable of scope.variables) {
      for (const identifier of variable.identifiers) declared.set(identifier, variable)
    }
    for (const { identifier, resolved } of scope.references) {
      // `arguments` is declared by every function, and by nobody's code.
      uses.set(identifier, resolved !== null && resolved.defs.length > 0 ? resolved : undefined)
    }
  }
  return {
    variableOf: (identifier) => uses.get(identifier),
    declaredBy: (identifier) => declared.get(identifier),
    isUse: (identifier) => uses.has(identifier),
    homeOf: ({ scope }) => homeOf(scope),
  }
}

function homeOf(scope: Scope): Syntax {
  const block = scope.block as unknown as Syntax
  const isHome = isFunction(block) || scope.upper === null
  return isHome || scope.upper === null ? block : homeOf(scope.upper)
}
