import type { Entrypoint, LoginFlow } from '../messages.ts'

/** The state of one Action in one flow, which every part of its `api` works on. */
export interface ApiContext {
  readonly flow: LoginFlow
  readonly action: { readonly name: string }
  readonly entrypoint: Entrypoint
  /** the very object that the Action holds */
  readonly event: Readonly<Record<string, unknown>>
}

/** A part of `api`: its functions by name. */
export type ApiPart = Readonly<Record<string, (...args: never[]) => unknown>>

/** Returned by a command after which a chained call goes on at `api`. */
export const CHAIN = Symbol('api')

/** Ends the command, and the Action unless it catches. */
export function fail(message: string): never {
  throw new Error(message)
}
