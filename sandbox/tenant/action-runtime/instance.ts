import { createRequire, isBuiltin } from 'node:module'
import { compileFunction, createContext, runInContext, type Context } from 'node:vm'
import { actionConsole } from './action-console.ts'
import type { DeployedAction, Entrypoint } from './messages.ts'
import type { CacheRecord } from './post-login/context.ts'

const nodeRequire = createRequire(import.meta.url)

type Handler = (event: unknown, api: unknown) => Promise<unknown>

/** What the code of an Action finds around it at one time. */
export interface ActionRun {
  /** receives its output */
  readonly lines: string[]
  /** its time, in milliseconds since the epoch, from where it goes on */
  readonly nowMs: number
}

/** The loaded code of one version of an Action, in a context of its own. */
export interface ActionInstance {
  /** @returns the handler @throws Error when the export is not an async function */
  handler(entrypoint: Entrypoint): Handler
  /** makes it serve this run from now on */
  serve(run: ActionRun): void
  /** the records of its `api.cache` */
  readonly cache: Map<string, CacheRecord>
  /** what its time is, in milliseconds since the epoch */
  readonly now: () => number
  /** a copy of `value` made of the objects of this context */
  adopt(value: unknown): Record<string, unknown>
  /** throws an `Error` of this context, so that `instanceof Error` holds inside the Action */
  readonly fail: (message: string) => never
}

/**
 * Runs the module-level code of an Action. It runs once for an instance, which then serves many logins.
 *
 * @throws whatever the code throws, a SyntaxError included
 */
export function loadAction({ name, code }: DeployedAction, run: ActionRun): ActionInstance {
  const output = { console: {} }
  let offsetMs = 0
  const now = (): number => Date.now() + offsetMs
  const serve = ({ lines, nowMs }: ActionRun): void => {
    output.console = actionConsole(lines)
    offsetMs = nowMs - Date.now()
  }
  serve(run)
  const context = createContext(globalsFor(output), {
    name,
    codeGeneration: { strings: true, wasm: true },
  })
  runInContext('globalThis.global = globalThis', context)
  const installDate = runInContext(DATE_OF_TENANT, context) as (now: () => number) => void
  installDate(now)
  const module = runInContext('({ exports: {} })', context) as { exports: unknown }
  const load = compileFunction(code, ['exports', 'require', 'module'], {
    parsingContext: context,
    filename: `${name}.js`,
  }) as (...args: unknown[]) => void
  load.call(module.exports, module.exports, requireCoreModule(context), module)
  const parse = runInContext('JSON.parse', context) as (text: string) => Record<string, unknown>
  return {
    handler: (entrypoint) => findHandler(module.exports, entrypoint),
    serve,
    cache: new Map(),
    now,
    adopt: (value) => parse(JSON.stringify(value)),
    fail: (message) => {
      throw new (errorOf(context))(message)
    },
  }
}

/** Each context has a `Date` of its own, which knows nothing of the tenant's clock. */
const DATE_OF_TENANT = `(tenantNow) => {
  const Machine = Date
  const now = () => tenantNow()
  globalThis.Date = new Proxy(Machine, {
    apply: () => new Machine(now()).toString(),
    construct: (target, args, made) => Reflect.construct(target, args.length === 0 ? [now()] : args, made),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  })
}`

function errorOf(context: Context): ErrorConstructor {
  return runInContext('Error', context) as ErrorConstructor
}

function findHandler(exported: unknown, entrypoint: Entrypoint): Handler {
  const handler =
    typeof exported === 'object' && exported !== null
      ? (exported as Record<string, unknown>)[entrypoint]
      : undefined
  // Each context has its own AsyncFunction, hence the name (as in the source of `@auth0/actions`).
  if (typeof handler !== 'function' || handler.constructor.name !== 'AsyncFunction') {
    throw new Error(
      `Invalid function signature for the "${entrypoint}" handler. Use "exports.${entrypoint} = async function(event, api) { }"`,
    )
  }
  return handler as Handler
}

function requireCoreModule(context: Context): (name: string) => unknown {
  return (name) => {
    if (isBuiltin(name)) return nodeRequire(name) as unknown
    const MissingModule = errorOf(context)
    throw new MissingModule(`Cannot find module '${name}'`)
  }
}

/** What Node puts into the global scope of a module and a fresh context lacks. */
function globalsFor(output: { readonly console: object }): object {
  const { process } = globalThis
  return {
    get console() {
      return output.console
    },
    process: {
      env: {},
      version: process.version,
      versions: process.versions,
      hrtime: process.hrtime.bind(process),
      nextTick: process.nextTick.bind(process),
    },
    setTimeout,
    clearTimeout,
    setInterval,
    clearInterval,
    setImmediate,
    clearImmediate,
    queueMicrotask,
    structuredClone,
    URL,
    URLSearchParams,
    TextEncoder,
    TextDecoder,
    AbortController,
    AbortSignal,
    Buffer,
    Blob,
    FormData,
    Headers,
    Request,
    Response,
    fetch,
    atob,
    btoa,
    crypto: globalThis.crypto,
    performance,
  }
}
