import { readFileSync } from 'node:fs'
import { policyLines } from '../deploy/render-plan.ts'
import { plannedDiff } from '../diff/planned.ts'
import type { Connection } from '../tenant/connection.ts'
import type { ImportOptions } from '../tenant/deploy-cli.ts'
import { carryOut } from '../tenant/deployment.ts'
import { loadDesired, POLICY_FILE } from '../tenant/desired.ts'
import { assertUnedited } from '../tenant/edited.ts'
import type { Environment } from '../tenant/environment.ts'
import { preflight } from '../tenant/preflight.ts'
import { readAndCompare } from '../tenant/reading.ts'
import { writeOutput } from '../terminal/output-file.ts'
import { UserError } from '../terminal/user-error.ts'
import { changeRule, type RuleChange } from './policy-edit.ts'

/** What a change of the policy has come to. */
export interface Redeployed {
  /** Of the Action, as the tenant counts. */
  readonly version: number
  readonly seconds: number
  /** What it changes for requests, as `npm run plan` says it; nothing where the Action was live already. */
  readonly words: readonly string[]
  /** What the policy file holds now, and the Action enforces. */
  readonly policyText: string
}

export interface Circumstances {
  readonly connection: Connection
  readonly environment: Environment
  readonly options: ImportOptions
}

/**
 * Changes one rule in the policy file, and deploys it by the steps of `npm run deploy`: build, read, judge,
 * write, read back.
 * @throws UserError where a deploy would stop; then the policy file is as it was. ManagementError
 */
export async function redeploy(
  change: RuleChange,
  { connection, environment, options }: Circumstances,
): Promise<Redeployed> {
  const begun = performance.now()
  // Somebody may have edited the file meanwhile: its mistakes are told with their places.
  await loadDesired(environment)
  const policyText = changeRule(readFileSync(POLICY_FILE, 'utf8'), change)
  const sources = await loadDesired(environment, { policyText })
  const { progress } = options
  const reading = await readAndCompare(connection, sources.desired, { access: 'write', progress })
  assertUnedited(reading)
  const [first, ...rest] = (await preflight(reading, sources, connection)).refusals
  if (first !== undefined) throw new UserError(first, ...rest)
  const diff = await plannedDiff(reading, sources, progress)
  writeOutput({ flag: 'the policy', file: POLICY_FILE }, policyText)
  const { live } = await carryOut(reading, { connection, sources, options })
  return {
    version: live.version,
    seconds: Math.round((performance.now() - begun) / 100) / 10,
    words: policyLines(diff, (_style, text) => text, undefined),
    policyText,
  }
}
