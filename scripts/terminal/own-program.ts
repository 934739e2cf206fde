import { existsSync } from 'node:fs'
import { dirname, extname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/** A program of this package, as Node is told to run it. */
export interface OwnProgram {
  /** What has to be loaded before it. */
  readonly nodeFlags: readonly string[]
  readonly file: string
}

/** `.ts` where the sources run as they are, `.js` where they were compiled. */
const KIND = extname(import.meta.filename)
const TYPESCRIPT = pathToFileURL(resolve(import.meta.dirname, '../typescript.js')).href

/** @param source its file in the repository, from the root; what is compiled lies in folders of the same names */
export function ownProgram(source: string): OwnProgram {
  const file = join(rootOfPrograms(), source.replace(/\.ts$/, KIND))
  return { nodeFlags: KIND === '.ts' ? ['--import', TYPESCRIPT] : [], file }
}

// Of what is compiled, one module may be part of many programs, and lies where esbuild put it.
function rootOfPrograms(): string {
  let folder = dirname(import.meta.filename)
  while (!existsSync(join(folder, `scripts/step-up${KIND}`))) {
    if (folder === dirname(folder)) throw new Error(`no scripts/step-up${KIND} above this module`)
    folder = dirname(folder)
  }
  return folder
}
