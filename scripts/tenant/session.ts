import type { Flags, Terminal } from '../terminal/command.ts'
import type { Problem } from '../terminal/user-error.ts'
import { connect, routeOf, type Access, type Connection } from './connection.ts'
import { readCredentials } from './credentials.ts'
import { loadDesired, type Sources } from './desired.ts'
import { startEmbeddedTenant } from './embedded.ts'
import { environmentOf, type Environment } from './environment.ts'
import { explainTenantError } from './tenant-error.ts'

/** A tenant that is open, and what was read from the files of this project. */
export interface Session<Files> {
  readonly environment: Environment
  readonly connection: Connection
  readonly files: Files
}

interface Circumstances {
  /** Of which `env` and `tenant-file` count. */
  readonly flags: Flags
  readonly terminal: Terminal
}

/** Reads files, and throws their problems together with those that are known already. */
type ReadFiles<Files> = (
  environment: Environment,
  problems: readonly Problem[],
) => Files | Promise<Files>

/**
 * Opens the tenant of an environment for a command. Without an environment it is the embedded tenant,
 * which is started before and ended after.
 * @param readFiles runs before anything is sent
 * @throws UserError with every mistake in the files and in the credentials, or what the tenant refuses
 */
export async function withTenant<Files, Result>(
  { flags, terminal }: Circumstances,
  readFiles: ReadFiles<Files>,
  use: (session: Session<Files>) => Promise<Result>,
): Promise<Result> {
  const environment = environmentOf(flags, 'tenant')
  const { domain } = environment
  if (domain === undefined) {
    const files = await readFiles(environment, [])
    terminal.progress('starting the sandbox tenant')
    const tenant = await startEmbeddedTenant(terminal.interrupted, {
      seed: environment.seed,
      control: 'on',
    })
    try {
      return await open({ environment, files, access: tenant.access }, use)
    } finally {
      await tenant.stop()
    }
  }
  const { env: variables } = terminal
  const problems: Problem[] = []
  const credentials = readCredentials(variables, domain, (problem) => void problems.push(problem))
  const files = await readFiles(environment, problems)
  if (credentials === undefined) throw new Error('unreachable: reported as a problem')
  return open({ environment, files, access: { domain, credentials, env: variables } }, use)
}

/** As {@link withTenant}, with the desired state as its files. */
export function withDesired<Result>(
  circumstances: Circumstances,
  use: (session: Session<Sources>) => Promise<Result>,
): Promise<Result> {
  const { note } = circumstances.terminal
  return withTenant(
    circumstances,
    (environment, problems) => loadDesired(environment, { problems, note }),
    use,
  )
}

async function open<Files, Result>(
  { access, ...rest }: Omit<Session<Files>, 'connection'> & { readonly access: Access },
  use: (session: Session<Files>) => Promise<Result>,
): Promise<Result> {
  const route = routeOf(access)
  try {
    return await use({ ...rest, connection: await connect(access) })
  } catch (error) {
    throw explainTenantError(error, { domain: access.domain, route })
  }
}
