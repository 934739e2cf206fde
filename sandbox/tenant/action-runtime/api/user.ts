import { CHAIN, fail, type ApiContext, type ApiPart } from './context.ts'

/** Documented: of each session. */
const MAX_METADATA_BYTES = 32_768

/** `api.user`: kept when the flow has come to its end, or to a suspension. */
export function userApi({ flow }: ApiContext): ApiPart {
  const setter = (command: string) => (key: unknown, value: unknown) => {
    if (typeof key !== 'string' || key === '') return fail('The metadata key must be a string.')
    const text = JSON.stringify(value) as string | undefined
    const before = flow.commands.filter((one) => one.command === command)
    const size = [...before.map((one) => one.arguments), [key, text]].reduce(
      (sum, args) => sum + Buffer.byteLength(JSON.stringify(args)),
      0,
    )
    if (size > MAX_METADATA_BYTES) fail('The metadata must not be larger than 32 kB in all.')
    return CHAIN
  }
  return {
    setAppMetadata: setter('api.user.setAppMetadata'),
    setUserMetadata: setter('api.user.setUserMetadata'),
  }
}
