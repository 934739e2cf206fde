import { API_METHODS } from './api-methods.ts'

// What the engine may use. An allow list, as what it must not use has no end: whoever needs one word more
// adds it here, where it is reviewed.

/** Kinds of nodes (ESTree). No loop but `for … of`, no `await`, no class, no `this`, no label. */
export const NODES: ReadonlySet<string> = new Set([
  ...['Program', 'FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'],
  ...['VariableDeclaration', 'VariableDeclarator', 'Identifier', 'Literal'],
  ...['TemplateLiteral', 'TemplateElement', 'ArrayExpression', 'ObjectExpression', 'Property'],
  ...['SpreadElement', 'MemberExpression', 'ChainExpression', 'CallExpression', 'NewExpression'],
  ...['UnaryExpression', 'BinaryExpression', 'LogicalExpression', 'ConditionalExpression'],
  ...['AssignmentExpression', 'ExpressionStatement', 'BlockStatement', 'ReturnStatement'],
  ...['IfStatement', 'ForOfStatement', 'ContinueStatement', 'BreakStatement', 'TryStatement'],
  ...['CatchClause', 'ThrowStatement', 'ObjectPattern', 'ArrayPattern', 'AssignmentPattern'],
])

/** Operators: nothing that counts, folds or casts, such as `%`, `|`, `==` and `++`. */
export const OPERATORS: ReadonlySet<string> = new Set([
  ...['===', '!==', '<', '<=', '>', '>=', '+', '-', '*', '/', 'in'],
  ...['&&', '||', '??', '!', 'typeof', 'void', '=', '??='],
])

/** Members of what the language provides, each only as the function that is called. */
export const CALLED_GLOBALS: ReadonlySet<string> = new Set([
  ...['Date.now', 'Date.parse', 'Array.isArray', 'Array.from', 'Math.floor'],
  ...['JSON.stringify', 'console.log'],
])

/** What may be made with `new`. */
export const CONSTRUCTORS: ReadonlySet<string> = new Set(['Map', 'Set', 'Error', 'TypeError'])

/** What may be used as a value. */
export const CONSTANTS: ReadonlySet<string> = new Set(['undefined', 'NaN'])

/** Methods of lists, strings, maps and sets that change nothing. */
export const METHODS: ReadonlySet<string> = new Set([
  ...['at', 'concat', 'every', 'filter', 'find', 'findLast', 'flatMap', 'get', 'has', 'includes'],
  ...['map', 'match', 'reduce', 'some', 'test', 'toSorted'],
])

/** Methods that change what they are called on, which has to be made by the same call of a function. */
export const CHANGING_METHODS: ReadonlySet<string> = new Set(['push', 'set', 'add'])

/** How many there are may only be compared with none. */
export const COUNTS: ReadonlySet<string> = new Set(['length', 'size'])

/** Regular expressions are programs, too, so each is named. */
export const REGULAR_EXPRESSIONS: ReadonlySet<string> = new Set([
  String.raw`/\S+/g`,
  String.raw`/\s|^$/`,
  String.raw`/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/`,
])

/** What a step-up may do, by the path below `api`. */
export const COMMANDS: ReadonlySet<string> = new Set([
  ...['access.deny', 'accessToken.removeScope', 'accessToken.setCustomClaim'],
  ...['idToken.setCustomClaim', 'multifactor.enable'],
  ...['authentication.challengeWithAny', 'authentication.enrollWithAny'],
])

/** The names of all methods of `api` that mean nothing else in the language. */
export const COMMAND_NAMES: ReadonlySet<string> = new Set(
  API_METHODS.map((path) => path.split('.')[1] ?? '').filter(
    (name) => !['get', 'set', 'delete', 'error'].includes(name),
  ),
)

// Through these, code reaches the functions that make functions of text, and those of whoever runs it.
export const WAYS_OUT: ReadonlySet<string> = new Set([
  ...[
    'constructor',
    '__proto__',
    'prototype',
    'getPrototypeOf',
    'setPrototypeOf',
    'caller',
    'callee',
  ],
  ...['arguments', 'call', 'apply', 'bind', '__defineGetter__', '__defineSetter__'],
  ...['__lookupGetter__', '__lookupSetter__', 'getOwnPropertyDescriptor'],
  ...['getOwnPropertyDescriptors', 'defineProperty', 'defineProperties', 'construct', 'eval'],
])
