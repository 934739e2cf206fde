// Prints docs/clients.md, or with --write replaces it, from what the test of tests/slow/clients has written down.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { readResults } from '../slow/clients/results.ts'
import { clientsPage } from './clients-page.ts'

const FILE = join(import.meta.dirname, '../../docs/clients.md')
const START =
  '<!-- generated: node --import ./scripts/typescript.js tests/support/write-clients.ts --write -->'

const [head = ''] = readFileSync(FILE, 'utf8').split(START)
const text = await format(`${head}${START}\n\n${clientsPage(readResults())}`, {
  ...(await resolveConfig(FILE)),
  filepath: FILE,
})
if (process.argv.includes('--write')) writeFileSync(FILE, text)
else process.stdout.write(text)
