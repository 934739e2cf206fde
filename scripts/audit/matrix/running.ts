import { INVARIANT_NAMES } from '../../policy/audit-names.ts'
import { counted } from '../../report/counts.ts'
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

/** What came of running the code. */
export interface Ran {
  /** Why it was not run at all. */
  readonly notRun: string | undefined
  readonly violations: readonly { readonly invariant: string }[]
  /** In how many requests it did otherwise than the matrix says. */
  readonly differences: number
}

/** What runs, as far as the code did what the policy says: of other code a policy tells nothing. */
export function provenRunning(running: Running, ran: Ran): Running {
  const why = running.state === 'as-audited' ? doubtAbout(ran) : undefined
  return why === undefined ? running : { state: 'unknown', why }
}

function doubtAbout({ notRun, violations, differences }: Ran): string | undefined {
  if (notRun !== undefined) return 'the code was not run'
  // Invariants of the policy file ask more of the policy than it says: the code may keep to it all the same.
  const ofAnyCode: readonly string[] = INVARIANT_NAMES
  const broken = new Set(violations.map(({ invariant }) => invariant))
  const count = [...broken].filter((name) => ofAnyCode.includes(name)).length
  if (count > 0) return `the code breaks ${counted(count, 'invariant')}`
  return differences > 0 ? 'the code does otherwise than the policy says' : undefined
}
