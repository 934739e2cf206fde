import { closeSync, existsSync, openSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { reasonOf } from './file-trouble.ts'
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
 * @throws UserError with every file that cannot, or that is named for two flags
 */
export function assertWritable(files: readonly OutputFile[]): void {
  const missing = files.filter(({ file }) => !existsSync(file))
  const unwritable = files.flatMap((each) => problemOf(each, tryToOpen) ?? [])
  const [first, ...more] = unwritable.length > 0 ? unwritable : problemsOfSharing(files)
  for (const { file } of missing) {
    if (existsSync(file)) rmSync(realpathSync(file))
  }
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
    return {
      where: flag,
      message: `\`${file}\` cannot be written: ${reasonOf(error)}`,
      hint: 'name a file in a folder that exists, and that you may write',
    }
  }
}

// Only opening it tells: permissions, links and read-only disks have no rule that could be looked up.
function tryToOpen(file: string): void {
  closeSync(openSync(file, 'a'))
}

// The files are there. What the system calls them is the same for every spelling.
function problemsOfSharing(files: readonly OutputFile[]): readonly Problem[] {
  const paths = files.map(({ file }) => realpathSync.native(file))
  return files.flatMap(({ flag, file }, i) => {
    const other = files[paths.indexOf(paths[i] ?? '')]
    if (other === undefined || other.flag === flag) return []
    return [
      {
        where: flag,
        message: `\`${file}\` is the file of \`${other.flag}\` already`,
        hint: 'name another one, or one result would overwrite the other',
      },
    ]
  })
}
