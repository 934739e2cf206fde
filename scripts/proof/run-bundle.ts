import { inspect } from 'node:util'
import { compileFunction, createContext, runInContext } from 'node:vm'
import { API_METHODS } from '../reading/api-methods.ts'

/** One call that an Action made, by the name of the method without `api.`. */
export interface Call {
  readonly command: string
  readonly arguments: readonly unknown[]
}

/** What the Action finds around it. */
export interface Surroundings {
  /** The clock, in epoch milliseconds. */
  readonly now: () => number
  /** Hears of what the Action reads besides the event, and what it does after it has returned. */
  readonly onUnknown: (path: string) => void
  /** Whether a command of `api` fails; none does, if left out. */
  readonly fails?: (command: string) => boolean
}

/** An Action that is loaded once and run often, as Auth0 keeps it. */
export interface LoadedBundle {
  /** Runs the Action, which makes its calls before it returns; its promise only tells if it threw. */
  run(event: object): Run
  /** Waits for the promises of runs, within their own context: that is quicker. */
  readonly settle: (
    promises: readonly unknown[],
  ) => Promise<readonly PromiseSettledResult<unknown>[]>
}

export interface Run {
  readonly calls: readonly Call[]
  /** What it logged, a list of arguments for each time. */
  readonly logs: readonly (readonly unknown[])[]
  readonly promise: unknown
}

type Handler = (event: object, api: object) => unknown
type Define = (...given: readonly unknown[]) => void

// A look-up in the global object of a context takes longer than most functions of a bundle, so a bundle
// is a function, as a CommonJS module is, and finds these in its parameters.
const GLOBALS = [
  'Array',
  'Date',
  'Error',
  'JSON',
  'Map',
  'Math',
  'Number',
  'Object',
  'Promise',
].concat(['RegExp', 'Set', 'String', 'Symbol', 'TypeError'])

// INVARIANT: nothing in the context tells one run from another except the event and this clock.
const PREPARE = `(now, report, others) => {
  // What Node has and the language has not: code that asks for it meets it here, too, and is reported.
  for (const name of others) {
    const standIn = /^[A-Z]|^(fetch|set|clear|queue|structured|atob|btoa|require)/.test(name) ? () => {} : {}
    Object.defineProperty(globalThis, name, { get() { report(name); return standIn } })
  }
  Function.prototype.toString = () => {
    report('the source of a function')
    return 'function () { [native code] }'
  }
  const RealDate = Date
  globalThis.Date = class Date extends RealDate {
    constructor(...given) { if (given.length > 0) super(...given); else super(now()) }
    static now() { return now() }
  }
  Math.random = () => { report('Math.random'); return 0.5 }
  // Stacks of errors that nobody looks at would take most of the time.
  Error.stackTraceLimit = 0
  return (promises) => Promise.allSettled(promises)
}`

/** What Node 22 has in its global object besides the language. */
const NODE_GLOBALS = [
  ...[
    'AbortController',
    'AbortSignal',
    'Blob',
    'BroadcastChannel',
    'Buffer',
    'ByteLengthQueuingStrategy',
  ],
  ...['CompressionStream', 'CountQueuingStrategy', 'Crypto', 'CryptoKey', 'CustomEvent'],
  ...['DOMException', 'DecompressionStream', 'Event', 'EventTarget', 'File', 'FormData', 'Headers'],
  ...[
    'MessageChannel',
    'MessageEvent',
    'MessagePort',
    'Navigator',
    'Performance',
    'ReadableStream',
  ],
  ...['Request', 'Response', 'SubtleCrypto', 'TextDecoder', 'TextDecoderStream', 'TextEncoder'],
  ...[
    'TextEncoderStream',
    'TransformStream',
    'URL',
    'URLSearchParams',
    'WebSocket',
    'WritableStream',
  ],
  ...[
    'atob',
    'btoa',
    'clearImmediate',
    'clearInterval',
    'clearTimeout',
    'crypto',
    'fetch',
    'global',
  ],
  ...['navigator', 'performance', 'process', 'queueMicrotask', 'require', 'setImmediate'],
  ...['setInterval', 'setTimeout', 'structuredClone'],
]

/** What watched code calls, by the names of `scripts/reading/hooks.ts`. */
export type Hooks = Readonly<Record<string, (...given: never) => unknown>>

/** Whether a run has thrown, without waiting a turn for its promise to tell. */
export function hasThrown({ promise }: Run): boolean {
  return /^Promise \{\s+<rejected>/.test(inspect(promise))
}

/** Loads a bundle into a context of its own. @throws Error where it exports no handler */
export function loadBundle(
  code: string,
  surroundings: Surroundings,
  hooks: Hooks = {},
): LoadedBundle {
  const module = { exports: {} as Record<string, unknown> }
  const { onUnknown, fails } = surroundings
  let made: { readonly calls: Call[]; readonly logs: (readonly unknown[])[] } | undefined
  let looks = 0
  const now = () => {
    if (looks++ > 0) onUnknown('the time, twice')
    return surroundings.now()
  }
  const log = (...given: readonly unknown[]) => void made?.logs.push(given)
  const console = { log, warn: log, error: log }
  const context = createContext({}, { codeGeneration: { strings: false, wasm: false } })
  const prepare = runInContext(PREPARE, context) as (...given: unknown[]) => LoadedBundle['settle']
  const settle = prepare(now, onUnknown, NODE_GLOBALS)
  const globals = runInContext(`[${GLOBALS.join()}]`, context) as readonly unknown[]
  const names = ['module', 'exports', 'console', ...GLOBALS, ...Object.keys(hooks)]
  const define = compileFunction(code, names, { parsingContext: context }) as Define
  define(module, module.exports, console, ...globals, ...Object.values(hooks))
  const handler = module.exports['onExecutePostLogin']
  if (typeof handler !== 'function') throw new Error('bundle exports no `onExecutePostLogin`')

  const record = (call: Call) => {
    if (made === undefined) onUnknown(`api.${call.command} after the Action returned`)
    else made.calls.push(call)
    if (fails?.(call.command) === true) throw new Error('this command fails')
  }
  const api = recordingApi({ record, onUnknown })
  return {
    settle,
    run(event) {
      const { calls, logs } = (made = { calls: [], logs: [] })
      looks = 0
      try {
        return { calls, logs, promise: (handler as Handler)(event, api) }
      } catch (error) {
        const promise = Promise.reject(new Error('thrown before a promise', { cause: error }))
        return { calls, logs, promise }
      } finally {
        made = undefined
      }
    },
  }
}

interface Recorder extends Pick<Surroundings, 'onUnknown'> {
  readonly record: (call: Call) => void
}

function recordingApi({ record, onUnknown }: Recorder): object {
  const api = new Map<string, Map<string, unknown>>()
  for (const command of API_METHODS) {
    const [part, method] = command.split('.') as [string, string]
    const methods = api.get(part) ?? new Map<string, unknown>()
    api.set(part, methods)
    const call = (...given: readonly unknown[]) => {
      record({ command, arguments: given })
      return whole
    }
    methods.set(
      method,
      notToBeLookedAt(call, () => onUnknown(`the function api.${command}`)),
    )
  }
  const whole: object = Object.fromEntries(
    [...api].map(([part, methods]) => [part, Object.fromEntries(methods)]),
  )
  return whole
}

/** A function that tells when somebody looks at what it is instead of calling it. */
function notToBeLookedAt<T extends object>(call: T, tell: () => void): T {
  const get = () => {
    tell()
    return undefined
  }
  for (const name of ['name', 'length', 'toString', Symbol.toPrimitive, 'constructor']) {
    Object.defineProperty(call, name, { get })
  }
  return call
}

/** The promises of runs, collected to be waited for together. */
export interface Settlement {
  /** `chosen` names the case where an error is still to be reported. */
  add(run: Run, chosen: readonly number[] | undefined): void
  isDue(): boolean
  /** Waits for all of them. @throws Error where one never ends, which could not be checked */
  settle(): Promise<void>
}

const BATCH = 1_000
const LIMIT_MS = 10_000

/** Waiting for each run by itself would take more time than the run. */
export function newSettlement(
  bundle: LoadedBundle,
  onThrown: (chosen: readonly number[], expected: string) => void,
): Settlement {
  const promises: unknown[] = []
  const cases: (readonly number[] | undefined)[] = []

  async function settle(): Promise<void> {
    const results = await within(LIMIT_MS, bundle.settle(promises))
    results.forEach(({ status }, i) => {
      const chosen = cases[i]
      if (status === 'rejected' && chosen) onThrown(chosen, 'no error, whatever the event holds')
    })
    promises.length = 0
    cases.length = 0
  }

  return {
    add({ promise }, chosen) {
      promises.push(promise)
      cases.push(chosen)
    },
    isDue: () => promises.length >= BATCH,
    settle,
  }
}

async function within<T>(limitMs: number, result: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('the Action waits for something')), limitMs)
  })
  try {
    return await Promise.race([result, late])
  } finally {
    clearTimeout(timer)
  }
}
