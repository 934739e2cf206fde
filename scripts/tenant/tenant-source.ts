import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Keywords } from '../policy/keywords.ts'
import { parseYaml, type Path, type YamlSource } from '../policy/yaml-source.ts'
import { UserError, type Where } from '../terminal/user-error.ts'

/** What describes a tenant in the format of auth0-deploy-cli: one file, or a directory with a file for each entity. */
export interface TenantSource extends YamlSource<Where> {
  /** The folder from which paths in it start. */
  readonly base: string
  /** What of a directory was not read. */
  readonly unread: readonly string[]
}

/** Where the files of a tenant are: on this disk, or in a commit. */
export interface Files {
  isFile(path: string): boolean
  isFolder(path: string): boolean
  /** The names in a folder; none where there is no such folder. */
  namesIn(folder: string): readonly string[]
  /** @throws UserError where it cannot be read */
  textOf(file: string): string
}

/**
 * Reads what is at a path, with the values that keywords have.
 * @throws UserError where it cannot be read
 */
export function readTenantSource(
  path: string,
  keywords: Keywords,
  files: Files = ON_DISK,
): TenantSource {
  if (files.isFolder(path)) return readDirectory(path, keywords, files)
  return parseTenantSource(path, files.textOf(path), keywords)
}

/** The same for the text of a file; `file` is what positions name. @throws UserError where it is not YAML */
export function parseTenantSource(file: string, text: string, keywords: Keywords): TenantSource {
  const source = parseYaml(file, text, { keywords, aliases: true })
  return { ...source, base: dirname(file), unread: [] }
}

/** In which folder a list has a file for each of its entities. */
const LISTS: readonly (readonly [section: string, folder: string])[] = [
  ['actions', 'actions'],
  ['resourceServers', 'resource-servers'],
  ['clients', 'clients'],
  ['clientGrants', 'grants'],
  ['guardianFactors', 'guardian/factors'],
]

/** The file of what a tenant has once. */
const SINGLES: readonly (readonly [section: string, file: string])[] = [
  ['triggers', 'triggers/triggers.json'],
  ['guardianPolicies', 'guardian/policies.json'],
  ['tenant', 'tenant.json'],
]

function readDirectory(folder: string, keywords: Keywords, files: Files): TenantSource {
  const parse = (file: string) => parseYaml(file, files.textOf(file), { keywords, aliases: true })
  const lists = LISTS.flatMap(([section, name]) => {
    const names = files.namesIn(join(folder, name)).filter((file) => file.endsWith('.json'))
    return names.length === 0
      ? []
      : [[section, names.map((file) => parse(join(folder, name, file)))] as const]
  })
  const singles = SINGLES.flatMap(([section, file]) =>
    files.isFile(join(folder, file)) ? [[section, parse(join(folder, file))] as const] : [],
  )
  const parts = [...lists, ...singles]
  if (parts.length === 0) {
    const file = files.namesIn(folder).find((name) => /\.ya?ml$/.test(name))
    throw new UserError({
      where: folder,
      message: 'no directory export of auth0-deploy-cli in this folder',
      hint:
        file === undefined
          ? `expected folders such as ${LISTS.map(([, name]) => `\`${name}\``).join(', ')}`
          : `a YAML export is named as a file: \`${join(folder, file)}\``,
    })
  }
  const sources = parts.flatMap(([, part]) => part)
  const find = (path: Path): readonly [YamlSource | undefined, Path] => {
    const [section, i, ...rest] = path
    const part = parts.find(([name]) => name === section)?.[1]
    if (part === undefined) return [undefined, []]
    return 'file' in part ? [part, path.slice(1)] : [part[Number(i)], rest]
  }
  return {
    file: folder,
    base: folder,
    unread: unreadIn(folder, files),
    content: Object.fromEntries(
      parts.map(([section, part]) => [
        section,
        'file' in part ? part.content : part.map(({ content }) => content),
      ]),
    ),
    problems: sources.flatMap(({ problems }) => problems),
    unresolved: parts.flatMap(([section, part]) =>
      ('file' in part ? [part] : part).flatMap(({ unresolved }, i) =>
        unresolved.map(({ path, keywords: names }) => ({
          path: [section, ...('file' in part ? [] : [i]), ...path],
          keywords: names,
        })),
      ),
    ),
    locate: (path) => {
      const [source, rest] = find(path)
      return source?.locate(rest) ?? folder
    },
    locateKey: (path, key) => {
      const [source, rest] = find(path)
      return source?.locateKey(rest, key) ?? folder
    },
  }
}

function unreadIn(folder: string, files: Files): readonly string[] {
  const read = new Set([...LISTS, ...SINGLES].map(([, name]) => name))
  const ours = new Set([...read].map((name) => name.split('/')[0] ?? ''))
  const inGuardian = files.namesIn(join(folder, 'guardian')).map((name) => `guardian/${name}`)
  return [
    ...files.namesIn(folder).filter((name) => !ours.has(name) && !name.startsWith('.')),
    ...inGuardian.filter((name) => !read.has(name)),
  ]
}

const ON_DISK: Files = {
  isFile: (path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true,
  isFolder: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true,
  namesIn: (folder) => {
    try {
      return readdirSync(folder).toSorted()
    } catch {
      return []
    }
  },
  textOf: textOnDisk,
}

function textOnDisk(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const isMissing = code === 'ENOENT'
    throw new UserError({
      where: file,
      message: 'file cannot be read',
      hint: isMissing ? 'does it exist?' : `reason: ${code ?? 'unknown'}`,
    })
  }
}
