import type { Sources } from '../tenant/desired.ts'
import { replacedCode, type Reading } from '../tenant/reading.ts'
import { diffPlanned, type PlannedDiff } from './compare-built.ts'

/** What a deploy would change in the outcome of requests; undefined where no code is replaced. */
export async function plannedDiff(
  reading: Reading,
  { bundle, desired }: Pick<Sources, 'bundle' | 'desired'>,
  progress: (text: string) => void,
): Promise<PlannedDiff | undefined> {
  const code = replacedCode(reading)
  if (code === undefined) return undefined
  return diffPlanned({ code, action: desired.action.name }, bundle, progress)
}
