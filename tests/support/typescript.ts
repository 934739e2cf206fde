// How a test starts a program of this project: Node runs TypeScript by itself where it can, which is quicker.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const TSX = join(import.meta.dirname, '../../node_modules/tsx/dist/loader.mjs')

/** Flags of Node that come before the program. */
export const TYPESCRIPT: readonly string[] = process.features.typescript
  ? []
  : ['--import', pathToFileURL(TSX).href]
