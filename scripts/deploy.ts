import { disableRule } from './policy/disable-rule.ts'
import { carryOut } from './tenant/deployment.ts'
import { loadDesired, POLICY_FILE, type Sources } from './tenant/desired.ts'
import { SANDBOX } from './tenant/environment.ts'
import { readAndCompare } from './tenant/reading.ts'
import { loadPlan, whyStale } from './tenant/saved-plan.ts'
import { withTenant } from './tenant/session.ts'
import { tryDeployedCode } from './tenant/tryout.ts'
import { CONFIRMATION, confirmed } from './terminal/confirmation.ts'
import { runCommand, type ExitCode } from './terminal/command.ts'
import { OVERWRITE, stopAtEdited } from './terminal/overwrite.ts'
import { renderDeployment } from './terminal/render.ts'
import { formatProblem } from './terminal/user-error.ts'

await runCommand({
  name: 'deploy',
  summary:
    'Builds the Action and brings a tenant to the state of tenant.yaml; without --env, the tenant embedded here.',
  options: {
    env: { type: 'string', value: 'NAME', help: 'a file of config/environments' },
    plan: { type: 'string', value: 'FILE', help: 'only if this saved plan still holds' },
    disable: {
      type: 'string',
      value: 'RULE',
      help: 'first stop enforcing a rule, in the policy file',
    },
    reason: { type: 'string', value: 'TEXT', help: 'why, for whoever reviews the policy' },
    until: { type: 'string', value: 'DATE', help: 'from when on it is enforced again, YYYY-MM-DD' },
    ...OVERWRITE,
    ...CONFIRMATION,
  },
  run: ({ env, plan: file, overwrite, yes, disable, reason = '', until = '' }, terminal) =>
    withTenant<Sources, ExitCode>(
      { env, terminal },
      (environment, problems) => {
        // Not before it is known that the deploy can begin: the policy file would stay changed.
        if (disable !== undefined && problems.length === 0) {
          const disabling = { rule: String(disable), reason: String(reason), until: String(until) }
          disableRule(POLICY_FILE, disabling, new Date())
        }
        return loadDesired(environment, problems)
      },
      async ({ environment, connection, files: sources }) => {
        const saved = file === undefined ? undefined : loadPlan(String(file))
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
        const deployment = await carryOut(reading, { connection, sources, options: terminal })
        const tryouts =
          environment.name === SANDBOX
            ? await tryDeployedCode(connection, sources.bundle.policy, sources.desired.settings)
            : []
        terminal.result(renderDeployment(deployment, tryouts, terminal), { ...deployment, tryouts })
        return 0
      },
    ),
})
