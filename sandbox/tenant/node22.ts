import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** @returns the program of Node 22, Auth0's runtime, whatever runs this */
export function node22(): string {
  return join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin/node')
}
