import type { Command } from './terminal/command.ts'
import { TENANT_FLAGS } from './terminal/tenant-flags.ts'

/** `step-up init` */
export const init: Command = {
  name: 'init',
  runsIn: 'any-folder',
  summary:
    'Writes a tenant file, a policy, environments and workflows for a tenant that you have. Overwrites nothing.',
  options: {
    from: {
      type: 'string',
      value: 'PATH',
      help: 'a tenant.yaml or an export directory of auth0-deploy-cli, which stays as it is',
    },
    env: {
      type: 'string',
      value: 'NAME',
      help: 'the environment to write; without --from its living tenant is read',
    },
    domain: { type: 'string', value: 'DOMAIN', help: 'the tenant, such as acme.eu.auth0.com' },
    config: {
      type: 'string',
      value: 'FILE',
      help: 'a configuration of auth0-deploy-cli that becomes an environment; those beside PATH if left out',
    },
    'env-file': TENANT_FLAGS['env-file'],
  },
  run: async (flags, terminal) => {
    const { renderInit } = await import('./init/render-init.ts')
    const { runInit } = await import('./init/run-init.ts')
    const initialized = await runInit(flags, terminal)
    terminal.result(renderInit(initialized, terminal), initialized)
    return 0
  },
}
