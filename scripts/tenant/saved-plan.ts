import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { typed } from '../terminal/typed.ts'
import { UserError } from '../terminal/user-error.ts'
import type { Reading } from './reading.ts'

/** What of a plan has to hold still between its review and its deploy. */
const savedPlan = z.object({
  version: z.literal(1),
  environment: z.string(),
  domain: z.string(),
  basis: z.string(),
  wanted: z.string(),
})

export type SavedPlan = z.output<typeof savedPlan>

/**
 * A plan as text to be saved for `deploy --plan`.
 * @param shown what else the plan showed, for its reviewers: a deploy does not read it
 */
export function savedPlanText(reading: Reading, shown: object): string {
  const { domain, basis, wanted, plan } = reading
  return `${JSON.stringify({ ...plan, ...shown, domain, basis, wanted }, null, 2)}\n`
}

/** @throws UserError when the file is not a plan that this version has saved */
export function loadPlan(file: string): SavedPlan {
  const parsed = savedPlan.safeParse(readJson(file))
  if (parsed.success) return parsed.data
  throw new UserError({
    where: file,
    message: 'is not a saved plan',
    hint: `save one with \`${typed('plan', '--out FILE')}\``,
  })
}

/** @returns why a saved plan may no longer be carried out; `undefined` where it may */
export function whyStale(saved: SavedPlan, now: Reading): string | undefined {
  if (saved.environment !== now.plan.environment || saved.domain !== now.domain) {
    return `it is for ${saved.environment} (${saved.domain}), not for ${now.plan.environment} (${now.domain})`
  }
  if (saved.wanted !== now.wanted) return 'the policy, tenant.yaml or the environment has changed'
  if (saved.basis !== now.basis) return 'the tenant has changed'
  return undefined
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw new UserError({ where: file, message: 'file cannot be read', hint: 'does it exist?' })
  }
}
