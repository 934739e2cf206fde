import type { ManagementClient } from 'auth0'
import { MOST_USERS } from './tenant/enrolments.ts'
import { runCommand, type ExitCode } from './terminal/command.ts'
import { TENANT_FLAGS } from './terminal/tenant-flags.ts'
import { UserError } from './terminal/user-error.ts'

await runCommand({
  name: 'forecast',
  summary:
    'Counts the users who have no factor that a rule accepts, before a deploy meets them. Changes nothing.',
  options: {
    ...TENANT_FLAGS,
    sample: {
      type: 'string',
      value: 'N',
      help: `read N users, evenly spread, instead of ${MOST_USERS}`,
    },
  },
  run: async ({ env, sample }, terminal) => {
    const { readEnrolments } = await import('./tenant/enrolments.ts')
    const { forecast } = await import('./tenant/forecast.ts')
    const { assertScopes, FOR_FORECAST } = await import('./tenant/required-scopes.ts')
    const { withDesired } = await import('./tenant/session.ts')
    const { renderForecast } = await import('./terminal/render-forecast.ts')
    const most = sample === undefined ? MOST_USERS : sampleSize(String(sample))
    return withDesired<ExitCode>({ env, terminal }, async ({ connection, environment, files }) => {
      assertScopes(connection, FOR_FORECAST)
      const { management } = connection
      const enabled = await enabledFactors(management)
      const { users, total } = await readEnrolments(management, { most, ...terminal })
      const result = {
        environment: environment.name,
        users: { read: users.length, total },
        rules: forecast(files.bundle.policy, users, enabled),
      }
      terminal.result(renderForecast(result, terminal), result)
      return 0
    })
  },
})

/** The factors that the tenant has switched on, by the names of a policy. */
async function enabledFactors(management: ManagementClient): Promise<ReadonlySet<string>> {
  const { factorOfGuardian } = await import('./tenant/factors.ts')
  const factors = await management.guardian.factors.list()
  return new Set(
    factors.flatMap(({ name = '', enabled }) => (enabled ? [factorOfGuardian(name)] : [])),
  )
}

function sampleSize(text: string): number {
  const size = Number(text)
  if (Number.isInteger(size) && size >= 1 && size <= MOST_USERS) return size
  throw new UserError({
    where: '--sample',
    message: `\`${text}\` is not a number of users`,
    hint: `expected 1 to ${MOST_USERS}: Auth0 lists no more`,
  })
}
