import { parse, type Node, type Options } from 'acorn'

/** A node of a syntax tree (ESTree), of which only the type is certain. */
export interface Syntax extends Node {
  readonly [name: string]: unknown
}

/** A place in code, counted from 1. */
export interface CodePlace {
  readonly line: number
  readonly column: number
}

const OPTIONS: Options = {
  ecmaVersion: 'latest',
  sourceType: 'script',
  allowReturnOutsideFunction: true,
  locations: true,
  ranges: true,
}

/** Parses code as Auth0 loads it, a CommonJS module; undefined where it is no JavaScript. */
export function parseCode(code: string): Syntax | undefined {
  try {
    return parse(code, OPTIONS) as unknown as Syntax
  } catch {
    return undefined
  }
}

/** Calls `visit` with each node, outer ones first, and with the nodes around it, nearest first. */
export function walk(
  node: Syntax,
  visit: (node: Syntax, around: readonly Syntax[]) => void,
  around: readonly Syntax[] = [],
): void {
  visit(node, around)
  const inside = [node, ...around]
  for (const child of childrenOf(node)) walk(child, visit, inside)
}

/** The nodes right below a node, in the order of the code. */
export function childrenOf(node: Syntax): readonly Syntax[] {
  return Object.values(node)
    .flatMap((value): readonly unknown[] => (Array.isArray(value) ? value : [value]))
    .filter(isSyntax)
}

export function isSyntax(value: unknown): value is Syntax {
  return typeof (value as Partial<Syntax> | null | undefined)?.type === 'string'
}

/** A child of a node by its name; undefined where there is none. */
export function child(node: Syntax | undefined, name: string): Syntax | undefined {
  const value = node?.[name]
  return isSyntax(value) ? value : undefined
}

/** The children of a node in a list of it, without its holes. */
export function list(node: Syntax | undefined, name: string): readonly Syntax[] {
  const value = node?.[name]
  return Array.isArray(value) ? value.filter(isSyntax) : []
}

export function placeIn({ loc }: Syntax): CodePlace {
  return { line: loc?.start.line ?? 1, column: (loc?.start.column ?? 0) + 1 }
}

/** The name of a member or of a property, where the code writes it out: `a.b`, `a['b']`, `{ b: … }`. */
export function nameOf(node: Syntax): string | undefined {
  const key = child(node, node.type === 'MemberExpression' ? 'property' : 'key')
  if (key?.type === 'Identifier' && node['computed'] !== true) return String(key['name'])
  return key === undefined ? undefined : constantText(key)
}

/** The text of a literal, and of a template without gaps. */
export function constantText(node: Syntax): string | undefined {
  if (node.type === 'Literal') {
    const { value } = node
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
  }
  if (node.type !== 'TemplateLiteral' || list(node, 'expressions').length > 0) return undefined
  const [only] = list(node, 'quasis')
  return (only?.['value'] as { cooked?: string } | undefined)?.cooked
}

/** An expression without the node that stands around `a?.b`. */
export function unchained(node: Syntax | undefined): Syntax | undefined {
  return node?.type === 'ChainExpression' ? child(node, 'expression') : node
}

/** The expressions of which one is the value of an expression that only passes it on. */
export function passedOnBy(node: Syntax | undefined): readonly Syntax[] {
  switch (node?.type) {
    case 'ChainExpression':
      return present(child(node, 'expression'))
    case 'AwaitExpression':
      return present(child(node, 'argument'))
    case 'ConditionalExpression':
      return present(child(node, 'consequent'), child(node, 'alternate'))
    case 'LogicalExpression':
      return present(child(node, 'left'), child(node, 'right'))
    case 'SequenceExpression':
      return list(node, 'expressions').slice(-1)
    default:
      return []
  }
}

function present(...nodes: readonly (Syntax | undefined)[]): readonly Syntax[] {
  return nodes.filter((node) => node !== undefined)
}

/** The functions, arrows included. */
export function isFunction({ type }: Syntax): boolean {
  return (
    type === 'FunctionDeclaration' ||
    type === 'FunctionExpression' ||
    type === 'ArrowFunctionExpression'
  )
}
