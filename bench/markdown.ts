import { availableParallelism, cpus, totalmem } from 'node:os'
import { readFileSync } from 'node:fs'
import { format as prettier } from 'prettier'
import type { Section } from './section.ts'

const NODE_MODULES = new URL('../node_modules/', import.meta.url)

const PEERS = [
  'json-rules-engine',
  'casbin',
  '@cedar-policy/cedar-wasm',
  'auth0-deploy-cli',
  'esbuild',
]

/** The machine and the versions that the figures of a run hold for. */
export function renderSurroundings(): string {
  const [processor] = cpus()
  const peers = PEERS.map((name) => `${name} ${versionOf(name)}`)
  return [
    `- ${availableParallelism()} processors (${processor?.model ?? 'of unknown make'}), ${Math.round(totalmem() / 2 ** 30)} GiB of memory, ${process.platform} ${process.arch}`,
    `- Node.js ${process.versions.node}`,
    `- ${peers.join(', ')}`,
  ].join('\n')
}

/** One section as Markdown, laid out as the rest of the repository. */
export function renderSection({ title, about, rows, goals }: Section): Promise<string> {
  const columns = Object.keys(rows[0] ?? {})
  const table = [
    columns,
    columns.map((column) => (isNumeric(column, rows) ? '--:' : '---')),
    ...rows.map((row) => columns.map((column) => row[column] ?? '')),
  ]
  return tidy(
    [
      `## ${title}`,
      about,
      table.map((cells) => `| ${cells.join(' | ')} |`).join('\n'),
      goals.map(({ text, isMet }) => `- ${isMet ? 'reached' : '**missed**'}: ${text}`).join('\n'),
    ].join('\n\n'),
  )
}

/** The page of a whole run. */
export function renderPage(surroundings: string, sections: readonly string[]): Promise<string> {
  return tidy(
    [
      '# Benchmarks',
      'Written by `npm run bench`, which anybody can repeat. Every ratio is against a peer of the same run, on this machine:',
      surroundings,
      ...sections,
    ].join('\n\n'),
  )
}

function isNumeric(column: string, rows: Section['rows']): boolean {
  return rows.some((row) => /^[\d.,]+$/.test(row[column] ?? ''))
}

function tidy(markdown: string): Promise<string> {
  return prettier(markdown, { parser: 'markdown', printWidth: 100 })
}

function versionOf(name: string): string {
  const text = readFileSync(new URL(`${name}/package.json`, NODE_MODULES), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
