import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import { format } from './format.ts'
import type { Section } from './section.ts'

/** Where each is installed: those that only the benchmarks have, and what they share with all else. */
const PEERS = [
  ...['json-rules-engine', 'casbin', '@cedar-policy/cedar-wasm'].map((name) => ({ name, in: '.' })),
  ...['auth0-deploy-cli', 'esbuild'].map((name) => ({ name, in: '..' })),
]

/** The machine and the versions that the figures of a run hold for. */
export function renderSurroundings(): string {
  const [processor] = cpus()
  const [load = NaN] = loadavg()
  const peers = PEERS.map((peer) => `${peer.name} ${versionOf(peer)}`)
  return [
    `- ${availableParallelism()} processors (${processor?.model ?? 'of unknown make'}), ${Math.round(totalmem() / 2 ** 30)} GiB of memory, ${process.platform} ${process.arch}`,
    `- ${format(load)} other programs at work when it began (load average of a minute)`,
    `- Node.js ${process.versions.node}`,
    `- ${peers.join(', ')}`,
  ].join('\n')
}

/** One section as Markdown, laid out as Prettier would. */
export function renderSection({ title, about, rows, goals }: Section): string {
  return [
    `## ${title}`,
    about,
    renderTable(rows),
    goals.map(({ text, isMet }) => `- ${isMet ? 'reached' : '**missed**'}: ${text}`).join('\n'),
  ].join('\n\n')
}

/** The page of a whole run. */
export function renderPage(surroundings: string, sections: readonly string[]): string {
  return `${[
    '# Benchmarks',
    'Written by `npm run bench`, which anybody can repeat. Every ratio is against a peer of the same run, on this machine:',
    surroundings,
    ...sections,
  ].join('\n\n')}\n`
}

function renderTable(rows: Section['rows']): string {
  const columns = Object.keys(rows[0] ?? {}).map((name) => {
    const cells = rows.map((row) => row[name] ?? '')
    const width = Math.max(3, ...[name, ...cells].map((cell) => cell.length))
    return cells.some((cell) => /^[\d.,]+(e\+\d+)?$/.test(cell))
      ? [name, `${'-'.repeat(width - 1)}:`, ...cells].map((cell) => cell.padStart(width))
      : [name, '-'.repeat(width), ...cells].map((cell) => cell.padEnd(width))
  })
  const lines = (columns[0] ?? []).map((_cell, line) => columns.map((column) => column[line]))
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function versionOf({ name, in: folder }: (typeof PEERS)[number]): string {
  const file = new URL(`${folder}/node_modules/${name}/package.json`, import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
