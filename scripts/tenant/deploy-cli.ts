import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Connection } from './connection.ts'
import { explainImportFailure } from './deploy-cli-failure.ts'
import type { SettingChange } from './plan.ts'

// Nothing else reaches the child, which takes its configuration from its environment. Nor is
// AUTH0_ALLOW_DELETE set: version 8 takes the text `false` for true and empties `client_metadata`.
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'NODE_EXTRA_CA_CERTS']

export interface ImportOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly interrupted: AbortSignal
}

/**
 * Writes settings by auth0-deploy-cli, from a file that holds these and nothing else. Its exit status 0
 * does not prove that they were written.
 * @throws UserError with what it said when it fails
 */
export async function importSettings(
  changes: readonly SettingChange[],
  connection: Connection,
  { env, interrupted }: ImportOptions,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'auth0-step-up-'))
  const removeFolder = () => rmSync(folder, { recursive: true, force: true })
  interrupted.addEventListener('abort', removeFolder, { once: true })
  try {
    const file = join(folder, 'tenant.yaml')
    writeFileSync(file, deployCliText(changes), { mode: 0o600 })
    const child = spawn(process.execPath, [deployCli(), 'import', '--input_file', file], {
      cwd: folder,
      env: childEnv(changes, connection, env),
      signal: interrupted,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [exitCode, output, errors] = await Promise.all([
      new Promise<number | null>((resolve, reject) => {
        child.once('error', reject).once('close', resolve)
      }),
      text(child.stdout),
      text(child.stderr),
    ])
    if (exitCode !== 0) throw explainImportFailure(`${output}\n${errors}`, connection.accessToken)
  } finally {
    removeFolder()
  }
}

/**
 * Changed settings in the file format of auth0-deploy-cli: a list per section, `tenant` a map. As JSON, which
 * is YAML too, in which no text is a keyword: the tenant's own scopes are among the settings, and in place of
 * a keyword auth0-deploy-cli would write what it finds in its environment, such as the access token.
 */
export function deployCliText(changes: readonly SettingChange[]): string {
  const file: Record<string, unknown> = {}
  for (const { section, values } of changes) {
    if (section === 'tenant') file[section] = values
    else file[section] = [...((file[section] ?? []) as unknown[]), values]
  }
  return JSON.stringify(file).replaceAll('#', '\\u0023').replaceAll('@', '\\u0040')
}

function childEnv(
  changes: readonly SettingChange[],
  { domain, accessToken, certificate }: Connection,
  env: ImportOptions['env'],
): Record<string, string> {
  const inherited = INHERITED.flatMap((name) => {
    const value = env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return {
    ...Object.fromEntries(inherited),
    ...(certificate !== undefined && { NODE_EXTRA_CA_CERTS: certificate }),
    AUTH0_DOMAIN: domain,
    AUTH0_ACCESS_TOKEN: accessToken,
    AUTH0_INCLUDED_ONLY: JSON.stringify([...new Set(changes.map(({ section }) => section))]),
  }
}

function deployCli(): string {
  return createRequire(import.meta.url).resolve('auth0-deploy-cli')
}
