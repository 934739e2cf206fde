import { z } from 'zod'
import type { Policy } from '../../actions/step-up/policy.ts'
import { child, constantText, list, nameOf, parseCode, type Syntax } from '../reading/syntax.ts'
import { groupName, splitAtPolicy } from './bundle-parts.ts'

const requirement = z.looseObject({
  factors: z.union([z.literal('any'), z.array(z.string())]),
  maxAgeSeconds: z.number(),
})

// What the classes of a check are made from; the rest is the business of the code itself.
const compiledPolicy = z.looseObject({
  claim: z.string().optional(),
  rules: z.array(
    z.looseObject({
      id: z.string(),
      audience: z.string().optional(),
      scopes: z.array(z.string()).optional(),
      acr: z.string().optional(),
      requires: requirement,
      whenConfidenceIsLow: requirement.optional(),
      withoutBrowser: z.record(z.string(), z.string()),
      exceptions: z.array(z.looseObject({ untilMs: z.number() })).optional(),
    }),
  ),
})

/**
 * The policy at the end of a bundle, read as data: nothing of it is run. Undefined where the end is
 * anything but what groups of rules share, `rules`, written out, and the call that makes the handler of them.
 */
export function policyIn(code: string): Policy | undefined {
  const { policy: text } = splitAtPolicy(code)
  const program = text === undefined ? undefined : parseCode(text)
  const [assignment, declaration, ...groups] = list(program, 'body').toReversed()
  if (declaration === undefined || assignment === undefined) return undefined
  const shared = groupsIn(groups.toReversed())
  const rules = shared && declared('rules', declaration, shared)
  const options = optionsIn(assignment)
  if (rules === undefined || options === undefined) return undefined
  const read = compiledPolicy.safeParse({ ...options, rules })
  return read.success ? (read.data as unknown as Policy) : undefined
}

/** What several rules have in common, by the name under which they take it over. */
type Groups = ReadonlyMap<unknown, object>

function groupsIn(declarations: readonly Syntax[]): Groups | undefined {
  const groups = declarations.map((declaration, i) => {
    const value = declared(groupName(i), declaration, new Map())
    return [groupName(i), isObject(value) ? value : undefined] as const
  })
  const read = groups.flatMap(([name, value]) => (value ? [[name, value] as const] : []))
  return read.length === groups.length ? new Map(read) : undefined
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value that a statement declares under a name, and nothing else. */
function declared(name: string, statement: Syntax, groups: Groups): unknown {
  const [only, ...others] = list(statement, 'declarations')
  const isNamed = child(only, 'id')?.['name'] === name && others.length === 0
  const value = child(only, 'init')
  return isNamed && value !== undefined ? orUndefined(() => dataOf(value, groups)) : undefined
}

/** What stands beside `rules` in `exports.onExecutePostLogin = postLogin({ rules, … })`. */
function optionsIn(statement: Syntax): object | undefined {
  const assignment = child(statement, 'expression')
  const [target, call] = [child(assignment, 'left'), child(assignment, 'right')]
  const isHandler =
    assignment?.['operator'] === '=' &&
    target?.type === 'MemberExpression' &&
    child(target, 'object')?.['name'] === 'exports' &&
    nameOf(target) === 'onExecutePostLogin'
  const isMade = call?.type === 'CallExpression' && child(call, 'callee')?.['name'] === 'postLogin'
  const [given, ...more] = list(call, 'arguments')
  if (!isHandler || !isMade || given?.type !== 'ObjectExpression' || more.length > 0)
    return undefined
  const [rules, ...others] = list(given, 'properties')
  if (rules === undefined || child(rules, 'value')?.['name'] !== 'rules') return undefined
  if (nameOf(rules) !== 'rules') return undefined
  return orUndefined(() => {
    const options = objectOf(others, new Map())
    if ('rules' in options) throw NO_DATA
    return options
  })
}

const NO_DATA = new Error('no data')

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error === NO_DATA) return undefined
    throw error
  }
}

/** The value that is written out in code. @throws NO_DATA where it would have to be computed */
function dataOf(node: Syntax, groups: Groups): unknown {
  switch (node.type) {
    case 'ArrayExpression': {
      const elements = list(node, 'elements')
      if (elements.length !== (node['elements'] as readonly unknown[]).length) throw NO_DATA
      return elements.map((element) => dataOf(element, groups))
    }
    case 'ObjectExpression':
      return objectOf(list(node, 'properties'), groups)
    case 'UnaryExpression': {
      const value = child(node, 'argument')?.['value']
      if (node['operator'] === '-' && typeof value === 'number') return -value
      if (node['operator'] === '!' && typeof value === 'number') return !value
      throw NO_DATA
    }
    default: {
      const value = node.type === 'Literal' ? node['value'] : constantText(node)
      if (['string', 'number', 'boolean'].includes(typeof value)) return value
      throw NO_DATA
    }
  }
}

function objectOf(properties: readonly Syntax[], groups: Groups): object {
  const entries = properties.flatMap((property): [string, unknown][] => {
    if (property.type === 'SpreadElement') {
      const group = groups.get(child(property, 'argument')?.['name'])
      if (group === undefined) throw NO_DATA
      return Object.entries(group)
    }
    const [name, value] = [nameOf(property), child(property, 'value')]
    const isPlain = property['kind'] === 'init' && property['method'] === false
    if (name === undefined || name === '__proto__' || value === undefined || !isPlain) throw NO_DATA
    return [[name, dataOf(value, groups)]]
  })
  // Which of two counts is a question for whoever runs it.
  if (new Set(entries.map(([name]) => name)).size < entries.length) throw NO_DATA
  return Object.fromEntries(entries)
}
