export interface LoggedRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly status: number
}

const MAX_REQUESTS = 5_000

/** The Management API requests since the last `clear`: no bodies, no tokens. */
export interface RequestLog {
  add(request: LoggedRequest): void
  list(): readonly LoggedRequest[]
  clear(): void
}

export function newRequestLog(): RequestLog {
  let requests: LoggedRequest[] = []
  return {
    add: (request) => {
      requests = [...requests.slice(-(MAX_REQUESTS - 1)), request]
    },
    list: () => requests,
    clear: () => {
      requests = []
    },
  }
}
