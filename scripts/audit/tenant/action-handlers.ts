import type { Names } from '../../reading/scopes.ts'
import {
  child,
  constantText,
  isFunction,
  list,
  nameOf,
  walk,
  type Syntax,
} from '../../reading/syntax.ts'

/** The key of a member where it can be told: written out, or a variable that only ever holds one text. */
export function keyOf(node: Syntax, names: Names): string | undefined {
  const name = nameOf(node)
  if (name !== undefined || node['computed'] !== true) return name
  return textValue(child(node, 'property'), names)
}

function textValue(node: Syntax | undefined, names: Names): string | undefined {
  if (node === undefined) return undefined
  if (node.type === 'BinaryExpression' && node['operator'] === '+') {
    const [left, right] = [
      textValue(child(node, 'left'), names),
      textValue(child(node, 'right'), names),
    ]
    return left === undefined || right === undefined ? undefined : left + right
  }
  if (node.type !== 'Identifier') return constantText(node)
  const [definition, ...more] = names.variableOf(node)?.defs ?? []
  const isConstant = (definition?.parent as { kind?: string } | undefined)?.kind === 'const'
  if (!isConstant || more.length > 0) return undefined
  return textValue(child(definition?.node as unknown as Syntax, 'init'), names)
}

/** The function of the source that an expression calls. */
export function functionOf(callee: Syntax | undefined, names: Names): Syntax | undefined {
  if (callee !== undefined && isFunction(callee)) return callee
  if (callee?.type !== 'Identifier') return undefined
  const [definition, ...more] = names.variableOf(callee)?.defs ?? []
  const node = definition?.node as unknown as Syntax | undefined
  if (node === undefined || definition?.type === 'Parameter' || more.length > 0) return undefined
  if (names.variableOf(callee)?.references.some((use) => use.isWrite() && use.init !== true)) {
    return undefined
  }
  if (isFunction(node)) return node
  const init = child(node, 'init')
  return init !== undefined && isFunction(init) ? init : undefined
}

/** What of its handlers cannot be told by reading, in words. @param textOf a node as it stands in the source */
export function handlersUnclear(
  program: Syntax,
  names: Names,
  textOf: (node: Syntax) => string,
): readonly string[] {
  const handlers = handlersOf(program, names)
  if (handlers.length === 0) return whereNoHandler(program)
  return [
    ...(handlers.some(takesAList) ? ['its handler takes `api` in a list'] : []),
    ...exportsUnclear(program, names).map(
      (node) => `it sets its handler in a way that is not followed, in \`${textOf(node)}\``,
    ),
  ]
}

/** The functions that Auth0 calls. */
export function handlersOf(program: Syntax, names: Names): readonly Syntax[] {
  const handlers: Syntax[] = []
  walk(program, (node) => {
    const isNamed = (name: string | undefined) =>
      /^on(?:Execute|Continue)PostLogin$/.test(name ?? '')
    const isSet = node.type === 'AssignmentExpression' && isNamed(memberName(child(node, 'left')))
    const isField = node.type === 'Property' && isNamed(nameOf(node))
    const value = isSet ? child(node, 'right') : isField ? child(node, 'value') : undefined
    const found = value === undefined ? undefined : functionOf(value, names)
    // Bundlers export by a getter: `{ onExecutePostLogin: () => onExecutePostLogin }`.
    const handler = functionOf(child(found, 'body'), names) ?? found
    if (handler !== undefined) handlers.push(handler)
  })
  return handlers
}

// Neither is followed: `(...all) =>`, nor `(event, [api]) =>`.
function takesAList(handler: Syntax): boolean {
  return list(handler, 'params')
    .slice(0, 2)
    .some(({ type }, i) => type === 'RestElement' || (i === 1 && type === 'ArrayPattern'))
}

/** Where something is exported by a name, or as a whole, that reading does not tell. */
function exportsUnclear(program: Syntax, names: Names): readonly Syntax[] {
  const unclear: Syntax[] = []
  walk(program, (node, [parent, grandparent]) => {
    if (parent === undefined || !isExports(node, names)) return
    const isRead = parent.type === 'MemberExpression' && parent['object'] === node
    if (isRead ? keyOf(parent, names) !== undefined : isPlainExport(node, parent, names)) return
    unclear.push(isRead ? (grandparent ?? parent) : parent)
  })
  return unclear
}

function isExports(node: Syntax, names: Names): boolean {
  const isFree = (name: string, each: Syntax | undefined) =>
    each?.type === 'Identifier' &&
    each['name'] === name &&
    names.isUse(each) &&
    names.variableOf(each) === undefined
  return (
    isFree('exports', node) ||
    (node.type === 'MemberExpression' &&
      isFree('module', child(node, 'object')) &&
      [undefined, 'exports'].includes(keyOf(node, names)))
  )
}

/** `exports = …`, which exports nothing, `module.exports = { … }`, and the mark that compilers leave. */
function isPlainExport(node: Syntax, parent: Syntax, names: Names): boolean {
  const right = child(parent, 'right')
  if (parent.type === 'AssignmentExpression') {
    if (right === node || node.type === 'Identifier') return true
    const properties = list(right, 'properties')
    return (
      right?.type === 'AssignmentExpression' ||
      (right?.type === 'ObjectExpression' && properties.every((each) => nameOf(each) !== undefined))
    )
  }
  const [target, key] = parent.type === 'CallExpression' ? list(parent, 'arguments') : []
  return target === node && textValue(key, names) === '__esModule'
}

function memberName(node: Syntax | undefined): string | undefined {
  return node?.type === 'MemberExpression' ? nameOf(node) : undefined
}

// Without a handler nothing runs, unless it comes from elsewhere.
function whereNoHandler(program: Syntax): readonly string[] {
  const found: Syntax[] = []
  walk(program, (node) => {
    if (node.type === 'Identifier' && node['name'] === 'exports') found.push(node)
  })
  return found.length > 0 ? ['its handler is not a function that is written out in it'] : []
}
