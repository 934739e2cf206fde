import type { LoginFlow } from '../login-flow.ts'
import type { Entrypoint } from '../messages.ts'

/** A value that an Action keeps from login to login. */
export interface CacheRecord {
  readonly value: string
  /** milliseconds since the epoch */
  readonly expires_at: number
}

/** Where one Action of one flow stands; what every part of its `api` works on. */
export interface ApiContext {
  readonly flow: LoginFlow
  readonly action: { readonly name: string }
  readonly entrypoint: Entrypoint
  /** the very object that the Action holds */
  readonly event: Readonly<Record<string, unknown>>
  /** what this instance of the Action keeps from login to login */
  readonly cache: Map<string, CacheRecord>
  /** the time of the Action, in milliseconds since the epoch */
  readonly now: () => number
  /** throws an `Error` of the Action's own realm */
  readonly fail: (message: string) => never
}

/** A part of `api`: its functions by name. */
export type ApiPart = Readonly<Record<string, (...args: never[]) => unknown>>

/** Returned by a command after which a chained call goes on at `api`. */
export const CHAIN = Symbol('api')
