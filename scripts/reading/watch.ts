import { HOOKS } from './hooks.ts'
import {
  child,
  childrenOf,
  isFunction,
  isSyntax,
  list,
  nameOf,
  parseCode,
  placeIn,
} from './syntax.ts'
import type { CodePlace, Syntax } from './syntax.ts'

/** A place in code at which it goes one way or another. */
export interface WatchPoint extends CodePlace {
  /** The piece of code, shortened. */
  readonly text: string
  /** `both`: a condition, that has to be true once and false once. `once`: code that has to be reached. */
  readonly needs: 'both' | 'once'
}

/** Code that tells which way it goes, by calls of hooks (`scripts/proof/guard.ts`). */
export interface Watched {
  readonly code: string
  readonly points: readonly WatchPoint[]
}

const COMPARISONS = new Set(['===', '!==', '==', '!=', '<', '<=', '>', '>=', 'in', 'instanceof'])
const ASKING = new Set([
  'some',
  'every',
  'filter',
  'find',
  'findLast',
  'findIndex',
  'findLastIndex',
])

/** Methods that answer with yes or no, and those that answer with something, or with nothing. */
const DECIDING = new Set(['every', 'has', 'includes', 'some', 'test'])
const GIVING = new Set(['at', 'concat', 'filter', 'find', 'findLast', 'flatMap', 'from', 'map'])

/** Puts calls into code at each of its turns; undefined where it is no JavaScript. */
export function watch(code: string): Watched | undefined {
  const program = parseCode(code)
  if (program === undefined) return undefined
  const points: WatchPoint[] = []

  const point = (node: Syntax, needs: WatchPoint['needs']): number => {
    const text = code.slice(node.start, node.end).replace(/\s+/g, ' ')
    const shortened = text.length <= 80 ? text : `${text.slice(0, 79)}…`
    return points.push({ ...placeIn(node), text: shortened, needs }) - 1
  }

  const written = (node: Syntax, around: readonly Syntax[]): string => {
    let text = ''
    let at = node.start
    const inside = [node, ...around]
    for (const each of inOrder(node)) {
      text += code.slice(at, each.start) + written(each, inside)
      at = each.end
    }
    return turned(node, text + code.slice(at, node.end), around)
  }

  const turned = (node: Syntax, text: string, [parent, grandparent]: readonly Syntax[]): string => {
    if (parent === undefined) return text
    const isCondition =
      isConditionIn(node, parent, grandparent) || DECIDING.has(methodOf(node) ?? '')
    if (isCondition || COMPARISONS.has(String(node['operator']))) {
      const reached = isBodyOf(node, parent) ? `${HOOKS.reached}(${point(node, 'once')}),` : ''
      return `(${reached}${HOOKS.isTrue}(${point(node, 'both')}, ${text}))`
    }
    if (isMaybeMissing(node, parent)) return `${HOOKS.isMissing}(${point(node, 'both')}, ${text})`
    // Without a turn to be seen, code may still do something where a look-up finds something.
    if (isGiving(node, parent)) return `${HOOKS.given}(${point(node, 'once')}, ${text})`
    if (isKey(node, parent)) return `${HOOKS.key}(${text})`
    if (parent.type === 'SpreadElement' && grandparent?.type === 'ObjectExpression') {
      return `${HOOKS.copied}(${text})`
    }
    if (!isReached(node, parent)) return text
    const call = `${HOOKS.reached}(${point(node, 'once')})`
    if (node.type === 'BlockStatement') return `{ ${call};${text.slice(1)}`
    return node.type.endsWith('Statement') ? `{ ${call}; ${text} }` : `(${call}, ${text})`
  }

  return { code: written(program, []), points }
}

function inOrder(node: Syntax): readonly Syntax[] {
  if (node.type === 'Property' && node['shorthand'] === true) {
    return [child(node, 'value')].filter(isSyntax)
  }
  return childrenOf(node).toSorted((a, b) => a.start - b.start)
}

function isConditionIn(node: Syntax, parent: Syntax, grandparent: Syntax | undefined): boolean {
  const operator = parent['operator']
  if (parent['test'] === node) return true
  if (parent.type === 'LogicalExpression') return parent['left'] === node && operator !== '??'
  if (parent.type === 'UnaryExpression') return operator === '!'
  if (!isBodyOf(node, parent) || node.type === 'BlockStatement') return false
  const callee = child(grandparent, 'callee')
  const isArgument = list(grandparent, 'arguments').includes(parent)
  return isArgument && callee?.type === 'MemberExpression' && ASKING.has(nameOf(callee) ?? '')
}

function methodOf(node: Syntax): string | undefined {
  const callee = node.type === 'CallExpression' ? child(node, 'callee') : undefined
  return callee?.type === 'MemberExpression' ? nameOf(callee) : undefined
}

/** Whether it is of a use that it gives something, or holds anything. */
function isGiving(node: Syntax, parent: Syntax): boolean {
  if (node.type === 'NewExpression') return list(node, 'arguments').length > 0
  const isAssigned = parent.type === 'AssignmentExpression' && parent['left'] === node
  const isKeyed = node.type === 'MemberExpression' && node['computed'] === true && !isAssigned
  return isKeyed ? child(node, 'property')?.type !== 'Literal' : GIVING.has(methodOf(node) ?? '')
}

function isMaybeMissing(node: Syntax, parent: Syntax): boolean {
  if (methodOf(node) === 'get') return true
  // Of a field nothing is learned here that no comparison tells; a look-up may find nothing.
  if (parent.type === 'MemberExpression') {
    const isOptional = parent['object'] === node && parent['optional'] === true
    return isOptional && node.type === 'CallExpression'
  }
  return (
    parent.type === 'LogicalExpression' && parent['operator'] === '??' && parent['left'] === node
  )
}

function isKey(node: Syntax, parent: Syntax): boolean {
  const isComputed = parent.type === 'MemberExpression' && parent['computed'] === true
  return isComputed && parent['property'] === node && node.type !== 'Literal'
}

function isBodyOf(node: Syntax, parent: Syntax): boolean {
  return isFunction(parent) && parent['body'] === node
}

/** Code that may never come to be run: bodies, defaults, and what is set where something is missing. */
function isReached(node: Syntax, parent: Syntax): boolean {
  if (isBodyOf(node, parent)) return true
  if (parent.type === 'CatchClause' || parent.type === 'ForOfStatement')
    return parent['body'] === node
  const isDefault = parent.type === 'AssignmentPattern' || parent['operator'] === '??='
  return isDefault && parent['right'] === node
}
