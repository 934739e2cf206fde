import { UserError, type Problem } from '../terminal/user-error.ts'
import type { Desired } from './desired.ts'
import { assemblePlan, type Change, type Snapshot } from './plan.ts'

/** Whether a tenant that was read after a deploy is as wanted. @throws UserError for each difference */
export function assertReached(after: Snapshot, desired: Desired, domain: string): void {
  const [first, ...rest] = assemblePlan(after, desired).changes.flatMap((change) =>
    differences(change, domain),
  )
  if (first !== undefined) throw new UserError(first, ...rest)
}

function differences({ section, name, fields }: Change, domain: string): Problem[] {
  return fields.map(({ field, before, after }) => ({
    where: domain,
    message: `\`${field}\` of \`${name}\` in \`${section}\` is ${shown(before)} after the deploy, not ${shown(after)}`,
    hint: 'somebody else may be changing the tenant: run the same command again',
  }))
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : `\`${JSON.stringify(value)}\``
}
