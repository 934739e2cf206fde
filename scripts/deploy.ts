import { deployTo } from './tenant/deployment.ts'
import { SANDBOX } from './tenant/environment.ts'
import { withTenant } from './tenant/session.ts'
import { tryDeployedCode } from './tenant/tryout.ts'
import { runCommand, type ExitCode } from './terminal/command.ts'
import { renderDeployment } from './terminal/render.ts'

await runCommand({
  name: 'deploy',
  summary:
    'Builds the Action and brings a tenant to the state of tenant.yaml; without --env, the tenant embedded here.',
  options: { env: { type: 'string', value: 'NAME', help: 'a file of config/environments' } },
  run: ({ env }, terminal) =>
    withTenant<ExitCode>(env, terminal, async ({ environment, connection, sources }) => {
      const deployment = await deployTo(connection, sources, terminal)
      const tryouts =
        environment.name === SANDBOX
          ? await tryDeployedCode(connection, sources.bundle.policy, sources.desired.settings)
          : []
      terminal.result(renderDeployment(deployment, tryouts, terminal), { ...deployment, tryouts })
      return 0
    }),
})
