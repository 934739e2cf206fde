import { abridged } from '../report/abridged.ts'
import type { Environment } from '../tenant/environment.ts'
import type { Version } from '../tenant/versions.ts'
import type { Terminal } from '../terminal/command.ts'
import { aligned, section } from '../terminal/layout.ts'
import { envFlag } from '../tenant/environment.ts'
import { typed } from '../terminal/typed.ts'

/** The versions of an Action that a tenant keeps, newest first. */
export interface Versions {
  readonly action: string
  readonly isBound: boolean
  readonly versions: readonly Version[]
}

const MOST_RULES = 6

/** The versions of the Action, newest first, for people. */
export function renderVersions(
  { action, isBound, versions }: Versions,
  environment: Environment,
  { paint }: Terminal,
): string {
  const rows = versions.map(({ number, createdAt, policyHash, rules, isLive }) => [
    String(number),
    createdAt.slice(0, 19).replace('T', ' '),
    policyHash === undefined
      ? 'not built by a release of this package'
      : `policy ${policyHash.slice(0, 12)}`,
    rules === undefined ? '' : abridged(rules, MOST_RULES),
    isLive ? 'live' : '',
  ])
  return [
    ...section(paint, `Versions in ${environment.name}`, aligned(rows)),
    ...(isBound ? [] : [renderUnbound(action, environment)]),
    `Go back with: ${typed('rollback', `${envFlag(environment.name)} --to VERSION`.trim())}`,
  ].join('\n')
}

/** Says of an Action that it decides nothing. */
export function renderUnbound(action: string, environment: Environment): string {
  return `${action} is not bound to post-login, so it runs in no login. Bind it with: ${typed('deploy', envFlag(environment.name))}`
}
