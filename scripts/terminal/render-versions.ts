import type { Environment } from '../tenant/environment.ts'
import type { Version } from '../tenant/versions.ts'
import type { Terminal } from './command.ts'
import { aligned, envFlag, section } from './render.ts'

/** The versions of the Action, newest first, for people. */
export function renderVersions(
  versions: readonly Version[],
  environment: Environment,
  { paint }: Terminal,
): string {
  const rows = versions.map(({ number, createdAt, policyHash, isLive }) => [
    String(number),
    createdAt.slice(0, 19).replace('T', ' '),
    policyHash === undefined ? 'not built by this package' : `policy ${policyHash.slice(0, 12)}`,
    isLive ? 'live' : '',
  ])
  return [
    ...section(paint, `Versions in ${environment.name}`, aligned(rows)),
    `Go back with: npm run rollback${envFlag(environment.name) || ' --'} --to VERSION`,
  ].join('\n')
}
