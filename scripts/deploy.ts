import { connect, type Access } from './tenant/connection.ts'
import { credentialProblems, readCredentials } from './tenant/credentials.ts'
import { deployTo } from './tenant/deployment.ts'
import { loadDesired, type Sources } from './tenant/desired.ts'
import { startEmbeddedTenant } from './tenant/embedded.ts'
import { loadEnvironment, SANDBOX } from './tenant/environment.ts'
import { explainTenantError } from './tenant/tenant-error.ts'
import { tryDeployedCode } from './tenant/tryout.ts'
import { runCommand, type Terminal } from './terminal/command.ts'
import { renderDeployment } from './terminal/render.ts'

await runCommand({
  name: 'deploy',
  summary:
    'Builds the Action and brings a tenant to the state of tenant.yaml; without --env, the tenant embedded here.',
  options: { env: { type: 'string', value: 'NAME', help: 'a file of config/environments' } },
  run: async ({ env = SANDBOX }, terminal) => {
    const environment = loadEnvironment(String(env))
    const { domain } = environment
    if (domain === undefined) {
      await deployToSandbox(await loadDesired(environment, []), terminal)
      return 0
    }
    const sources = await loadDesired(environment, credentialProblems(terminal.env, domain))
    const credentials = readCredentials(terminal.env)
    if (credentials === undefined) throw new Error('unreachable: reported as a problem')
    await deploy({ domain, credentials }, sources, terminal)
    return 0
  },
})

async function deployToSandbox(sources: Sources, terminal: Terminal): Promise<void> {
  terminal.progress('starting the sandbox tenant')
  const tenant = await startEmbeddedTenant(terminal.interrupted, { control: 'on' })
  try {
    await deploy(tenant.access, sources, terminal)
  } finally {
    await tenant.stop()
  }
}

async function deploy(access: Access, sources: Sources, terminal: Terminal): Promise<void> {
  try {
    const connection = await connect(access)
    const deployment = await deployTo(connection, sources, terminal)
    const tryouts =
      deployment.environment === SANDBOX
        ? await tryDeployedCode(connection, sources.bundle.policy, sources.desired.settings)
        : []
    terminal.result(renderDeployment(deployment, tryouts, terminal), {
      ...deployment,
      tryouts,
    })
  } catch (error) {
    throw explainTenantError(error, access.domain)
  }
}
