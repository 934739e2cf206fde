// Tells of each change of a seed: of its file, and of the files in which it has code.
import { readFileSync, watch, type FSWatcher } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { SandboxError } from '../sandbox-error.ts'
import { codeFilesOf } from '../seed-code.ts'
import { readSeedFile, type SeedFile } from '../seed-file.ts'

export interface SeedListener {
  /** @throws SandboxError with the mistakes of the changed seed */
  readonly changed: (seed: SeedFile) => Promise<void>
  /** tells the operator */
  readonly tell: (line: string) => void
}

/** Of an editor that writes a file in several steps. */
const SETTLE_MS = 50

/** @returns what ends the watching */
export function watchSeed(
  file: string,
  seed: SeedFile,
  { changed, tell }: SeedListener,
): { close(): void } {
  let files = [resolve(file), ...codeFilesOf(seed)]
  let texts = textsOf(files)
  let watchers = new Map<string, FSWatcher>()
  let timer: NodeJS.Timeout | undefined
  let last = Promise.resolve()

  /** Folders, because many an editor puts a new file in the place of the old one. */
  function follow(): void {
    const folders = new Set(files.map((one) => dirname(one)))
    for (const [folder, watcher] of watchers) if (!folders.has(folder)) watcher.close()
    watchers = new Map(
      [...folders].flatMap((folder) => {
        const watcher = watchers.get(folder) ?? tryWatch(folder)
        return watcher === undefined ? [] : [[folder, watcher] as const]
      }),
    )
  }

  function tryWatch(folder: string): FSWatcher | undefined {
    try {
      return watch(folder, () => {
        clearTimeout(timer)
        timer = setTimeout(() => void (last = last.then(look)), SETTLE_MS)
      })
    } catch {
      tell(`cannot watch the folder \`${folder}\``)
      return undefined
    }
  }

  async function look(): Promise<void> {
    const found = textsOf(files)
    const touched = files.filter((_, index) => found[index] !== texts[index])
    if (touched.length === 0) return
    texts = found
    const names = touched.map((one) => basename(one)).join(', ')
    try {
      const next = readSeedFile(file)
      files = [resolve(file), ...codeFilesOf(next)]
      texts = textsOf(files)
      follow()
      await changed(next)
      tell(`${names} changed: the tenant has begun anew`)
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error
      tell(
        `${error.message}\n${names} changed: the tenant goes on as it was, until the mistakes are mended`,
      )
    }
  }

  follow()
  return {
    close: () => {
      clearTimeout(timer)
      for (const watcher of watchers.values()) watcher.close()
    },
  }
}

function textsOf(files: readonly string[]): readonly (string | undefined)[] {
  return files.map((file) => {
    try {
      return readFileSync(file, 'utf8')
    } catch {
      return undefined
    }
  })
}
