// Measures what the project claims to be: quick, small and frugal. Runs all sections, or those whose names it is given.
import { writeFileSync } from 'node:fs'
import { audit } from './audit.ts'
import { badActions } from './bad-code.ts'
import { bundle } from './bundle.ts'
import { decisions } from './decisions.ts'
import { renderPage, renderSection, renderSurroundings } from './markdown.ts'
import { operations } from './operations.ts'
import { sandbox } from './sandbox.ts'
import type { Section } from './section.ts'

const PAGE = new URL('../docs/benchmarks.md', import.meta.url)

const SECTIONS = new Map<string, () => Promise<Section>>([
  ['decisions', decisions],
  ['bundle', bundle],
  ['audit', audit],
  ['bad-actions', badActions],
  ['operations', operations],
  ['sandbox', sandbox],
])

const named = process.argv.slice(2)
const unknown = named.filter((name) => !SECTIONS.has(name))
if (unknown.length === 0) await main()
else {
  console.error(`no such section: ${unknown.map((name) => `\`${name}\``).join(', ')}`)
  console.error(`  there are: ${[...SECTIONS.keys()].join(', ')}`)
  process.exitCode = 1
}

async function main(): Promise<void> {
  const surroundings = renderSurroundings()
  console.log(`${surroundings}\n`)
  const rendered: string[] = []
  for (const [name, measure] of SECTIONS) {
    if (named.length > 0 && !named.includes(name)) continue
    console.error(`measuring ${name}`)
    const section = await measure()
    const markdown = renderSection(section)
    console.log(`${markdown}\n`)
    rendered.push(markdown)
    if (section.goals.some(({ isMet }) => !isMet)) process.exitCode = 2
  }
  if (named.length === 0) writeFileSync(PAGE, renderPage(surroundings, rendered))
}
