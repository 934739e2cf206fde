import { readFileSync } from 'node:fs'
import type { FabrikamApps } from './fabrikam/apps.ts'
import type { ExampleUser } from './fabrikam/users.ts'
import type { Workbench } from './fabrikam/workbench.ts'
import type { Sources } from './tenant/desired.ts'
import type { EmbeddedTenant } from './tenant/embedded.ts'
import type { Environment } from './tenant/environment.ts'
import type { Command, Terminal } from './terminal/command.ts'
import { assertInstalled, FOR_APPS, FOR_SANDBOX } from './terminal/needed-packages.ts'
import { UserError } from './terminal/user-error.ts'

/** `step-up start` */
export const start: Command = {
  name: 'start',
  summary:
    'Starts the sandbox tenant, deploys your policy to it, and starts an app that asks for what the policy protects (for the example, those of the bank). Ctrl-C ends everything.',
  options: {},
  run: async (_flags, terminal) => {
    const { APP_URLS } = await import('./fabrikam/apps.ts')
    const { decisionTeller } = await import('./fabrikam/decisions.ts')
    const { assertPortsFree } = await import('./fabrikam/free-ports.ts')
    const { readExampleUsers } = await import('./fabrikam/users.ts')
    const { loadDesired, POLICY_FILE } = await import('./tenant/desired.ts')
    const { EXAMPLE_SEED_FILE, startEmbeddedTenant } = await import('./tenant/embedded.ts')
    const { loadEnvironment, SANDBOX } = await import('./tenant/environment.ts')
    const environment = loadEnvironment(SANDBOX)
    if (!APP_URLS.some((name) => name in environment.keywords)) {
      const { startOwn } = await import('./start/own.ts')
      return startOwn(environment, terminal)
    }
    assertInstalled('the example', [...FOR_SANDBOX, ...FOR_APPS])
    const policyText = readFileSync(POLICY_FILE, 'utf8')
    const sources = await loadDesired(environment, { policyText })
    const { seed = EXAMPLE_SEED_FILE } = environment
    const users = readExampleUsers(seed)
    terminal.progress('starting the sandbox tenant')
    let workbench: Workbench | undefined
    const onLine = decisionTeller(() => workbench, terminal.note)
    const tenant = await startEmbeddedTenant(terminal.interrupted, {
      seed,
      control: 'off',
      onLine,
    })
    try {
      await assertPortsFree(environment, APP_URLS)
      const started = await startApps(tenant, {
        ...{ sources, policyText, environment, terminal, users },
      })
      const { apps } = started
      workbench = started.workbench
      const running = { ...addresses(tenant, apps), users }
      terminal.result(await render(running, terminal), running)
      const failure = await firstToEnd({ tenant, ...apps })
      await Promise.all([apps.web, apps.spa, apps.api].map((app) => app.stop()))
      throw failure
    } finally {
      await tenant.stop()
    }
  },
}

interface Running {
  readonly web: string
  readonly spa: string
  readonly api: string
  readonly tenant: string
  readonly users: readonly ExampleUser[]
}

interface Circumstances {
  readonly sources: Sources
  readonly policyText: string
  readonly environment: Environment
  readonly terminal: Terminal
  readonly users: readonly ExampleUser[]
}

async function startApps(
  { access }: EmbeddedTenant,
  { sources, policyText, environment, terminal, users }: Circumstances,
): Promise<{ readonly apps: FabrikamApps; readonly workbench: Workbench }> {
  const { startFabrikam } = await import('./fabrikam/apps.ts')
  const { startWorkbench } = await import('./fabrikam/workbench.ts')
  const { connect } = await import('./tenant/connection.ts')
  const { deployTo } = await import('./tenant/deployment.ts')
  const { DIRECT } = await import('./tenant/network.ts')
  const { explainTenantError } = await import('./tenant/tenant-error.ts')
  try {
    const connection = await connect(access)
    await deployTo(connection, sources, terminal)
    terminal.progress('starting the apps of Fabrikam')
    const { interrupted } = terminal
    const workbench = await startWorkbench({
      ...{ connection, environment, options: terminal, users, policyText },
    })
    const apps = await startFabrikam({ connection, environment, interrupted, workbench })
    return { apps, workbench }
  } catch (error) {
    throw explainTenantError(error, { domain: access.domain, route: DIRECT })
  }
}

function addresses(tenant: EmbeddedTenant, { web, spa, api }: FabrikamApps) {
  return {
    web: web.ready.url,
    spa: spa.ready.url,
    api: api.ready.url,
    tenant: `https://${tenant.access.domain}`,
  }
}

async function render({ users, ...running }: Running, { paint }: Terminal): Promise<string> {
  const { aligned, section } = await import('./terminal/layout.ts')
  return [
    ...section(
      paint,
      'Fabrikam',
      aligned([
        ['web app', running.web],
        ['single-page app', running.spa],
        ['API', running.api],
        [
          'tenant',
          `${running.tenant} (its certificate is self-signed: your browser will ask once)`,
        ],
      ]),
    ),
    ...section(
      paint,
      'Log in as',
      aligned(
        users.map(({ email, password, otpSecret }) => [
          email,
          `password ${password}`,
          otpSecret === undefined ? 'no factor yet' : `one-time password secret ${otpSecret}`,
        ]),
      ),
    ),
    'Ctrl-C ends all of them.',
  ].join('\n')
}

/** None of them ends by itself, so whichever does has failed. */
async function firstToEnd(
  processes: FabrikamApps & { tenant: EmbeddedTenant },
): Promise<UserError> {
  const names = {
    web: 'the web app',
    spa: 'the single-page app',
    api: 'the API',
    tenant: 'the tenant',
  }
  return Promise.race(
    (['web', 'spa', 'api', 'tenant'] as const).map(async (name) => {
      const complaint = await processes[name].ended
      return new UserError({
        message: `${names[name]} has ended${complaint === '' ? '' : `: ${complaint}`}`,
        hint: 'everything else has been stopped',
      })
    }),
  )
}
