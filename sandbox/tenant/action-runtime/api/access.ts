import { CHAIN, fail, type ApiContext, type ApiPart } from './context.ts'

/** `api.access` of a login: the denial takes effect when the Action has returned; the last reason counts. */
export function accessApi({ flow }: ApiContext): ApiPart {
  return {
    deny: (reason: unknown) => {
      flow.denial = { reason: String(reason) }
      return CHAIN
    },
  }
}

const CODES: ReadonlySet<unknown> = new Set(['invalid_scope', 'invalid_request', 'server_error'])

/** `api.access` of a credentials exchange, whose denial has an error code. */
export function clientAccessApi({ flow }: ApiContext): ApiPart {
  return {
    deny: (code: unknown, reason?: unknown) => {
      if (typeof code !== 'string' || !CODES.has(code)) {
        return fail(`The code must be one of: ${[...CODES].join(', ')}.`)
      }
      flow.denial = { code, reason: typeof reason === 'string' ? reason : code }
      return CHAIN
    },
  }
}

/** `api.validation`: ends the login as a denial does. */
export function validationApi({ flow }: ApiContext): ApiPart {
  return {
    error: (_code: unknown, message: unknown) => {
      flow.denial = { reason: String(message) }
      return CHAIN
    },
  }
}
