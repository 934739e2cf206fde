import type { Problem } from './user-error.ts'

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'its folder does not exist'],
  ['ENOTDIR', 'its folder is a file'],
  ['EISDIR', 'it is a folder'],
  ['EEXIST', 'a file of this name is there'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EROFS', 'the disk is read-only'],
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk is full'],
])

/** Why a file cannot be written, in words where there are some. */
export function reasonOf(error: unknown): string {
  const { code = 'unknown reason' } = error as NodeJS.ErrnoException
  return REASONS.get(code) ?? code
}

/**
 * A file or folder that the machine keeps from a command, wherever it happened: mended by its user, and no
 * defect. One that is not there (ENOENT) is told where it is read, or else a defect.
 */
export function fileTrouble(error: unknown): Problem | undefined {
  const { path, syscall, code = '' } = (error ?? {}) as NodeJS.ErrnoException
  if (typeof path !== 'string' || syscall === undefined) return undefined
  if (code === 'ENOENT' || !REASONS.has(code)) return undefined
  return {
    where: path,
    message: `cannot be read or written: ${reasonOf(error)} (${syscall})`,
    hint: 'run this where you may read and write, or have this file or folder changed',
  }
}
