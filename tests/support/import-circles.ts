// `npm run check`: no file may come back to itself by its imports, those of types included; in scripts/ no folder either.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/** The files that a file imports, by its path. */
export type Imports = ReadonlyMap<string, readonly string[]>

/** @returns one circle for each file that closes one, as the paths on it, first and last the same */
export function importCircles(imports: Imports): string[][] {
  const done = new Set<string>()
  const circles: string[][] = []
  const visit = (file: string, way: readonly string[]): void => {
    const start = way.indexOf(file)
    if (start >= 0) circles.push([...way.slice(start), file])
    if (start >= 0 || done.has(file)) return
    for (const imported of imports.get(file) ?? []) visit(imported, [...way, file])
    done.add(file)
  }
  for (const file of imports.keys()) visit(file, [])
  return circles
}

const FOLDERS = ['actions', 'express', 'scripts', 'sandbox', 'bench']

/** @returns which folders the files of a folder import from, other than itself */
export function folderImports(imports: Imports): Imports {
  const folders = new Map<string, Set<string>>()
  for (const [file, imported] of imports) {
    const from = dirname(file)
    const others = imported.map(dirname).filter((folder) => folder !== from)
    folders.set(from, new Set([...(folders.get(from) ?? []), ...others]))
  }
  return new Map([...folders].map(([folder, others]) => [folder, [...others]]))
}

/** @returns the imports of all TypeScript files of {@link FOLDERS}, as far as they are of the repository */
export function repositoryImports(): Imports {
  const flags = ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...FOLDERS]
  const listed = execFileSync('git', flags)
  const files = listed.toString().split('\n')
  const sources = files.filter((file) => file.endsWith('.ts') && existsSync(file))
  return new Map(
    sources.map((file) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'))
      const relative = importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
      return [file, relative.map(({ fileName }) => join(dirname(file), fileName))]
    }),
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const imports = repositoryImports()
  const scripts = new Map([...imports].filter(([file]) => file.startsWith('scripts/')))
  const circles = [...importCircles(imports), ...importCircles(folderImports(scripts))]
  for (const circle of circles) console.error(`import circle: ${circle.join(' → ')}`)
  if (circles.length > 0) process.exitCode = 1
}
