import type { Terminal } from '../terminal/command.ts'
import { connect, type Access, type Connection } from './connection.ts'
import { credentialProblems, readCredentials } from './credentials.ts'
import { loadDesired, type Sources } from './desired.ts'
import { startEmbeddedTenant } from './embedded.ts'
import { loadEnvironment, SANDBOX, type Environment } from './environment.ts'
import { explainTenantError } from './tenant-error.ts'

/** A tenant that is open, and what it should be like. */
export interface Session {
  readonly environment: Environment
  readonly connection: Connection
  readonly sources: Sources
}

/**
 * Reads the files of this project, opens the tenant of an environment and hands both on. Without an
 * environment it is the embedded tenant, which is started before and ended after.
 * @param env value of the flag `--env`
 * @throws UserError with every mistake in the files and in the credentials, or what the tenant refuses
 */
export async function withTenant<Result>(
  env: string | boolean | undefined,
  terminal: Terminal,
  use: (session: Session) => Promise<Result>,
): Promise<Result> {
  const environment = loadEnvironment(env === undefined ? SANDBOX : String(env))
  const { domain } = environment
  if (domain === undefined) {
    const sources = await loadDesired(environment, [])
    terminal.progress('starting the sandbox tenant')
    const tenant = await startEmbeddedTenant(terminal.interrupted, { control: 'on' })
    try {
      return await open({ environment, sources, access: tenant.access }, use)
    } finally {
      await tenant.stop()
    }
  }
  const sources = await loadDesired(environment, credentialProblems(terminal.env, domain))
  const credentials = readCredentials(terminal.env)
  if (credentials === undefined) throw new Error('unreachable: reported as a problem')
  return open({ environment, sources, access: { domain, credentials } }, use)
}

async function open<Result>(
  { access, ...rest }: Omit<Session, 'connection'> & { readonly access: Access },
  use: (session: Session) => Promise<Result>,
): Promise<Result> {
  try {
    return await use({ ...rest, connection: await connect(access) })
  } catch (error) {
    throw explainTenantError(error, access.domain)
  }
}
