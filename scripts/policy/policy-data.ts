import { z } from 'zod'
import type { Policy } from '../../actions/step-up/policy.ts'
import { child, constantText, list, nameOf, parseCode, type Syntax } from '../reading/syntax.ts'
import { splitAtPolicy } from './bundle-parts.ts'

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
 * anything but `rules`, written out, and the call that makes the handler of them.
 */
export function policyIn(code: string): Policy | undefined {
  const { policy: text } = splitAtPolicy(code)
  const program = text === undefined ? undefined : parseCode(text)
  const [declaration, assignment, ...more] = list(program, 'body')
  if (declaration === undefined || assignment === undefined || more.length > 0) return undefined
  const rules = rulesIn(declaration)
  const options = optionsIn(assignment)
  if (rules === undefined || options === undefined) return undefined
  const read = compiledPolicy.safeParse({ ...options, rules })
  return read.success ? (read.data as unknown as Policy) : undefined
}

function rulesIn(declaration: Syntax): unknown {
  const [only, ...others] = list(declaration, 'declarations')
  const isRules = child(only, 'id')?.['name'] === 'rules' && others.length === 0
  const value = child(only, 'init')
  return isRules && value !== undefined ? orUndefined(() => dataOf(value)) : undefined
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
  return orUndefined(() => objectOf(others))
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
function dataOf(node: Syntax): unknown {
  switch (node.type) {
    case 'ArrayExpression': {
      const elements = list(node, 'elements')
      if (elements.length !== (node['elements'] as readonly unknown[]).length) throw NO_DATA
      return elements.map(dataOf)
    }
    case 'ObjectExpression':
      return objectOf(list(node, 'properties'))
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

function objectOf(properties: readonly Syntax[]): object {
  return Object.fromEntries(
    properties.map((property): [string, unknown] => {
      const [name, value] = [nameOf(property), child(property, 'value')]
      const isPlain = property['kind'] === 'init' && property['method'] === false
      if (name === undefined || name === '__proto__' || value === undefined || !isPlain)
        throw NO_DATA
      return [name, dataOf(value)]
    }),
  )
}
