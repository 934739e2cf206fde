import type { Names } from '../../reading/scopes.ts'
import { child, list, nameOf, type Syntax } from '../../reading/syntax.ts'
import { keyOf } from './action-handlers.ts'
import { targetsOf } from './targets.ts'

/** What code runs on: whoever changes it may change what our Action does. */
// prettier-ignore
const BUILT_IN = [
  'Array', 'Boolean', 'Date', 'Error', 'Function', 'Iterator', 'JSON', 'Map', 'Math', 'NaN', 'Number', 'Object',
  'Promise', 'RegExp', 'Set', 'String', 'Symbol', 'TypeError', 'WeakMap', 'console', 'undefined',
]
const GLOBAL = ['globalThis', 'global']
const TO_ALL = ['__proto__', 'constructor']
const DEFINING = ['defineProperty', 'defineProperties', 'assign', 'setPrototypeOf']

/** Whether a node changes a built-in, on which our Action may run, too. */
export function changesBuiltIn(node: Syntax, names: Names): boolean {
  if (targetsOf(node).some((target) => isOfBuiltIn(target, names))) return true
  const callee = node.type === 'CallExpression' ? child(node, 'callee') : undefined
  const method = callee?.type === 'MemberExpression' ? (keyOf(callee, names) ?? '') : ''
  const [first] = list(node, 'arguments')
  return DEFINING.includes(method) && first !== undefined && isBuiltIn(first, names)
}

// A member of what is built in, or the name of it. To set an object's own prototype changes that object alone.
function isOfBuiltIn(target: Syntax, names: Names): boolean {
  if (target.type !== 'MemberExpression') return isFreeBuiltIn(target, names)
  const object = child(target, 'object')
  const isOwn = TO_ALL.includes(keyOf(target, names) ?? '')
  return object !== undefined && (isBuiltIn(object, names) || (!isOwn && isBuiltIn(target, names)))
}

function isFreeBuiltIn(node: Syntax, names: Names): boolean {
  const isFree = names.isUse(node) && names.variableOf(node) === undefined
  return isFree && BUILT_IN.includes(String(node['name']))
}

/** Whether an expression is a built-in, or a part of one: by its name, by a variable, or by what has it. */
function isBuiltIn(node: Syntax, names: Names, seen: readonly Syntax[] = []): boolean {
  if (seen.includes(node)) return false
  const isSo = (next: Syntax | undefined) =>
    next !== undefined && isBuiltIn(next, names, [...seen, node])
  switch (node.type) {
    case 'Identifier': {
      const variable = names.variableOf(node)
      if (variable === undefined) return isFreeBuiltIn(node, names)
      return variable.defs.some(({ node: definition }) => {
        const { type } = definition as unknown as Syntax
        return type === 'VariableDeclarator' && isSo(child(definition as unknown as Syntax, 'init'))
      })
    }
    case 'MemberExpression': {
      const object = child(node, 'object')
      const key = keyOf(node, names)
      if (TO_ALL.includes(key ?? '')) return true
      const isGlobal =
        object?.type === 'Identifier' &&
        names.variableOf(object) === undefined &&
        GLOBAL.includes(String(object['name']))
      return isGlobal ? key === undefined || BUILT_IN.includes(key) : isSo(object)
    }
    case 'CallExpression': {
      const callee = child(node, 'callee')
      return callee?.type === 'MemberExpression' && nameOf(callee) === 'getPrototypeOf'
    }
    case 'LogicalExpression':
      return isSo(child(node, 'left')) || isSo(child(node, 'right'))
    default:
      return false
  }
}
