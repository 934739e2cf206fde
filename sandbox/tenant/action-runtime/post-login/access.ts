import { CHAIN, type ApiContext, type ApiPart } from './context.ts'

/** `api.access`: the denial takes effect when the Action has returned; the last reason counts. */
export function accessApi({ flow }: ApiContext): ApiPart {
  return {
    deny: (reason: unknown) => {
      flow.denial = String(reason)
      return CHAIN
    },
  }
}
