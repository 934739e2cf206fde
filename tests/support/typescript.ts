// How a test starts a program of this project.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Flags of Node that come before the program. */
export const TYPESCRIPT = [
  '--import',
  pathToFileURL(join(import.meta.dirname, '../../scripts/typescript.js')).href,
]
