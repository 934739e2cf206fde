import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { ownProgram } from '../terminal/own-program.ts'
import type { Connection } from './connection.ts'
import { assetsOf, type Assets } from './deploy-cli-assets.ts'
import { explainDeployCliFailure } from './deploy-cli-failure.ts'
import type { Found } from './merging-fetch.ts'
import { trustFlags } from './network.ts'
import type { SettingChange } from './plan.ts'

interface Surroundings {
  readonly connection: Connection
  readonly env: Readonly<Record<string, string>>
  readonly interrupted: AbortSignal
}

const { nodeFlags, file: preload } = ownProgram('scripts/tenant/whole-import-preload.ts')
const PRELOAD = [...nodeFlags, '--import', pathToFileURL(preload).href]

/**
 * Writes settings by the whole import of auth0-deploy-cli, from a file that holds these and nothing else. Its exit
 * status 0 does not prove that they were written.
 * @returns nothing, since it does not tell what it finds
 * @throws UserError with what it said when it fails
 */
export async function importWhole(
  changes: readonly SettingChange[],
  { connection: { domain, accessToken }, env, interrupted }: Surroundings,
): Promise<readonly Found[]> {
  const assets = assetsOf(changes)
  const folder = mkdtempSync(join(tmpdir(), 'auth0-step-up-'))
  const removeFolder = () => rmSync(folder, { recursive: true, force: true })
  interrupted.addEventListener('abort', removeFolder, { once: true })
  try {
    const file = join(folder, 'tenant.yaml')
    writeFileSync(file, deployCliText(assets), { mode: 0o600 })
    const deployCli = createRequire(import.meta.url).resolve('auth0-deploy-cli')
    const child = spawn(
      process.execPath,
      [...trustFlags(process.env), ...PRELOAD, deployCli, 'import', '--input_file', file],
      {
        cwd: folder,
        env: {
          ...env,
          AUTH0_DOMAIN: domain,
          AUTH0_ACCESS_TOKEN: accessToken,
          AUTH0_INCLUDED_ONLY: JSON.stringify(Object.keys(assets)),
        },
        signal: interrupted,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    const [exitCode, output, errors] = await Promise.all([
      new Promise<number | null>((resolve, reject) => {
        child.once('error', reject).once('close', resolve)
      }),
      text(child.stdout),
      text(child.stderr),
    ])
    if (exitCode !== 0) {
      const printed = `${output}\n${errors}`
      throw explainDeployCliFailure({ output: printed, secret: accessToken, stage: 'write' })
    }
    return []
  } finally {
    removeFolder()
  }
}

/**
 * Sections as a file of auth0-deploy-cli. As JSON, which is YAML too, in which no text is a keyword: the tenant's own
 * scopes may be among the settings, and in place of a keyword auth0-deploy-cli would write what it finds in its
 * environment, such as the access token.
 */
export function deployCliText(assets: Assets): string {
  return JSON.stringify(assets).replaceAll('#', '\\u0023').replaceAll('@', '\\u0040')
}
