import type { ManagementClient } from '../tenant/management.ts'
import { authorshipOf } from '../policy/banner.ts'
import { engineOf } from '../policy/engine.ts'
import { policyIn } from '../policy/policy-data.ts'
import { envFlag, SANDBOX } from '../tenant/environment.ts'
import { findAction } from '../tenant/read.ts'
import { typed } from '../terminal/typed.ts'
import { UserError } from '../terminal/user-error.ts'
import type { Side } from './sides.ts'

/**
 * Reads the deployed code of our Action. Its policy is read as data, and it runs only with an engine that was
 * released: a banner can be forged, bytes cannot.
 * @param name of the Action in tenant.yaml
 * @param environment for the commands in hints
 * @throws UserError where the tenant has no code of ours that is as it was built; ManagementError
 */
export async function deployedSide(
  management: ManagementClient,
  name: string,
  environment: string,
): Promise<Side> {
  const action = await findAction(management, name)
  const code = action?.deployed_version?.code
  if (code === undefined) {
    throw new UserError({
      message: `the tenant has no deployed Action \`${name}\``,
      hint: `there is nothing to compare with before the first \`${typed('deploy', envFlag(environment))}\``,
    })
  }
  return sideOf(code, name, environment)
}

/**
 * Deployed code with the policy in it. Code that was edited in the tenant is no side, as a side is run and
 * nobody has reviewed that.
 * @throws UserError where it was edited, or has no policy of this package
 */
export function sideOf(code: string, name: string, environment = SANDBOX): Side {
  const env = envFlag(environment)
  const authorship = authorshipOf(code)
  if (authorship === 'edited') {
    throw new UserError({
      message: 'the deployed code was edited',
      hint: `see the edit with \`${typed('plan', env)}\``,
    })
  }
  const policy = authorship === 'ours' ? policyIn(code) : undefined
  if (policy !== undefined && engineOf(code).release !== undefined) return { code, policy }
  if (policy !== undefined) {
    throw new UserError({
      message: `the deployed Action \`${name}\` has an engine that was never released, so it is not run`,
      hint: `see what it can do with \`${typed('audit', `--tenant ${env}`.trim())}\``,
    })
  }
  throw new UserError({
    message: `the deployed Action \`${name}\` has no policy of this package in it`,
    hint: `see what is deployed with \`${typed('verify', env)}\``,
  })
}
