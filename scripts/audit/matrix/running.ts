import type { TenantFacts } from '../tenant/facts.ts'

/** Whether what was audited is what runs at a login. */
export type Running =
  /** In the tenant, or once what the files describe is deployed. */
  | { readonly state: 'as-audited' }
  | { readonly state: 'not-running'; readonly why: 'not deployed' | 'not bound' }
  | { readonly state: 'unknown'; readonly why: string }

/** Tells what runs in a tenant. @param code the code of the bundle */
export function runningIn(
  { source, ourAction, flow }: Pick<TenantFacts, 'source' | 'ourAction' | 'flow'>,
  code: string,
): Running {
  // Of a tenant that nobody looked at, the matrix tells what its files come to.
  if (source.kind === 'tenant-file') return { state: 'as-audited' }
  if (ourAction.seen === 'nothing') return { state: 'unknown', why: 'the Action was not seen' }
  const action = ourAction.value
  if (action.state === 'planned') return { state: 'as-audited' }
  if (action.state !== 'deployed') return { state: 'not-running', why: 'not deployed' }
  if (flow.seen === 'nothing') return { state: 'unknown', why: 'bindings were not seen' }
  if (!flow.value.some(({ name }) => name === action.name)) {
    return flow.seen === 'all'
      ? { state: 'not-running', why: 'not bound' }
      : { state: 'unknown', why: 'not all bindings were seen' }
  }
  return action.code === code
    ? { state: 'as-audited' }
    : { state: 'unknown', why: 'other code is deployed' }
}
