import { transformSync } from 'esbuild'
import type { Variable } from 'eslint-scope'
import { namesIn, type Names } from '../../reading/scopes.ts'
import { functionOf, handlersOf, handlersUnclear, keyOf } from './action-handlers.ts'
import { changesBuiltIn } from './built-ins.ts'
import { eventWrites } from './event-writes.ts'
import {
  child,
  constantText,
  isFunction,
  list,
  nameOf,
  parseCode,
  passedOnBy,
  unchained,
  walk,
  type Syntax,
} from '../../reading/syntax.ts'

/** A call of a method of `api`, whatever name it goes by in the source. */
export interface ApiCall {
  /** The method without `api.`, such as `accessToken.addScope`. */
  readonly method: string
  /** The call with its arguments, such as `accessToken.addScope("x")`. */
  readonly text: string
  /** Undefined where the method is handed on, and nobody knows what it is called with. */
  readonly args: readonly Syntax[] | undefined
}

/** What can be told of an Action by reading it. */
export interface ActionReading {
  readonly calls: readonly ApiCall[]
  /** Every text that the source writes out. */
  readonly texts: readonly string[]
  /** What may reach the risky parts of `api` and cannot be followed, in words. */
  readonly unclear: readonly string[]
  /** What may change what our Action reads of the event, as the source has it. */
  readonly eventWrites: readonly string[]
}

/** Parts of `api` by which a later step-up can be undone. */
const RISKY = ['', 'multifactor', 'accessToken', 'authentication', 'transaction']
const LONGEST = 80

/** Methods that answer with what they found or made; all others with `api`. */
const ANSWERING =
  /^(?:cache|groups|roles)\.get|^(?:groups\.has|redirect\.(?:can|encode|validate)|rules\.was)/

/**
 * Reads an Action: follows `api` through variables, destructuring, functions of its own and bound methods.
 * What is never reached counts as long as it cannot be seen at once that it is not.
 */
export function readAction(code: string): ActionReading {
  const source = normalizeSource(code)
  const program = parseCode(source)
  if (program === undefined) {
    return { calls: [], texts: [], unclear: ['it is no JavaScript'], eventWrites: [] }
  }
  const names = namesIn(program)
  const paths = follow(program, names)
  const calls: ApiCall[] = []
  const unclear = new Set<string>([
    ...handlersUnclear(program, names, (node) => textOf(node, source)),
    ...paths.picked.map(
      (node) => `it picks from \`api\` by a computed name, in \`${textOf(node, source)}\``,
    ),
  ])
  const called = (method: string, args: readonly Syntax[] | undefined) => {
    const given = args?.map(({ start, end }) => source.slice(start, end)).join(',')
    calls.push({
      method,
      args,
      text: shortened(given === undefined ? method : `${method}(${given})`),
    })
  }
  walk(program, (node, around) => {
    if (node.type === 'Identifier' && node['name'] === 'arguments')
      unclear.add('it uses `arguments`')
    if (node.type === 'WithStatement') unclear.add('it uses `with`')
    if (node.type === 'Identifier' && names.isUse(node) && names.variableOf(node) === undefined) {
      const name = String(node['name'])
      if (['eval', 'Function', 'Reflect', 'Proxy'].includes(name))
        unclear.add(`it uses \`${name}\``)
    }
    for (const path of paths.of(node)) {
      const [parent] = around
      if (parent === undefined) continue
      const call = callIn(node, parent, around)
      if (call !== undefined) {
        if (path.includes('.')) called(path, call.args)
        else if (isRisky(path)) unclear.add(`it calls \`${named(path)}\``)
        continue
      }
      if (isFollowed(node, around, { names, paths })) continue
      if (path.includes('.') && isRisky(path)) called(path, undefined)
      else if (isRisky(path))
        unclear.add(`\`${named(path)}\` is handed on, in \`${textOf(parent, source)}\``)
    }
    const target = node.type === 'AssignmentExpression' ? child(node, 'left') : undefined
    const changedPart = target?.type === 'MemberExpression' ? child(target, 'object') : undefined
    if (changedPart !== undefined && paths.of(changedPart).length > 0) {
      unclear.add(`it changes \`api\`, in \`${textOf(node, source)}\``)
    }
    if (changesBuiltIn(node, names)) {
      unclear.add(`it changes what all code runs on, in \`${textOf(node, source)}\``)
    }
    const object = node.type === 'MemberExpression' ? child(node, 'object') : undefined
    const isComputed = object !== undefined && keyOf(node, names) === undefined
    if (isComputed && paths.of(object).some(isRisky)) {
      unclear.add(`it picks from \`api\` by a computed name, in \`${textOf(node, source)}\``)
    }
  })
  return {
    ...{ calls, texts: textsIn(program), unclear: [...unclear] },
    eventWrites: eventWrites(program, names, (node) => textOf(node, source)),
  }
}

/**
 * The source of an Action on one line without comments, with `a["b"]` as `a.b` and constants put in
 * where they are used; unchanged if it cannot be parsed.
 */
function normalizeSource(code: string): string {
  try {
    return transformSync(code, {
      charset: 'utf8',
      legalComments: 'none',
      logLevel: 'silent',
      minifySyntax: true,
      minifyWhitespace: true,
    }).code
  } catch {
    return code
  }
}

interface Paths {
  /** The places in `api` that an expression may mean: none, or the empty text for `api` itself. */
  readonly of: (node: Syntax) => readonly string[]
  /** Patterns that take a part out of `api` by a name that cannot be told. */
  readonly picked: readonly Syntax[]
}

/** Finds out which variables may hold `api`, or a part of it. */
function follow(program: Syntax, names: Names): Paths {
  const held = new Map<Variable, Set<string>>()
  const picked = new Set<Syntax>()
  let hasChanged = true

  const of = (node: Syntax | undefined): readonly string[] => {
    switch (node?.type) {
      case 'Identifier': {
        const variable = names.variableOf(node)
        if (variable !== undefined) return [...(held.get(variable) ?? [])]
        return node['name'] === 'api' && names.isUse(node) ? [''] : []
      }
      case 'MemberExpression': {
        const key = keyOf(node, names)
        const from = of(child(node, 'object'))
        // A method of a method is one of functions, such as `call`.
        return key === undefined ? [] : from.filter((path) => !path.includes('.')).map(joined(key))
      }
      case 'AssignmentExpression':
        return of(child(node, 'right'))
      case 'CallExpression':
        return ofCall(node)
      default:
        return passedOnBy(node).flatMap(of)
    }
  }

  // `bind` gives the method itself; methods of `api` answer with `api`.
  const ofCall = (node: Syntax): readonly string[] => {
    const callee = unchained(child(node, 'callee'))
    const method = callee?.type === 'MemberExpression' ? child(callee, 'object') : undefined
    const bound = callee !== undefined && nameOf(callee) === 'bind' ? of(method) : []
    if (bound.length > 0) return bound
    const isAnsweredWithApi = (path: string) => path.includes('.') && !ANSWERING.test(path)
    return of(callee).some(isAnsweredWithApi) ? [''] : []
  }

  const bind = (pattern: Syntax | undefined, given: readonly string[]): void => {
    if (pattern === undefined || given.length === 0) return
    if (pattern.type === 'Identifier') {
      const variable = names.variableOf(pattern) ?? names.declaredBy(pattern)
      if (variable === undefined) return
      const known = held.get(variable) ?? new Set<string>()
      for (const path of given) {
        if (!known.has(path)) hasChanged = true
        known.add(path)
      }
      held.set(variable, known)
    }
    if (pattern.type === 'AssignmentPattern') bind(child(pattern, 'left'), given)
    if (pattern.type === 'RestElement') bind(child(pattern, 'argument'), given)
    if (pattern.type !== 'ObjectPattern') return
    for (const property of list(pattern, 'properties')) {
      const key = property.type === 'Property' ? nameOf(property) : undefined
      if (property.type === 'RestElement') bind(property, given)
      else if (key === undefined) {
        if (given.some(isRisky)) picked.add(pattern)
      } else {
        bind(child(property, 'value'), given.filter((path) => !path.includes('.')).map(joined(key)))
      }
    }
  }

  const handlers = handlersOf(program, names)
  while (hasChanged) {
    hasChanged = false
    for (const handler of handlers) bind(list(handler, 'params')[1], [''])
    walk(program, (node) => {
      if (node.type === 'VariableDeclarator') bind(child(node, 'id'), of(child(node, 'init')))
      if (node.type === 'AssignmentExpression') bind(child(node, 'left'), of(child(node, 'right')))
      if (node.type === 'AssignmentPattern') bind(child(node, 'left'), of(child(node, 'right')))
      const called =
        node.type === 'CallExpression' ? functionOf(child(node, 'callee'), names) : undefined
      if (called === undefined) return
      const params = list(called, 'params')
      list(node, 'arguments').forEach((argument, i) => bind(params[i], of(argument)))
    })
  }
  return { of, picked: [...picked] }
}

function joined(key: string): (path: string) => string {
  return (path) => (path === '' ? key : `${path}.${key}`)
}

interface Followed {
  readonly names: Names
  readonly paths: Paths
}

/** Whether an expression is one whose value {@link follow} follows on from here. */
function isFollowed(
  node: Syntax,
  [parent, grandparent]: readonly Syntax[],
  { names, paths }: Followed,
): boolean {
  if (parent === undefined) return false
  switch (parent.type) {
    case 'MemberExpression':
      return parent['object'] === node
    case 'VariableDeclarator':
      return ['Identifier', 'ObjectPattern'].includes(child(parent, 'id')?.type ?? '')
    case 'AssignmentExpression':
      return (
        parent['left'] === node ||
        ['Identifier', 'ObjectPattern'].includes(child(parent, 'left')?.type ?? '')
      )
    case 'ConditionalExpression':
    case 'IfStatement':
      return true
    case 'CallExpression':
      return isParameter(node, parent, names) || isThis(node, parent, paths) || isAnswer(node)
    case 'UnaryExpression':
    case 'BinaryExpression':
    case 'ExpressionStatement':
    case 'ChainExpression':
    case 'LogicalExpression':
    case 'AwaitExpression':
    case 'SequenceExpression':
    case 'AssignmentPattern':
    case 'RestElement':
      return true
    case 'Property':
      // A property of an object that is made, unlike one of a pattern, hands its value on.
      return grandparent?.type === 'ObjectPattern'
    case 'ReturnStatement':
      return isAnswer(node)
    default:
      return isFunction(parent) && (parent['body'] !== node || isAnswer(node))
  }
}

// What methods of `api` answer with is nearly always thrown away, or given back to Auth0.
function isAnswer({ type }: Syntax): boolean {
  return type === 'CallExpression' || type === 'ChainExpression'
}

/** Whether it is what a method of `api` is bound to, or called on, by its name. */
function isThis(node: Syntax, call: Syntax, paths: Paths): boolean {
  const callee = child(call, 'callee')
  const name = callee?.type === 'MemberExpression' ? nameOf(callee) : undefined
  if (!['bind', 'call', 'apply'].includes(name ?? '')) return false
  const method = child(callee, 'object')
  const isOfApi = method !== undefined && paths.of(method).some((path) => path.includes('.'))
  return isOfApi && list(call, 'arguments')[0] === node
}

/** Whether it is given to a function of the source as a parameter that {@link follow} takes apart. */
function isParameter(node: Syntax, call: Syntax, names: Names): boolean {
  const called = functionOf(child(call, 'callee'), names)
  const given = list(call, 'arguments')
  const place = given.indexOf(node)
  if (called === undefined || place === -1) return false
  if (given.slice(0, place).some(({ type }) => type === 'SpreadElement')) return false
  const params = list(called, 'params')
  const isRest = params.slice(0, place + 1).some(({ type }) => type === 'RestElement')
  return !isRest && params[place]?.type !== 'ArrayPattern'
}

interface Called {
  readonly args: readonly Syntax[] | undefined
}

/** The call of an expression: itself, or by `call` and `apply`. */
function callIn(
  node: Syntax,
  parent: Syntax,
  [, grandparent]: readonly Syntax[],
): Called | undefined {
  if (parent.type === 'CallExpression' && parent['callee'] === node) {
    return { args: list(parent, 'arguments') }
  }
  if (parent.type !== 'MemberExpression' || parent['object'] !== node) return undefined
  if (grandparent?.type !== 'CallExpression' || grandparent['callee'] !== parent) return undefined
  if (nameOf(parent) === 'call') return { args: list(grandparent, 'arguments').slice(1) }
  return nameOf(parent) === 'apply' ? { args: undefined } : undefined
}

function isRisky(path: string): boolean {
  return RISKY.includes(path.split('.')[0] ?? '')
}

function named(path: string): string {
  return path === '' ? 'api' : `api.${path}`
}

function textsIn(program: Syntax): readonly string[] {
  const texts = new Set<string>()
  walk(program, (node) => {
    const text = constantText(node)
    if (text !== undefined) texts.add(text)
  })
  return [...texts]
}

function textOf({ start, end }: Syntax, source: string): string {
  return shortened(source.slice(start, end))
}

function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`
}
