import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** As npm calls it, which has a package of Node for each platform. */
const PLATFORM = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
const PACKAGE = `${PLATFORM === 'darwin-arm64' ? 'node-bin' : 'node'}-${PLATFORM}`
const PROGRAM = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node'

/**
 * @returns the program of Node 22, Auth0's runtime: the one that runs this, or else that of npm's package
 * @throws Error that says how to install it
 */
export function node22(): string {
  if (process.versions.node.startsWith('22.')) return process.execPath
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`)), PROGRAM)
  } catch {
    throw new Error(notInstalled(PACKAGE))
  }
}

/** @returns what whoever starts a sandbox is told, where a package is missing that no deploy needs */
export function notInstalled(name: string): string {
  return `the sandbox needs the package \`${name}\`, which is not installed: \`npx step-up sandbox --help\` says how to install all that it needs`
}
