import { MOST_USERS } from './tenant/enrolments.ts'
import type { Command, ExitCode } from './terminal/command.ts'
import { TENANT_FLAGS } from './terminal/tenant-flags.ts'
import { timeOf } from './terminal/time-flag.ts'
import { UserError } from './terminal/user-error.ts'

/** `step-up forecast` */
export const forecast: Command = {
  name: 'forecast',
  summary:
    'Counts the users who have no factor that a rule accepts, before a deploy meets them. Changes nothing.',
  saysNo: 'a rule locks somebody out',
  options: {
    ...TENANT_FLAGS,
    at: { type: 'string', value: 'DATE', help: 'judge the rules as of a day; today if left out' },
    sample: {
      type: 'string',
      value: 'N',
      help: `read N users, evenly spread, instead of ${MOST_USERS}`,
    },
  },
  run: async (flags, terminal) => {
    const { sample, at } = flags
    const { compilePolicy } = await import('./policy/compile.ts')
    const { readEnrolments } = await import('./tenant/enrolments.ts')
    const { factorsAfterDeploy } = await import('./tenant/factors.ts')
    const { forecast, locksOut } = await import('./tenant/forecast.ts')
    const { renderForecast } = await import('./tenant/render-forecast.ts')
    const { assertScopes, FOR_FORECAST } = await import('./tenant/required-scopes.ts')
    const { withDesired } = await import('./tenant/session.ts')
    const most = sample === undefined ? MOST_USERS : sampleSize(String(sample))
    const atMs = timeOf(at).getTime()
    return withDesired<ExitCode>(
      { flags, terminal },
      async ({ connection, environment, files }) => {
        assertScopes(connection, FOR_FORECAST)
        const { management } = connection
        const inTenant = await management.guardian.factors.list()
        const usable = factorsAfterDeploy(inTenant, files.desired.settings)
        const { users, total } = await readEnrolments(management, { most, ...terminal })
        const result = {
          environment: environment.name,
          at: new Date(atMs).toISOString().slice(0, 10),
          factors: [...usable],
          users: { read: users.length, total },
          rules: forecast(compilePolicy(files.bundle.policy), { users, usable, atMs }),
        }
        terminal.result(renderForecast(result, terminal), result)
        return result.rules.some(locksOut) ? 2 : 0
      },
    )
  },
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
