import type { Reading } from './reading.ts'

/** Why the rules of this repository are not what a tenant goes by. */
export interface Lapse {
  readonly why: 'not-deployed' | 'not-bound' | 'other-code'
  /** Name of our Action. */
  readonly action: string
}

/**
 * What makes all the other drift of a tenant small: where one of these is there, the scopes and acr
 * values of the policy have to be taken for unprotected.
 */
export function lapsesOf({
  plan: { changes },
  snapshot,
}: Pick<Reading, 'plan' | 'snapshot'>): readonly Lapse[] {
  return changes.flatMap(({ section, op, name: action, fields }): readonly Lapse[] => {
    if (section === 'actions' && snapshot.action?.deployed === undefined) {
      return [{ why: 'not-deployed', action }]
    }
    if (section === 'actions' && fields.some(({ field }) => field === 'code')) {
      return [{ why: 'other-code', action }]
    }
    // What is not deployed cannot be bound, so that this is said once.
    const isNotBound = section === 'triggers' && op === 'add'
    if (isNotBound && snapshot.action?.deployed !== undefined) return [{ why: 'not-bound', action }]
    return []
  })
}
