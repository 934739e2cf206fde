import type { ManagementClient } from './tenant/management.ts'
import { envFlag, type Environment } from './tenant/environment.ts'
import type { FoundAction } from './tenant/read.ts'
import type { Version } from './tenant/versions.ts'
import { CONFIRMATION, confirmed } from './deploy/confirmation.ts'
import type { Command, ExitCode } from './terminal/command.ts'
import { TENANT_FLAGS } from './terminal/tenant-flags.ts'
import { typed } from './terminal/typed.ts'
import { UserError, type Problem } from './terminal/user-error.ts'

/** `step-up rollback` */
export const rollback: Command = {
  name: 'rollback',
  summary:
    'Lists the versions of the Action that a tenant keeps, and makes one of them live again.',
  saysNo: 'the version is live, but no login runs the Action',
  options: {
    ...TENANT_FLAGS,
    to: { type: 'string', value: 'VERSION', help: 'the number of the version to go back to' },
    ...CONFIRMATION,
  },
  run: async (flags, terminal) => {
    const { to, yes } = flags
    const { diffRolledBack } = await import('./diff/compare-built.ts')
    const { withTenant } = await import('./tenant/session.ts')
    const { listVersions, readDraft, redeploy } = await import('./tenant/versions.ts')
    const { policyLines } = await import('./deploy/render-plan.ts')
    const { renderUnbound, renderVersions } = await import('./deploy/render-versions.ts')
    return withTenant<string, ExitCode>({ flags, terminal }, actionName, async (session) => {
      const { connection, environment, files: name } = session
      const { management, domain } = connection
      const of = { environment: environment.name, domain }
      terminal.progress(`reading the versions of "${name}"`)
      const { action, isBound } = await existingAction(management, name, environment)
      const [versions, draft] = await Promise.all([
        listVersions(management, action),
        to === undefined ? readDraft(management, action) : undefined,
      ])
      if (to === undefined) {
        const listed = { action: name, isBound, versions, ...(draft && { draft }) }
        const told = versions.map((each) => ({ ...each, code: undefined }))
        terminal.result(renderVersions(listed, environment, terminal), {
          ...of,
          ...listed,
          versions: told,
        })
        return 0
      }
      const version = chosenVersion(versions, String(to))
      const live = action.deployed_version?.code
      const policyDiff =
        live === undefined ? undefined : await diffRolledBack(name, { live, older: version.code })
      terminal.note(policyLines(policyDiff, terminal.paint, undefined))
      await confirmed(`Run version ${version.number} of ${name} in ${domain}?`, {
        ...{ environment, yes, terminal },
      })
      terminal.progress(`Auth0 deploys version ${version.number}`)
      const { number, draft: code } = await redeploy(management, action, version)
      const isNeverDeployed = versions.every((one) => one.code !== code)
      const { sha256, policyHash } = version
      const lines = [
        `${name} in ${environment.name} ${isBound ? 'runs' : 'has'} the code of version ${version.number} again, as version ${number}.`,
        `  sha-256  ${sha256}`,
        `  policy   ${policyHash ?? ''}`,
        'Where the repository says otherwise, revert it there, or the next deploy brings that back.',
        ...(isNeverDeployed
          ? [`The draft of ${name} was never deployed, and stays as it is.`]
          : []),
        ...(isBound ? [] : [renderUnbound(name, environment)]),
      ]
      terminal.result(lines.join('\n'), {
        ...of,
        action: name,
        isBound,
        from: version.number,
        live: number,
        sha256,
        ...(policyDiff && { policyDiff }),
      })
      return isBound ? 0 : 2
    })
  },
}

async function actionName(environment: Environment, problems: readonly Problem[]): Promise<string> {
  const [first, ...rest] = problems
  if (first !== undefined) throw new UserError(first, ...rest)
  const { readActionName } = await import('./tenant/tenant-file.ts')
  return readActionName(environment)
}

async function existingAction(
  management: ManagementClient,
  name: string,
  environment: Environment,
): Promise<FoundAction> {
  const { findActionByBinding, findTwins } = await import('./tenant/read.ts')
  const found = await findActionByBinding(management, name)
  if (found !== undefined) return found
  const [twin] = await findTwins(management, { name, isThere: false, bindings: [] })
  throw new UserError({
    message: `the tenant has no Action \`${name}\``,
    hint:
      twin === undefined
        ? `deploy one with \`${typed('deploy', envFlag(environment.name))}\``
        : `\`${twin.name}\` has code of this package: if it was renamed, name it \`${name}\` again in the tenant`,
  })
}

function chosenVersion(versions: readonly Version[], number: string): Version {
  const version = versions.find((one) => String(one.number) === number)
  const mine = versions.filter(({ policyHash, isLive }) => policyHash !== undefined && !isLive)
  const hint =
    mine.length > 0
      ? `choose one of: ${mine.map((one) => one.number).join(', ')}`
      : 'the tenant keeps no other version that a release of this package built'
  if (version === undefined) {
    throw new UserError({ where: '--to', message: `no version \`${number}\``, hint })
  }
  if (version.isLive) {
    throw new UserError({ where: '--to', message: `version ${number} is live already`, hint })
  }
  if (version.policyHash === undefined) {
    throw new UserError({
      where: '--to',
      message: `version ${number} was not built by a release of this package`,
      hint,
    })
  }
  return version
}
