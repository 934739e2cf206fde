import { Module } from 'node:module'
import { join } from 'node:path'
import threads from 'node:worker_threads'
import { actionConsole } from './action-console.ts'
import type { ActionRun, DeployedAction, Entrypoint } from './messages.ts'

type Handler = (event: unknown, api: unknown) => Promise<unknown>

/** The loaded code of an Action. */
export interface ActionInstance {
  /** @returns the handler @throws Error when the export is not an async function */
  handler(entrypoint: Entrypoint): Handler
}

/** What Node knows of a module and its types do not. */
type CompilableModule = Module & {
  _compile(code: string, filename: string, format: 'commonjs'): void
}

/**
 * Runs the module-level code of an Action, as Node runs that of any CommonJS module. It runs once for an instance,
 * which then serves many logins.
 *
 * @throws whatever the code throws, a SyntaxError included
 */
export function loadAction({ name, code, packages }: DeployedAction): ActionInstance {
  const filename = join('/action', `${name.replaceAll('/', '-')}.js`)
  const module = new Module(filename) as CompilableModule
  module.filename = filename
  module.paths = packages === undefined ? [] : [join(packages, 'node_modules')]
  // Without the format Node would run an ES module too, which Auth0 refuses.
  module._compile(code, filename, 'commonjs')
  return { handler: (entrypoint) => findHandler(module.exports, entrypoint) }
}

/** Makes this thread serve a run from now on: its output, and its time. */
export function serveRun({ nowMs }: Pick<ActionRun, 'nowMs'>, lines: string[]): void {
  Object.assign(console, actionConsole(lines))
  offsetMs = nowMs - machineNow()
}

const Machine = Date
const machineNow = Date.now
let offsetMs = 0

/** The time of the Action, in milliseconds since the epoch. */
export const now = (): number => machineNow() + offsetMs

/** The clock of an Action is that of the tenant. */
export function installClock(): void {
  globalThis.Date = new Proxy(Machine, {
    apply: () => new Machine(now()).toString(),
    construct: (target, args: unknown[], made) =>
      Reflect.construct(target, (args.length === 0 ? [now()] : args) as [number], made) as object,
    get: (target, name): unknown => (name === 'now' ? now : Reflect.get(target, name)),
  })
}

/** A thread that an Action starts would be free of the permissions of this one. */
export function forbidThreads(): void {
  Object.assign(threads, {
    Worker: function Worker(): never {
      throw new Error('An Action cannot start threads.')
    },
  })
}

function findHandler(exported: unknown, entrypoint: Entrypoint): Handler {
  const handler =
    typeof exported === 'object' && exported !== null
      ? (exported as Record<string, unknown>)[entrypoint]
      : undefined
  // As in the source of `@auth0/actions`.
  if (typeof handler !== 'function' || handler.constructor.name !== 'AsyncFunction') {
    throw new Error(
      `Invalid function signature for the "${entrypoint}" handler. Use "exports.${entrypoint} = async function(event, api) { }"`,
    )
  }
  return handler as Handler
}
