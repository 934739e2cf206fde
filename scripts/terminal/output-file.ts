import { closeSync, existsSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { UserError, type Problem } from './user-error.ts'

/** Where a command writes a result to: the file that was named for a flag. */
export interface OutputFile {
  /** The flag, such as `--html`. */
  readonly flag: string
  readonly file: string
}

/**
 * Finds out whether files can be written, before the work whose results they are to hold. Leaves what
 * is there as it is.
 * @throws UserError with every file that cannot
 */
export function assertWritable(files: readonly OutputFile[]): void {
  const [first, ...more] = files.flatMap((each) => problemOf(each, tryToOpen) ?? [])
  if (first !== undefined) throw new UserError(first, ...more)
}

/** @throws UserError where the file cannot be written */
export function writeOutput(output: OutputFile, text: string): void {
  const problem = problemOf(output, (file) => {
    writeFileSync(file, text)
  })
  if (problem !== undefined) throw new UserError(problem)
}

function problemOf(
  { flag, file }: OutputFile,
  attempt: (file: string) => void,
): Problem | undefined {
  try {
    attempt(file)
    return undefined
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException
    return {
      where: flag,
      message: `\`${file}\` cannot be written: ${REASONS.get(code) ?? code}`,
      hint: 'name a file in a folder that exists, and that you may write',
    }
  }
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'its folder does not exist'],
  ['ENOTDIR', 'its folder is a file'],
  ['EISDIR', 'it is a folder'],
  ['EACCES', 'permission denied'],
  ['EROFS', 'the disk is read-only'],
  ['ENOSPC', 'the disk is full'],
])

// Only opening it tells: permissions, links and read-only disks have no rule that could be looked up.
function tryToOpen(file: string): void {
  const isNew = !existsSync(file)
  closeSync(openSync(file, 'a'))
  if (isNew) rmSync(file)
}
