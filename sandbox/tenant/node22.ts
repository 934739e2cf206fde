import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/**
 * @returns the program of Node 22, Auth0's runtime: the one that runs this, or else that of the package `node`
 * @throws Error that says how to install it
 */
export function node22(): string {
  if (process.versions.node.startsWith('22.')) return process.execPath
  try {
    return join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin/node')
  } catch {
    throw new Error(notInstalled('node'))
  }
}

/** @returns what whoever starts a sandbox is told, where a package is missing that no deploy needs */
export function notInstalled(name: string): string {
  return `the sandbox needs the package \`${name}\`, which is not installed: \`npx step-up sandbox --help\` says how to install all that it needs`
}
