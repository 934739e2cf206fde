import type { PolicyFile } from '../policy/schema.ts'
import { decisionTeller } from '../fabrikam/decisions.ts'
import { readExampleUsers } from '../fabrikam/users.ts'
import { connect } from '../tenant/connection.ts'
import { deployTo } from '../tenant/deployment.ts'
import { loadDesired } from '../tenant/desired.ts'
import { SEED_FILE, startEmbeddedTenant } from '../tenant/embedded.ts'
import type { Environment } from '../tenant/environment.ts'
import { DIRECT } from '../tenant/network.ts'
import { explainTenantError } from '../tenant/tenant-error.ts'
import type { Terminal } from '../terminal/command.ts'
import { aligned, section } from '../terminal/layout.ts'
import { UserError } from '../terminal/user-error.ts'
import { startOwnApp, type OwnApp } from './app.ts'
import { asksOf } from './asks.ts'

/**
 * Shows somebody's own policy: deploys it to the sandbox tenant, and starts an app that asks for what it protects.
 * Ends with the tenant.
 * @throws UserError when it cannot start, and when the tenant has ended
 */
export async function startOwn(environment: Environment, terminal: Terminal): Promise<never> {
  const { note, interrupted } = terminal
  const sources = await loadDesired(environment, { note })
  const { seed = SEED_FILE } = environment
  terminal.progress('starting the sandbox tenant')
  let app: OwnApp | undefined
  const onLine = decisionTeller(() => app, note)
  const tenant = await startEmbeddedTenant(interrupted, { seed, control: 'off', onLine })
  try {
    const connection = await connect(tenant.access)
    await deployTo(connection, sources, terminal)
    const groups = asksOf(sources.bundle.policy, sources.desired.settings)
    // The tenant has taken the seed, so it can be read.
    const users = readExampleUsers(seed)
    app = await startOwnApp({ connection, groups, users })
    const told = { app: app.url, tenant: `https://${connection.domain}` }
    terminal.result(render(told, sources.bundle.policy, terminal), { ...told, users })
    const complaint = await tenant.ended
    throw new UserError({
      message: `the tenant has ended${complaint === '' ? '' : `: ${complaint}`}`,
      hint: 'everything else has been stopped',
    })
  } catch (error) {
    throw explainTenantError(error, { domain: tenant.access.domain, route: DIRECT })
  } finally {
    app?.stop()
    await tenant.stop()
  }
}

function render(
  { app, tenant }: Readonly<Record<'app' | 'tenant', string>>,
  { rules }: PolicyFile,
  { paint }: Terminal,
): string {
  return [
    ...section(
      paint,
      'Your policy',
      aligned([
        ['app', app],
        ['tenant', `${tenant} (its certificate is self-signed: your browser will ask once)`],
      ]),
    ),
    `The app asks for what ${rules.map(({ id }) => id).join(', ')} protect, and shows what comes of it.`,
    'Ctrl-C ends both.',
  ].join('\n')
}
