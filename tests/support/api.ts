import type { PostLoginApi } from '../../actions/step-up/event.ts'

export type Call = readonly [method: string, ...arguments: unknown[]]

/**
 * An `api` that records every call, whatever the method: so a test of the whole list also proves
 * that nothing else was called. `failing` names a method that throws.
 */
export function recordingApi(failing?: string): { api: PostLoginApi; calls: Call[] } {
  const calls: Call[] = []
  const at = (path: string): unknown =>
    new Proxy(() => undefined, {
      get: (_target, name) => at(`${path}.${String(name)}`),
      apply: (_target, _this, given: unknown[]) => {
        calls.push([path, ...given])
        if (path === failing) throw new Error('secret detail of a failure')
        return undefined
      },
    })
  return { api: at('api') as PostLoginApi, calls }
}
