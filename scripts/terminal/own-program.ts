import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { IS_REPOSITORY } from './typed.ts'

/** A program of this package, as Node is told to run it. */
export interface OwnProgram {
  /** What has to be loaded before it. */
  readonly nodeFlags: readonly string[]
  readonly file: string
}

const ROOT = resolve(import.meta.dirname, '../..')
const TYPESCRIPT = pathToFileURL(join(ROOT, 'scripts/typescript.js')).href

/** @param source its file in the repository, from the root; the package has it compiled, in `lib` */
export function ownProgram(source: string): OwnProgram {
  return IS_REPOSITORY
    ? { nodeFlags: ['--import', TYPESCRIPT], file: join(ROOT, source) }
    : { nodeFlags: [], file: join(ROOT, 'lib', source.replace(/\.ts$/, '.js')) }
}
