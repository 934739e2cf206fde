import type { Variable } from 'eslint-scope'
import { API_METHODS } from '../../reading/api-methods.ts'
import type { Names } from '../../reading/scopes.ts'
import {
  child,
  isFunction,
  list,
  nameOf,
  passedOnBy,
  unchained,
  walk,
  type Syntax,
} from '../../reading/syntax.ts'
import { functionOf, handlersOf, keyOf } from './action-handlers.ts'
import { targetsOf } from './targets.ts'

/** What our Action reads of an event: texts, lists of texts, and what holds more. */
// prettier-ignore
export const READ_BY_OURS: Readonly<Record<string, 'text' | 'texts' | 'object'>> = {
  'authentication.methods': 'object',
  'authentication.riskAssessment.confidence': 'text',
  'client.client_id': 'text',
  'client.refresh_token.policies': 'object',
  'organization.id': 'text',
  'refresh_token.resource_servers': 'object',
  'request.body.audience': 'text',
  'request.body.scope': 'text',
  'resource_server.identifier': 'text',
  'session.actor': 'object',
  'transaction.acr_values': 'texts',
  'transaction.actor': 'object',
  'transaction.prompt': 'texts',
  'transaction.protocol': 'text',
  'transaction.requested_scopes': 'texts',
  'user.enrolledFactors': 'object',
}

/** Parts that are handed on as a whole for good reasons, and of which ours reads little. */
const HANDED_ON_FREELY = ['client', 'organization', 'refresh_token', 'request', 'session', 'user']

/** Stands for a key that reading does not tell, and for the item of a list. */
const ANY = '*'

/**
 * The dotted path to a part of the event itself. `~PLACE` is a copy whose parts are those of the place, and
 * `@KEY@PLACE` something new that has it under a key.
 */
type Place = string

/** Longer ones come of loops alone. */
const MOST_PARTS = 12

// prettier-ignore
const CHANGING = ['copyWithin', 'fill', 'pop', 'push', 'reverse', 'shift', 'sort', 'splice', 'unshift']
const CHANGING_FIRST = ['assign', 'defineProperties', 'defineProperty', 'setPrototypeOf']
const ABOUT_ITSELF = ['__defineGetter__', '__defineSetter__', '__proto__']
const ONE_OF = ['at', 'find', 'findLast', 'get', 'pop', 'shift']
// prettier-ignore
const SOME_OF = ['concat', 'filter', 'flat', 'slice', 'splice', 'toReversed', 'toSorted', 'toSpliced', 'with']
const ITSELF = ['fill', 'reverse', 'sort', 'valueOf']
const LISTING = ['entries', 'from', 'values']
const KEEPING = ['add', 'push', 'set', 'unshift']
const CALLED_WITH_EACH =
  /^(?:every|filter|find|findIndex|findLast|findLastIndex|flatMap|forEach|map|some|sort)$/
const MAPPING = ['flatMap', 'map']
const REDUCING = ['reduce', 'reduceRight']

/** Names by which functions are known to read what they are given; of others nobody knows. */
const READING =
  /^(?:Array|BigInt|Boolean|Date|Error|Map|Number|Set|String|URLSearchParams|all|concat|debug|entries|error|fetch|freeze|from|fromEntries|includes|indexOf|info|isArray|join|keys|log|parse|push|structuredClone|stringify|test|trace|values|warn|(?:add|cap|cre|enc|exp|find|get|has|hash|identif|is|match|omit|pick|post|put|patch|publish|request|send|sign|to|track|unshift)(?![a-z])\w*)$/
const METHODS_OF_API = new Set(API_METHODS.map((path) => path.slice(path.indexOf('.') + 1)))

interface Source {
  readonly program: Syntax
  readonly names: Names
  readonly placesOf: PlacesOf
}

type PlacesOf = (node: Syntax | undefined) => readonly Place[]

/** What in a source may change what our Action reads of the event, each place as the source has it. */
export function eventWrites(
  program: Syntax,
  names: Names,
  textOf: (node: Syntax) => string,
): readonly string[] {
  const source = { program, names, placesOf: follow(program, names) }
  const found: string[] = []
  walk(program, (node) => {
    if (isChange(node, source)) found.push(textOf(node))
  })
  return [...new Set(found)]
}

function isChange(node: Syntax, source: Source): boolean {
  if (targetsOf(node).some((target) => isWrite(target, source))) return true
  switch (node.type) {
    case 'AssignmentExpression':
      return isPutAway(node, source)
    case 'ThrowStatement':
    case 'YieldExpression':
      return source.placesOf(child(node, 'argument')).some(isOpen)
    case 'CallExpression':
    case 'NewExpression':
      return isChangingCall(node, source)
    default:
      return false
  }
}

/** Whether a part is put where {@link follow} does not see it again, such as `this.kept`. */
function isPutAway(node: Syntax, { names, placesOf }: Source): boolean {
  const left = child(node, 'left')
  let root = left
  while (root?.type === 'MemberExpression') root = child(root, 'object')
  const isHeld = root?.type === 'Identifier' && names.variableOf(root) !== undefined
  return left?.type === 'MemberExpression' && !isHeld && placesOf(node).some(isOpen)
}

function isWrite(member: Syntax, { names, placesOf }: Source): boolean {
  if (member.type !== 'MemberExpression') return false
  const key = keyOf(member, names) ?? ANY
  return placesOf(child(member, 'object')).some(
    (place) =>
      isPart(place) && isReadByOurs(ABOUT_ITSELF.includes(key) ? place : joined(place, key)),
  )
}

/** Whether a call may change a part of the event: by a method of it, or by being given it. */
function isChangingCall(call: Syntax, { names, placesOf }: Source): boolean {
  const callee = unchained(child(call, 'callee'))
  const given = list(call, 'arguments')
  const isMember = callee?.type === 'MemberExpression'
  const method = isMember ? keyOf(callee, names) : undefined
  const object = isMember ? child(callee, 'object') : undefined
  const own = placesOf(object)
  if (isMember && (method === undefined || [...CHANGING, ...ABOUT_ITSELF].includes(method))) {
    if (own.some((place) => isPart(place) && isReadByOurs(place))) return true
  }
  const isGiven = (nodes: readonly Syntax[]) => nodes.some((node) => placesOf(node).some(isOpen))
  if (CHANGING_FIRST.includes(method ?? '')) {
    return placesOf(given[0]).some((place) => isPart(place) && isReadByOurs(place))
  }
  if (method === 'call' || method === 'apply') {
    const name = object?.type === 'MemberExpression' ? keyOf(object, names) : undefined
    if (name !== undefined && ![...CHANGING, ...CHANGING_FIRST].includes(name)) return false
    // What it is called on is `this`, which is not followed.
    return isGiven(functionOf(object, names) === undefined ? given : given.slice(0, 1))
  }
  // `map.set(key, part)` keeps it, `_.set(part, …)` changes it.
  if (method === 'set' && own.length === 0) return isGiven(given.slice(0, 1))
  if (functionOf(callee, names) !== undefined || own.length > 0) return false
  const name = callee?.type === 'Identifier' ? String(callee['name']) : method
  return !(READING.test(name ?? '') || METHODS_OF_API.has(name ?? '')) && isGiven(given)
}

// `~a` and `@key@a` have parts of the event in them, too.
function isOpen(place: Place): boolean {
  const part = place.slice(Math.max(place.lastIndexOf('@'), place.lastIndexOf('~')) + 1)
  if (HANDED_ON_FREELY.includes(part) || (place.includes('~') && part.includes('.'))) return false
  return Object.entries(READ_BY_OURS).some(([read, kind]) => {
    if (read === part) return kind !== 'text'
    return part === '' || read.startsWith(`${part}.`) || (kind === 'object' && part === `${read}.*`)
  })
}

function isReadByOurs(place: Place): boolean {
  const keys = place === '' ? [] : place.split('.')
  return Object.keys(READ_BY_OURS).some((path) => {
    const read = path.split('.')
    return keys.every((key, i) => key === ANY || read[i] === undefined || read[i] === key)
  })
}

function isPart(place: Place): boolean {
  return !place.startsWith('~') && !place.startsWith('@')
}

function joined(place: Place, key: string): Place {
  return place === '' ? key : `${place}.${key}`
}

/** What a place has under a key. */
function under(place: Place, key: string): readonly Place[] {
  if (place.startsWith('~')) return under(place.slice(1), key)
  if (!place.startsWith('@')) return [joined(place, /^\d+$/.test(key) ? ANY : key)]
  const end = place.indexOf('@', 1)
  const held = place.slice(1, end)
  return key === ANY || held === ANY || held === key ? [place.slice(end + 1)] : []
}

function inAny(place: Place): readonly Place[] {
  return under(place, ANY)
}

function copies(places: readonly Place[]): readonly Place[] {
  return places.map((place) => (isPart(place) ? `~${place}` : place))
}

function holding(key: string, places: readonly Place[]): readonly Place[] {
  return places.map((place) => `@${key}@${place}`)
}

/** Finds out which expressions may hold the event, or a part of it. */
function follow(program: Syntax, names: Names): PlacesOf {
  /** By variable, and by function what it gives back. */
  const held = new Map<Variable | Syntax, Set<Place>>()
  let hasChanged = true

  const hold = (holder: Variable | Syntax, given: readonly Place[]): void => {
    const known = held.get(holder) ?? new Set<Place>()
    for (const place of given) {
      if (known.has(place) || place.split(/[@.~]/).length > MOST_PARTS) continue
      hasChanged = true
      known.add(place)
    }
    held.set(holder, known)
  }

  const insideOf = (node: Syntax | undefined, key: string): readonly Place[] =>
    of(node).flatMap((place) => under(place, key))

  const of: PlacesOf = (node) => {
    switch (node?.type) {
      case 'Identifier': {
        const variable = names.variableOf(node)
        return variable === undefined ? [] : [...(held.get(variable) ?? [])]
      }
      case 'MemberExpression':
        return insideOf(child(node, 'object'), keyOf(node, names) ?? ANY)
      case 'AssignmentExpression':
        return node['operator'] === '='
          ? of(child(node, 'right'))
          : [...of(child(node, 'left')), ...of(child(node, 'right'))]
      case 'ObjectExpression':
        return list(node, 'properties').flatMap((each) =>
          each.type === 'SpreadElement'
            ? copies(of(child(each, 'argument')))
            : holding(nameOf(each) ?? ANY, of(child(each, 'value'))),
        )
      case 'ArrayExpression':
        return list(node, 'elements').flatMap((each) =>
          each.type === 'SpreadElement'
            ? copies(of(child(each, 'argument')))
            : holding(ANY, of(each)),
        )
      case 'CallExpression':
        return ofCall(node)
      case 'NewExpression': {
        const name = child(node, 'callee')?.['name']
        const [first] = list(node, 'arguments')
        if (name === 'Set') return copies(of(first))
        return name === 'Map' ? holding(ANY, insideOf(first, ANY).flatMap(inAny)) : []
      }
      default:
        return passedOnBy(node).flatMap(of)
    }
  }

  const ofCall = (node: Syntax): readonly Place[] => {
    const callee = unchained(child(node, 'callee'))
    const called = functionOf(callee, names)
    if (called !== undefined) return [...(held.get(called) ?? [])]
    if (callee?.type !== 'MemberExpression') return []
    const [method, object] = [keyOf(callee, names) ?? '', child(callee, 'object')]
    const own = of(object)
    if (MAPPING.includes(method)) {
      const mapped = functionOf(list(node, 'arguments')[0], names)
      return mapped === undefined ? [] : holding(ANY, [...(held.get(mapped) ?? [])])
    }
    if (own.length > 0) {
      if (ONE_OF.includes(method)) return insideOf(object, ANY)
      if (SOME_OF.includes(method)) return copies(own)
      return ITSELF.includes(method) ? own : []
    }
    const [first] = list(node, 'arguments')
    if (method === 'assign') return of(first)
    return LISTING.includes(method) ? holding(ANY, insideOf(first, ANY)) : []
  }

  const bind = (pattern: Syntax | undefined, given: readonly Place[]): void => {
    if (pattern === undefined || given.length === 0) return
    const inside = (key: string) => given.flatMap((place) => under(place, key))
    switch (pattern.type) {
      case 'Identifier': {
        const variable = names.variableOf(pattern) ?? names.declaredBy(pattern)
        if (variable !== undefined) hold(variable, given)
        return
      }
      // What is put into an object is held by the variable of the object.
      case 'MemberExpression':
        bind(child(pattern, 'object'), holding(keyOf(pattern, names) ?? ANY, given))
        return
      case 'AssignmentPattern':
        bind(child(pattern, 'left'), given)
        return
      case 'RestElement':
        bind(child(pattern, 'argument'), copies(given))
        return
      case 'ArrayPattern':
        for (const each of list(pattern, 'elements')) {
          bind(each, each.type === 'RestElement' ? given : inside(ANY))
        }
        return
      case 'ObjectPattern':
        for (const each of list(pattern, 'properties')) {
          if (each.type === 'RestElement') bind(each, given)
          else bind(child(each, 'value'), inside(nameOf(each) ?? ANY))
        }
        return
      default:
        return
    }
  }

  const bindParams = (called: Syntax | undefined, given: readonly Syntax[]): void => {
    const params = list(called, 'params')
    const last = params.at(-1)
    given.forEach((each, i) => {
      if (last?.type !== 'RestElement' || i < params.length - 1) bind(params[i], of(each))
      else bind(child(last, 'argument'), holding(ANY, of(each)))
    })
  }

  const bindCall = (node: Syntax): void => {
    const callee = unchained(child(node, 'callee'))
    const given = list(node, 'arguments')
    const called = functionOf(callee, names)
    bindParams(called, given)
    if (callee?.type !== 'MemberExpression') return
    const [method, object] = [keyOf(callee, names) ?? '', child(callee, 'object')]
    if (method === 'call') bindParams(functionOf(object, names), given.slice(1))
    if (KEEPING.includes(method)) for (const each of given) bind(object, holding(ANY, of(each)))
    const params = list(functionOf(given[0], names), 'params')
    const items = insideOf(object, ANY)
    if (CALLED_WITH_EACH.test(method)) {
      for (const each of params.slice(0, method === 'sort' ? 2 : 1)) bind(each, items)
    }
    if (REDUCING.includes(method)) bind(params[1], items)
  }

  const handlers = handlersOf(program, names)
  while (hasChanged) {
    hasChanged = false
    for (const handler of handlers) bind(list(handler, 'params')[0], [''])
    walk(program, (node, around) => {
      if (node.type === 'VariableDeclarator') bind(child(node, 'id'), of(child(node, 'init')))
      if (node.type === 'AssignmentExpression') bind(child(node, 'left'), of(node))
      if (node.type === 'AssignmentPattern') bind(child(node, 'left'), of(child(node, 'right')))
      if (node.type === 'CallExpression') bindCall(node)
      if (node.type === 'ForOfStatement') {
        const left = child(node, 'left')
        const [declared] = list(left, 'declarations')
        bind(
          declared === undefined ? left : child(declared, 'id'),
          insideOf(child(node, 'right'), ANY),
        )
      }
      if (node.type === 'ArrowFunctionExpression') {
        const body = child(node, 'body')
        if (body?.type !== 'BlockStatement') hold(node, of(body))
      }
      if (node.type === 'ReturnStatement') {
        const giver = around.find(isFunction)
        if (giver !== undefined) hold(giver, of(child(node, 'argument')))
      }
    })
  }
  return of
}
