import { inspect } from 'node:util'
import { compileFunction, createContext, runInContext } from 'node:vm'
import { API_METHODS } from './api-methods.ts'

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
const PREPARE = `(now, random) => {
  const RealDate = Date
  globalThis.Date = class Date extends RealDate {
    constructor(...given) { if (given.length > 0) super(...given); else super(now()) }
    static now() { return now() }
  }
  Math.random = random
  // Stacks of errors that nobody looks at would take most of the time.
  Error.stackTraceLimit = 0
  return (promises) => Promise.allSettled(promises)
}`

/** Whether a run has thrown, without waiting a turn for its promise to tell. */
export function hasThrown({ promise }: Run): boolean {
  return /^Promise \{\s+<rejected>/.test(inspect(promise))
}

/** Loads a bundle into a context of its own. @throws Error where it exports no handler */
export function loadBundle(code: string, surroundings: Surroundings): LoadedBundle {
  const module = { exports: {} as Record<string, unknown> }
  const console = { log: () => undefined, warn: () => undefined, error: () => undefined }
  const context = createContext({}, { codeGeneration: { strings: false, wasm: false } })
  const prepare = runInContext(PREPARE, context) as (
    now: () => number,
    random: () => number,
  ) => LoadedBundle['settle']
  const settle = prepare(surroundings.now, () => {
    surroundings.onUnknown('Math.random')
    return 0.5
  })
  const globals = runInContext(`[${GLOBALS.join()}]`, context) as readonly unknown[]
  const names = ['module', 'exports', 'console', ...GLOBALS]
  const define = compileFunction(code, names, { parsingContext: context }) as Define
  define(module, module.exports, console, ...globals)
  const handler = module.exports['onExecutePostLogin']
  if (typeof handler !== 'function') throw new Error('bundle exports no `onExecutePostLogin`')

  let calls: Call[] | undefined
  const api = recordingApi((call) => {
    if (calls === undefined) surroundings.onUnknown(`api.${call.command} after the Action returned`)
    else calls.push(call)
  })
  return {
    settle,
    run(event) {
      const made: Call[] = []
      calls = made
      try {
        return { calls: made, promise: (handler as Handler)(event, api) }
      } catch (error) {
        return {
          calls: made,
          promise: Promise.reject(new Error('thrown before a promise', { cause: error })),
        }
      } finally {
        calls = undefined
      }
    },
  }
}

function recordingApi(record: (call: Call) => void): object {
  const api = new Map<string, Map<string, unknown>>()
  for (const command of API_METHODS) {
    const [part, method] = command.split('.') as [string, string]
    const methods = api.get(part) ?? new Map<string, unknown>()
    api.set(part, methods)
    methods.set(method, (...given: readonly unknown[]) => {
      record({ command, arguments: given })
      return whole
    })
  }
  const whole: object = Object.fromEntries(
    [...api].map(([part, methods]) => [part, Object.fromEntries(methods)]),
  )
  return whole
}
