import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** @returns the program of Node 22, Auth0's runtime: the one that runs this, or else that of the package `node` */
export function node22(): string {
  if (process.versions.node.startsWith('22.')) return process.execPath
  return join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin/node')
}
