import { child, constantText, list, nameOf, parseCode, walk, type Syntax } from './syntax.ts'

/** What code writes out, and may so compare with what it is given. */
export interface Literals {
  readonly texts: readonly string[]
  readonly numbers: readonly number[]
}

/**
 * The texts and numbers of an engine; names of properties are texts, too, as
 * a look-up compares with them, and so are sums and products of numbers.
 */
export function literalsOf(engine: string): Literals {
  const program = parseCode(engine)
  if (program === undefined) return { texts: [], numbers: [] }
  const texts = new Set<string>()
  const numbers = new Set<number>()
  const constants = constantsOf(program)
  walk(program, (node, [parent]) => {
    const isKey = node.type === 'Property' && parent?.type === 'ObjectExpression'
    const text = isKey ? nameOf(node) : constantText(node)
    if (typeof node['value'] !== 'number' && text !== undefined) texts.add(text)
    for (const part of list(node, 'quasis')) {
      texts.add((part['value'] as { cooked?: string }).cooked ?? '')
    }
    const number = numberOf(node, constants)
    if (number !== undefined) numbers.add(number)
  })
  for (const text of texts) {
    const time = Date.parse(text)
    if (/\d{4}/.test(text) && Number.isFinite(time)) numbers.add(time)
  }
  texts.delete('')
  return { texts: [...texts], numbers: [...numbers] }
}

/** The literals of code that other code does not have. */
export function newIn(literals: Literals, known: Literals): Literals {
  return {
    texts: literals.texts.filter((text) => !known.texts.includes(text)),
    numbers: literals.numbers.filter((number) => !known.numbers.includes(number)),
  }
}

function constantsOf(program: Syntax): ReadonlyMap<string, number> {
  const constants = new Map<string, number>()
  walk(program, (node) => {
    const init = node.type === 'VariableDeclarator' ? child(node, 'init') : undefined
    const name = child(node, 'id')?.['name']
    const number = init && numberOf(init, constants)
    if (typeof name === 'string' && number !== undefined) constants.set(name, number)
  })
  return constants
}

function numberOf(node: Syntax, constants: ReadonlyMap<string, number>): number | undefined {
  if (node.type === 'Literal') {
    return typeof node['value'] === 'number' ? node['value'] : undefined
  }
  if (node.type === 'Identifier') return constants.get(String(node['name']))
  if (node.type !== 'BinaryExpression') return undefined
  const [left, right] = [child(node, 'left'), child(node, 'right')]
  const a = left && numberOf(left, constants)
  const b = right && numberOf(right, constants)
  if (a === undefined || b === undefined) return undefined
  switch (node['operator']) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    default:
      return undefined
  }
}
