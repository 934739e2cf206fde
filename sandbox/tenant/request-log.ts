export interface LoggedRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly status: number
}

/** The Management API requests since the last `clear`: no bodies, no tokens. */
export interface RequestLog {
  add(request: LoggedRequest): void
  list(): readonly LoggedRequest[]
  clear(): void
}

export function newRequestLog(): RequestLog {
  let requests: LoggedRequest[] = []
  return {
    add: (request) => void requests.push(request),
    list: () => requests,
    clear: () => {
      requests = []
    },
  }
}
