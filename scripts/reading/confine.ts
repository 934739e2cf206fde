import { isForeignKey } from './built-in-names.ts'
import * as allowed from './allowed.ts'
import { namesIn, type Names } from './scopes.ts'
import {
  child,
  isFunction,
  list,
  nameOf,
  parseCode,
  placeIn,
  walk,
  type CodePlace,
  type Syntax,
} from './syntax.ts'

/** Something in code that the engine must not use. */
export interface CodeBreach extends CodePlace {
  /** What it is, such as `the name \`process\``. */
  readonly what: string
  /** Whether code could get by it at more than it is given when it is run. */
  readonly isWayOut: boolean
}

/** The nodes around a node, nearest first. */
type Around = readonly Syntax[]

/**
 * Reads code and names all that is on no list of what the engine may use: what is left keeps no state from
 * one login to the next, knows nothing but the event, the time and its policy, and can be tried in cases.
 * Nothing is run.
 */
export function confine(code: string): readonly CodeBreach[] {
  const program = parseCode(code)
  if (program === undefined) {
    return [{ line: 1, column: 1, what: 'code that is no JavaScript', isWayOut: true }]
  }
  const breaches: CodeBreach[] = []
  const names = namesIn(program)
  walk(program, (node, around) => {
    const what = breachOf(node, around, names)
    if (what === undefined) return
    const isWayOut = node.type === 'ImportExpression' || allowed.WAYS_OUT.has(nameOf(node) ?? '')
    breaches.push({ ...placeIn(node), what, isWayOut })
  })
  return [...breaches, ...aboutTheWhole(program, names)].toSorted(
    (a, b) => a.line - b.line || a.column - b.column,
  )
}

function breachOf(node: Syntax, around: Around, names: Names): string | undefined {
  if (!allowed.NODES.has(node.type)) return `\`${node.type}\``
  const operator = node['operator']
  if (typeof operator === 'string' && !allowed.OPERATORS.has(operator) && !isMinus(node)) {
    return `the operator \`${operator}\``
  }
  switch (node.type) {
    case 'Identifier':
      return nameBreach(node, around, names)
    case 'MemberExpression':
      return memberBreach(node, around, names)
    case 'Property':
      return propertyBreach(node, around)
    case 'Literal':
      return literalBreach(node)
    case 'TemplateLiteral':
      return isReason(node, around) ? undefined : 'a text put together'
    case 'CallExpression':
      return callBreach(node, around, names)
    case 'BinaryExpression':
      return arithmeticBreach(node, around, names)
    case 'AssignmentExpression':
      return assignmentBreach(node, around, names)
    case 'SpreadElement': {
      const isOfObject = around[0]?.type === 'ObjectExpression'
      if (!isOfObject || child(node, 'argument')?.type === 'Identifier') return undefined
      return 'a copy of what is not named'
    }
    case 'ArrayPattern':
      return takenApartBreach(node)
    case 'CatchClause':
      return child(node, 'param') && 'the error that was caught'
    case 'ThrowStatement':
      return child(node, 'argument')?.type === 'NewExpression'
        ? undefined
        : 'throwing what is no error'
    case 'ForOfStatement':
      return child(node, 'left')?.['kind'] === 'const' && node['await'] !== true
        ? undefined
        : 'a loop without a `const`'
    case 'VariableDeclaration':
      return variableBreach(node, around)
    default:
      return isFunction(node) && node['generator'] === true
        ? 'a generator'
        : statementBreach(node, around)
  }
}

function isMinus(node: Syntax): boolean {
  const argument = child(node, 'argument')
  return (
    node.type === 'UnaryExpression' &&
    node['operator'] === '-' &&
    typeof argument?.['value'] === 'number'
  )
}

// Outside of functions there is nothing but declarations, and the handler is exported.
function statementBreach(node: Syntax, [parent]: Around): string | undefined {
  if (parent?.type !== 'Program' || node.type === 'FunctionDeclaration') return undefined
  return isExport(child(node, 'expression')) ? undefined : 'a statement outside of functions'
}

function isExport(node: Syntax | undefined): boolean {
  const target = child(node, 'left')
  return (
    node?.['operator'] === '=' &&
    target?.type === 'MemberExpression' &&
    child(target, 'object')?.['name'] === 'exports' &&
    nameOf(target) === 'onExecutePostLogin'
  )
}

function variableBreach(node: Syntax, [parent]: Around): string | undefined {
  return node['kind'] === 'var' && parent?.type !== 'Program' ? 'a `var` in a function' : undefined
}

function nameBreach(node: Syntax, around: Around, names: Names): string | undefined {
  const name = String(node['name'])
  if (name === 'arguments' || name === 'eval') return `the name \`${name}\``
  if (!names.isUse(node)) return undefined
  if (names.variableOf(node) !== undefined) return undefined
  const [parent, grandparent] = around
  if (parent?.type === 'MemberExpression' && parent['object'] === node) {
    const isCalled = grandparent?.type === 'CallExpression' && grandparent['callee'] === parent
    if (isCalled && allowed.CALLED_GLOBALS.has(`${name}.${nameOf(parent) ?? ''}`)) return undefined
    if (name === 'exports' && isExport(grandparent) && around[3]?.type === 'Program')
      return undefined
  }
  const isMade = parent?.type === 'NewExpression' && parent['callee'] === node
  if (isMade && allowed.CONSTRUCTORS.has(name)) return undefined
  const isWritten = parent?.type === 'AssignmentExpression' && parent['left'] === node
  return allowed.CONSTANTS.has(name) && !isWritten ? undefined : `the name \`${name}\``
}

function memberBreach(node: Syntax, around: Around, names: Names): string | undefined {
  const [parent] = around
  const name = nameOf(node)
  const object = child(node, 'object')
  const isCalled = parent?.type === 'CallExpression' && parent['callee'] === node
  if (name === undefined) {
    const key = child(node, 'property')
    const isPlain = key?.type === 'Identifier' || key?.type === 'MemberExpression'
    return isPlain && !isCalled ? undefined : 'a computed name'
  }
  if (/^\d/.test(name)) return name === '0' ? undefined : 'one of a list by its number'
  if (allowed.COUNTS.has(name)) {
    return isComparedWithNone(node, parent)
      ? undefined
      : `\`.${name}\` of what is not compared with 0`
  }
  if (isGlobal(object, names)) return undefined
  if (allowed.COMMAND_NAMES.has(name) && isCalled) {
    const path = `${nameOf(object ?? node) ?? ''}.${name}`
    const isOurs =
      object?.type === 'MemberExpression' && child(object, 'object')?.type === 'Identifier'
    return isOurs && allowed.COMMANDS.has(path) ? undefined : `the command \`${name}\``
  }
  if (allowed.METHODS.has(name) || allowed.CHANGING_METHODS.has(name)) {
    return isCalled ? undefined : `\`.${name}\` that is not called`
  }
  if (isCalled) return `a call of \`.${name}\``
  return isForeign(name) ? `\`.${name}\`` : undefined
}

function isForeign(name: string): boolean {
  return isForeignKey(name) || allowed.WAYS_OUT.has(name)
}

function isGlobal(node: Syntax | undefined, names: Names): boolean {
  return node?.type === 'Identifier' && names.isUse(node) && names.variableOf(node) === undefined
}

function isComparedWithNone(node: Syntax, parent: Syntax | undefined): boolean {
  if (parent?.type !== 'BinaryExpression' || parent['left'] !== node) return false
  const isZero = child(parent, 'right')?.['value'] === 0
  return isZero && ['===', '!==', '>'].includes(String(parent['operator']))
}

function propertyBreach(node: Syntax, [parent]: Around): string | undefined {
  const name = nameOf(node)
  if (node['computed'] === true || name === undefined) return 'a computed name'
  if (node['kind'] !== 'init' || node['method'] === true) return 'a property that is code'
  const value = child(node, 'value')
  const isWorkedOut = ['BinaryExpression', 'ConditionalExpression', 'LogicalExpression']
  if (/Ms$/.test(name) && isWorkedOut.includes(value?.type ?? '')) {
    return `a time that is worked out, \`${name}\``
  }
  const isOther = allowed.COUNTS.has(name) || isForeign(name)
  return isOther && parent !== undefined ? `the property \`${name}\`` : undefined
}

function literalBreach(node: Syntax): string | undefined {
  const { regex, bigint, raw } = node
  if (bigint !== undefined) return 'a number of any length'
  if (regex === undefined || allowed.REGULAR_EXPRESSIONS.has(String(raw))) return undefined
  return `the regular expression \`${String(raw)}\``
}

// Only a denial has a reason that is put together; a text could name anything.
function isReason(node: Syntax, [parent]: Around): boolean {
  if (list(node, 'expressions').length === 0) return true
  const callee = child(parent, 'callee')
  return callee?.type === 'MemberExpression' && nameOf(callee) === 'deny'
}

function callBreach(node: Syntax, around: Around, names: Names): string | undefined {
  const callee = child(node, 'callee')
  if (node['optional'] === true) return 'a call of what may be missing'
  if (callee?.type === 'Identifier') return calledVariableBreach(callee, names)
  if (callee?.type !== 'MemberExpression') return 'a call of what is no name'
  const name = nameOf(callee) ?? ''
  const [first, ...more] = list(node, 'arguments')
  const object = child(callee, 'object')
  if (isGlobal(object, names))
    return globalCallBreach(`${String(object?.['name'])}.${name}`, node, around)
  if (allowed.CHANGING_METHODS.has(name) && !isOwn(object, around, names)) {
    return `\`.${name}\` of what was not made here`
  }
  if (name === 'at') {
    const isLast =
      first !== undefined && isMinus(first) && child(first, 'argument')?.['value'] === 1
    return isLast ? undefined : 'one of a list by its number'
  }
  if (name === 'match') {
    return first?.['regex'] !== undefined && more.length === 0 ? undefined : '`.match` of a text'
  }
  if (name === 'test')
    return isExpression(object, names) ? undefined : '`.test` of what is not named'
  if (name === 'includes' && more.length > 0) return '`.includes` from a place on'
  return undefined
}

function calledVariableBreach(callee: Syntax, names: Names): string | undefined {
  const [definition] = names.variableOf(callee)?.defs ?? []
  if (definition === undefined) return undefined
  const node = definition.node as unknown as Syntax
  const isKnown = isFunction(node) || isFunction(child(node, 'init') ?? node)
  return isKnown ? undefined : `a call of \`${String(callee['name'])}\``
}

function globalCallBreach(path: string, node: Syntax, around: Around): string | undefined {
  const [first, ...more] = list(node, 'arguments')
  if (path === 'JSON.stringify') {
    const isWhole = first?.type === 'ObjectExpression' && more.length === 0
    const isPlain = list(first, 'properties').every(({ type }) => type === 'Property')
    const callee = child(around[0], 'callee')
    const isLogged = callee?.type === 'MemberExpression' && nameOf(callee) === 'log'
    return isWhole && isPlain && isLogged
      ? undefined
      : '`JSON.stringify` of what is no line of the log'
  }
  if (path === 'console.log') {
    const isLine = first?.type === 'CallExpression' && more.length === 0
    return isLine ? undefined : 'a log of what is not written out'
  }
  if (path === 'Date.now') {
    const home = around.find(isFunction)
    return home?.['async'] === true ? undefined : 'the time, outside of the handler'
  }
  return undefined
}

function isExpression(object: Syntax | undefined, names: Names): boolean {
  if (object?.['regex'] !== undefined) return true
  const [definition] = (object && names.variableOf(object)?.defs) ?? []
  return child(definition?.node as unknown as Syntax, 'init')?.['regex'] !== undefined
}

/** The columns of the engine's table of protocols. */
const LONGEST_LIST = 5

// Whatever stands in a longer list than was tried would be lost.
function takenApartBreach(pattern: Syntax): string | undefined {
  const { length } = pattern['elements'] as readonly unknown[]
  if (length > LONGEST_LIST) return 'a long list taken apart'
  return list(pattern, 'elements').length === length ? undefined : 'a gap in a list'
}

function arithmeticBreach(node: Syntax, around: Around, names: Names): string | undefined {
  const [left, right] = [child(node, 'left'), child(node, 'right')]
  const sides = [left, right]
  switch (node['operator']) {
    case 'in':
      return typeof left?.['value'] === 'string' ? undefined : 'a computed name'
    case '+':
      if (sides.some((side) => side?.type === 'TemplateLiteral' || isText(side))) {
        return 'a text put together'
      }
      return sides.every((side) => isTime(side, around, names)) ? undefined : 'a sum of no times'
    case '-':
      return sides.every((side) => isTime(side, around, names))
        ? undefined
        : 'a difference of no times'
    case '*':
    case '/':
      return sides.some((side) => typeof side?.['value'] === 'number') ? undefined : 'a product'
    default:
      return undefined
  }
}

function isText(node: Syntax | undefined): boolean {
  return typeof node?.['value'] === 'string'
}

// Of other numbers a sum could say how much of something comes together, which no case would show.
function isTime(node: Syntax | undefined, around: Around, names: Names): boolean {
  if (node?.type === 'MemberExpression') return /Ms$/.test(nameOf(node) ?? '')
  const variable = node && names.variableOf(node)
  const [definition] = variable?.defs ?? []
  if (variable === undefined || definition === undefined) return false
  if (definition.type === 'Parameter') {
    const sorting = around.find(isFunction)
    const call = sorting && around[around.indexOf(sorting) + 1]
    const callee = child(call, 'callee')
    return (
      names.homeOf(variable) === sorting &&
      callee?.type === 'MemberExpression' &&
      nameOf(callee) === 'toSorted'
    )
  }
  const init = child(definition.node as unknown as Syntax, 'init')
  return typeof init?.['value'] === 'number' && names.homeOf(variable).type === 'Program'
}

// What a function sets is gone when it ends: no login leaves anything to the next one.
function assignmentBreach(node: Syntax, around: Around, names: Names): string | undefined {
  const target = child(node, 'left')
  if (isExport(node) && around[1]?.type === 'Program') return undefined
  const variable = target?.type === 'Identifier' ? names.variableOf(target) : undefined
  if (variable === undefined) return 'a change of what is no variable'
  const isOwnVariable = around.find(isFunction) === names.homeOf(variable)
  return isOwnVariable ? undefined : `a change of \`${variable.name}\`, which outlives the call`
}

/**
 * Whether what is changed was made by the call of the function that changes it: a list, a map or a set of
 * its own, or what it has put into one itself.
 */
function isOwn(object: Syntax | undefined, around: Around, names: Names): boolean {
  const isMember = object?.type === 'MemberExpression'
  const identifier = isMember ? child(object, 'object') : object
  const variable = identifier && names.variableOf(identifier)
  const [definition] = variable?.defs ?? []
  const declarator = definition?.node as unknown as Syntax | undefined
  if (variable === undefined || declarator?.type !== 'VariableDeclarator') return false
  const isConstant = (definition?.parent as { kind?: string } | undefined)?.kind === 'const'
  if (!isConstant || around.find(isFunction) !== names.homeOf(variable)) return false
  const made = child(declarator, 'init')
  if (made === undefined) return false
  if (!isMember && isFresh(made)) return true
  const field = isMember ? nameOf(object) : undefined
  const container = takenFrom(made)
  const from = container && names.variableOf(container)
  const home = around.find(isFunction)
  if (from === undefined || home === undefined || names.homeOf(from) !== home) return false
  if (isMember && field === undefined) return false
  const start = child(from.defs[0]?.node as unknown as Syntax, 'init')
  return start !== undefined && isEmptyMade(start) && holdsOnlyFresh(home, from, { field, names })
}

function isFresh(node: Syntax): boolean {
  const isMade =
    node.type === 'NewExpression' &&
    ['Map', 'Set'].includes(String(child(node, 'callee')?.['name']))
  return node.type === 'ArrayExpression' || node.type === 'ObjectExpression' || isMade
}

function isEmptyMade(node: Syntax): boolean {
  return isFresh(node) && list(node, 'elements').length + list(node, 'arguments').length === 0
}

/** The container of `container.get(…)` and `container.find(…)`. */
function takenFrom(node: Syntax): Syntax | undefined {
  const callee = node.type === 'CallExpression' ? child(node, 'callee') : undefined
  if (callee?.type !== 'MemberExpression') return undefined
  return ['get', 'find'].includes(nameOf(callee) ?? '') ? child(callee, 'object') : undefined
}

function holdsOnlyFresh(
  home: Syntax,
  container: NonNullable<ReturnType<Names['variableOf']>>,
  { field, names }: { readonly field: string | undefined; readonly names: Names },
): boolean {
  let isSo = true
  walk(home, (node) => {
    const callee = node.type === 'CallExpression' ? child(node, 'callee') : undefined
    if (callee?.type !== 'MemberExpression') return
    const object = child(callee, 'object')
    if (!allowed.CHANGING_METHODS.has(nameOf(callee) ?? '') || object === undefined) return
    if (names.variableOf(object) !== container) return
    const put = list(node, 'arguments').at(-1)
    const part =
      field === undefined
        ? put
        : child(
            list(put, 'properties').find((each) => nameOf(each) === field),
            'value',
          )
    if (put === undefined || !isFresh(put) || part === undefined || !isFresh(part)) isSo = false
  })
  return isSo
}

function aboutTheWhole(program: Syntax, names: Names): readonly CodeBreach[] {
  const clocks: Syntax[] = []
  const handlers: Syntax[] = []
  walk(program, (node) => {
    if (isFunction(node) && node['async'] === true) handlers.push(node)
    const object = node.type === 'MemberExpression' ? child(node, 'object') : undefined
    if (object?.['name'] === 'Date' && nameOf(node) === 'now') clocks.push(node)
  })
  const breach = (node: Syntax, what: string): CodeBreach => ({
    ...placeIn(node),
    what,
    isWayOut: false,
  })
  return [
    ...clocks.slice(1).map((node) => breach(node, 'a second look at the time')),
    ...handlers.slice(1).map((node) => breach(node, 'a second function that is `async`')),
    ...recursions(program, names).map((node) => breach(node, 'a function that calls itself')),
  ]
}

/** Functions that come back to themselves: how deep that goes depends on who runs them. */
function recursions(program: Syntax, names: Names): readonly Syntax[] {
  const mentioned = new Map<Syntax, Set<Syntax>>()
  walk(program, (node, around) => {
    const [definition] = (node.type === 'Identifier' && names.variableOf(node)?.defs) || []
    const declared = definition?.node as unknown as Syntax | undefined
    if (declared === undefined || definition?.type === 'Parameter') return
    const called = isFunction(declared) ? declared : child(declared, 'init')
    if (called === undefined || !isFunction(called)) return
    for (const home of around.filter(isFunction)) {
      mentioned.set(home, (mentioned.get(home) ?? new Set()).add(called))
    }
  })
  const reaches = (from: Syntax, to: Syntax, seen: Set<Syntax>): boolean =>
    [...(mentioned.get(from) ?? [])].some((next) => {
      if (next === to) return true
      if (seen.has(next)) return false
      seen.add(next)
      return reaches(next, to, seen)
    })
  return [...mentioned.keys()].filter((each) => reaches(each, each, new Set()))
}
