import { readFileSync } from 'node:fs'
import type { Disabling } from './policy/disable-rule.ts'
import type { Loading, Sources } from './tenant/desired.ts'
import type { Environment } from './tenant/environment.ts'
import { CONFIRMATION, confirmed } from './deploy/confirmation.ts'
import type { Command, ExitCode } from './terminal/command.ts'
import { DISABLING, readDisabling } from './deploy/disabling.ts'
import { EVEN_SO, readEvenSo, refusalText } from './deploy/even-so.ts'
import { writeOutput } from './terminal/output-file.ts'
import { OVERWRITE, stopAtEdited } from './deploy/overwrite.ts'
import { TENANT_FLAGS } from './terminal/tenant-flags.ts'
import { formatProblem } from './terminal/user-error.ts'

/** `step-up deploy` */
export const deploy: Command = {
  name: 'deploy',
  summary:
    'Builds the Action and brings a tenant to the state of tenant.yaml; without --env, the sandbox on this machine.',
  saysNo: 'it stopped before it sent anything',
  options: {
    ...TENANT_FLAGS,
    plan: {
      type: 'string',
      value: 'FILE',
      help: 'make the changes of this saved plan, or none if the tenant has changed since',
    },
    ...DISABLING,
    ...OVERWRITE,
    ...EVEN_SO,
    ...CONFIRMATION,
  },
  run: async (flags, terminal) => {
    const { isGrave } = await import('./diff/compare-built.ts')
    const { plannedDiff } = await import('./diff/planned.ts')
    const { carryOut } = await import('./tenant/deployment.ts')
    const { POLICY_FILE } = await import('./tenant/desired.ts')
    const { SANDBOX } = await import('./tenant/environment.ts')
    const { preflight } = await import('./tenant/preflight.ts')
    const { readAndCompare } = await import('./tenant/reading.ts')
    const { loadPlan, whyStale } = await import('./tenant/saved-plan.ts')
    const { withTenant } = await import('./tenant/session.ts')
    const { tryDeployedCode } = await import('./tenant/tryout.ts')
    const { renderDeployment } = await import('./deploy/render-deployment.ts')
    const { policyLines } = await import('./deploy/render-plan.ts')
    const { plan: file, overwrite, yes } = flags
    const disabling = readDisabling(flags)
    const evenSo = readEvenSo(flags['even-so'])
    const saved = file === undefined ? undefined : loadPlan(String(file))
    return withTenant<DeploySources, ExitCode>(
      { flags, terminal },
      (environment, problems) =>
        loadSources(environment, { problems, note: terminal.note }, disabling),
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
          terminal.result(formatProblem(refusal), { refused: [refusal] })
          return 2
        }
        await stopAtEdited(reading, { desired: sources.desired, overwrite, terminal })
        const judged = await preflight(reading, sources, connection)
        const refusal = refusalText(judged, evenSo)
        if (refusal !== undefined) {
          terminal.result(refusal, { refused: judged.refusals })
          return 2
        }
        const { changes } = reading.plan
        // Whoever agreed to a saved plan has read this there.
        const policyDiff =
          saved === undefined ? await plannedDiff(reading, sources, progress) : undefined
        if (isGrave(policyDiff) || environment.confirm === true) {
          terminal.note(policyLines(policyDiff, terminal.paint, undefined))
        }
        if (changes.length > 0) {
          await confirmed(`Make ${changes.length} changes in ${reading.domain}?`, {
            ...{ environment, yes, terminal },
          })
        }
        const { policyText } = sources
        if (policyText !== undefined) {
          writeOutput({ flag: '--disable', file: POLICY_FILE }, policyText)
        }
        const { refusals, unknown } = judged
        const deployment = {
          ...(await carryOut(reading, { connection, sources, options: terminal })),
          unknown,
          ...(policyDiff && { policyDiff }),
          ...(refusals.length > 0 && { evenSo: { reason: evenSo ?? '', refusals } }),
        }
        const tryouts =
          environment.name === SANDBOX
            ? await tryDeployedCode(connection, sources.bundle.policy, sources.desired.settings)
            : []
        terminal.result(renderDeployment(deployment, tryouts, terminal), { ...deployment, tryouts })
        return 0
      },
    )
  },
}

/** With `policyText`, what the policy file is to hold from this deploy on. */
type DeploySources = Sources & { readonly policyText?: string }

async function loadSources(
  environment: Environment,
  loading: Loading,
  disabling: Disabling | undefined,
): Promise<DeploySources> {
  const { loadDesired, POLICY_FILE } = await import('./tenant/desired.ts')
  const sources = await loadDesired(environment, loading)
  if (disabling === undefined) return sources
  const { disableRule } = await import('./policy/disable-rule.ts')
  const policyText = disableRule(readFileSync(POLICY_FILE, 'utf8'), disabling, new Date())
  return { ...(await loadDesired(environment, { policyText })), policyText }
}
