// An Action of a seed may have its code in a file beside it: `code: ./action.js`.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { SeedFile } from './seed-file.ts'

/** No program begins like this. */
const CODE_FILE = /^\.{1,2}\/.+\.c?js$/

/**
 * @param at where in the seed the code is
 * @returns the code of an Action: what the seed says, or what is in the file that it names
 * @throws SandboxError when that file cannot be read
 */
export function readCode(seed: SeedFile, code: unknown, at: readonly PropertyKey[]): unknown {
  if (!isCodeFile(code)) return code
  try {
    return readFileSync(resolve(seed.directory, code), 'utf8')
  } catch {
    throw seed.refuse(at, `cannot read the code \`${code}\``)
  }
}

/** @returns the paths of all files in which a seed has code, whether they are there or not */
export function codeFilesOf({ value, directory }: SeedFile): readonly string[] {
  const { actions } = (value ?? {}) as { actions?: unknown }
  if (!Array.isArray(actions)) return []
  return (actions as ({ code?: unknown } | null)[]).flatMap((action) =>
    isCodeFile(action?.code) ? [resolve(directory, action.code)] : [],
  )
}

function isCodeFile(code: unknown): code is string {
  return typeof code === 'string' && CODE_FILE.test(code)
}
