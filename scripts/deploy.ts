import { readFileSync } from 'node:fs'
import { disableRule, type Disabling } from './policy/disable-rule.ts'
import { carryOut } from './tenant/deployment.ts'
import { loadDesired, POLICY_FILE, type Sources } from './tenant/desired.ts'
import { SANDBOX, type Environment } from './tenant/environment.ts'
import { readAndCompare } from './tenant/reading.ts'
import { loadPlan, whyStale } from './tenant/saved-plan.ts'
import { withTenant } from './tenant/session.ts'
import { tryDeployedCode } from './tenant/tryout.ts'
import { CONFIRMATION, confirmed } from './terminal/confirmation.ts'
import { runCommand, type ExitCode } from './terminal/command.ts'
import { DISABLING, readDisabling } from './terminal/disabling.ts'
import { writeOutput } from './terminal/output-file.ts'
import { OVERWRITE, stopAtEdited } from './terminal/overwrite.ts'
import { renderDeployment } from './terminal/render.ts'
import { formatProblem, type Problem } from './terminal/user-error.ts'

await runCommand({
  name: 'deploy',
  summary:
    'Builds the Action and brings a tenant to the state of tenant.yaml; without --env, the tenant embedded here.',
  options: {
    env: { type: 'string', value: 'NAME', help: 'a file of config/environments' },
    plan: { type: 'string', value: 'FILE', help: 'only if this saved plan still holds' },
    ...DISABLING,
    ...OVERWRITE,
    ...CONFIRMATION,
  },
  run: (flags, terminal) => {
    const { env, plan: file, overwrite, yes } = flags
    const disabling = readDisabling(flags)
    const saved = file === undefined ? undefined : loadPlan(String(file))
    return withTenant<DeploySources, ExitCode>(
      { env, terminal },
      (environment, problems) => loadSources(environment, problems, disabling),
      async ({ environment, connection, files: sources }) => {
        const { progress } = terminal
        const reading = await readAndCompare(connection, sources.desired, {
          access: 'write',
          progress,
        })
        const stale = saved && whyStale(saved, reading)
        if (stale !== undefined) {
          const refusal = {
            where: String(file),
            message: `this plan no longer holds: ${stale}`,
            hint: 'nothing was sent; plan again and have it reviewed',
          }
          terminal.result(formatProblem(refusal), { refused: refusal })
          return 2
        }
        stopAtEdited(reading, { desired: sources.desired, overwrite, terminal })
        const { changes } = reading.plan
        if (changes.length > 0) {
          await confirmed(`Make ${changes.length} changes in ${reading.domain}?`, {
            ...{ environment, yes, terminal },
          })
        }
        const { policyText } = sources
        if (policyText !== undefined) {
          writeOutput({ flag: '--disable', file: POLICY_FILE }, policyText)
        }
        const deployment = await carryOut(reading, { connection, sources, options: terminal })
        const tryouts =
          environment.name === SANDBOX
            ? await tryDeployedCode(connection, sources.bundle.policy, sources.desired.settings)
            : []
        terminal.result(renderDeployment(deployment, tryouts, terminal), { ...deployment, tryouts })
        return 0
      },
    )
  },
})

/** With `policyText`, what the policy file is to hold from this deploy on. */
type DeploySources = Sources & { readonly policyText?: string }

async function loadSources(
  environment: Environment,
  problems: readonly Problem[],
  disabling: Disabling | undefined,
): Promise<DeploySources> {
  const sources = await loadDesired(environment, problems)
  if (disabling === undefined) return sources
  const policyText = disableRule(readFileSync(POLICY_FILE, 'utf8'), disabling, new Date())
  return { ...(await loadDesired(environment, [], policyText)), policyText }
}
