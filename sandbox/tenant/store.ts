import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { SandboxError } from './sandbox-error.ts'
import type { TenantState } from './state.ts'

/**
 * The tenant's memory: one JSON file that is replaced whole, so that a crash leaves the state before
 * a change or after it, never between.
 */
export class Store {
  #file: string | undefined
  #state: TenantState

  private constructor(file: string | undefined, state: TenantState) {
    this.#file = file
    this.#state = state
  }

  /**
   * Opens the state of a directory.
   *
   * @returns `undefined` where there is none yet
   * @throws SandboxError when the file is there but is not the state of a tenant
   */
  static open(directory: string): Store | undefined {
    const file = stateFile(directory)
    const text = readIfPresent(file)
    return text === undefined ? undefined : new Store(file, parseState(file, text))
  }

  /** Writes the first state of a directory. */
  static create(directory: string, state: TenantState): Store {
    const store = new Store(stateFile(directory), state)
    store.#write(state)
    return store
  }

  /** A state that is never written. */
  static inMemory(state: TenantState): Store {
    return new Store(undefined, state)
  }

  /** The state as of now; callers read it and leave it as it is. */
  get state(): Readonly<TenantState> {
    return this.#state
  }

  /**
   * Changes the state: all of `change` is kept and on disk when this returns, or nothing of it when it throws.
   *
   * @returns what `change` returns
   */
  update<T>(change: (draft: TenantState) => T): T {
    const draft = structuredClone(this.#state)
    const result = change(draft)
    this.#write(draft)
    this.#state = draft
    return result
  }

  /**
   * Puts another state in the place of this one.
   *
   * @returns its store; what still writes to this one changes nothing that is kept
   */
  replace(state: TenantState): Store {
    const next = new Store(this.#file, structuredClone(state))
    this.#file = undefined
    next.#write(next.#state)
    return next
  }

  #write(state: TenantState): void {
    if (this.#file === undefined) return
    const temporary = `${this.#file}.tmp`
    rmSync(temporary, { force: true })
    const descriptor = openSync(temporary, 'wx', 0o600)
    try {
      writeSync(descriptor, `${JSON.stringify(state, null, 1)}\n`)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(temporary, this.#file)
  }
}

function stateFile(directory: string): string {
  return join(directory, 'state.json')
}

function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** What the state of an older sandbox does not have. */
const ADDED_SINCE: Pick<
  TenantState,
  'roles' | 'organizations' | 'tokenExchangeProfiles' | 'phoneMessageTypes' | 'documents'
> = {
  roles: [],
  organizations: [],
  tokenExchangeProfiles: [],
  phoneMessageTypes: ['sms'],
  documents: {},
}

function parseState(file: string, text: string): TenantState {
  try {
    const state = JSON.parse(text) as Partial<TenantState> | null
    if (state?.version === 1) return { ...ADDED_SINCE, ...state } as TenantState
  } catch {
    // Falls through: unreadable and foreign files get the same answer.
  }
  throw new SandboxError(
    `\`${file}\` is not the state of a sandbox tenant; move it away to start afresh`,
  )
}
