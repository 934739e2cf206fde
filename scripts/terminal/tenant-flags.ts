import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { UserError } from './user-error.ts'

/** Which files a command works with. */
export const FILE_FLAGS = {
  env: { type: 'string', value: 'NAME', help: 'the environment: config/environments/NAME.json' },
  'tenant-file': {
    type: 'string',
    value: 'PATH',
    help: 'a YAML file or a directory of auth0-deploy-cli, in place of tenant.yaml',
  },
} as const

/** Which tenant a command works with, and where its credentials may be. */
export const TENANT_FLAGS = {
  ...FILE_FLAGS,
  variables: {
    type: 'string',
    value: 'FILE',
    help: 'read environment variables, such as credentials, from a file; those already set win',
  },
  // Node takes a flag of this name for its own wherever it is, and ends with 9 where there is no such file.
  'env-file': { type: 'string', value: 'FILE', help: 'the older name of --variables', isOld: true },
} as const

type Variables = Readonly<Record<string, string | undefined>>

/** The variables of the process and, behind them, those of the file that a flag names. @throws UserError when it cannot be read */
export function withVariables(
  env: Variables,
  flags: Readonly<Record<string, string | boolean | undefined>>,
): Variables {
  const flag = flags['variables'] === undefined ? 'env-file' : 'variables'
  const file = flags[flag]
  if (file === undefined) return env
  try {
    return { ...parseEnv(readFileSync(String(file), 'utf8')), ...env }
  } catch (error) {
    throw new UserError({
      where: `--${flag}`,
      message: `cannot read \`${String(file)}\`: ${(error as NodeJS.ErrnoException).code ?? ''}`,
      hint: 'expected lines such as `AUTH0_CLIENT_ID=…`',
    })
  }
}
