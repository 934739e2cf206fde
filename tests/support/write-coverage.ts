// Prints docs/sandbox.md, or with --write replaces it. It cannot be a module of a test: oidc-provider is none for jest.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { coverageTable } from '../../sandbox/tenant/coverage.ts'
import { callEveryOperation } from './sdk-operations.ts'

const FILE = join(import.meta.dirname, '../../docs/sandbox.md')
const START =
  '<!-- generated: node --import ./scripts/typescript.js tests/support/write-coverage.ts --write -->'

void main()

async function main(): Promise<void> {
  const operations = await callEveryOperation(() => Promise.resolve(Response.json({})))
  const [head = ''] = readFileSync(FILE, 'utf8').split(START)
  const text = await format(`${head}${START}\n\n${coverageTable(operations)}`, {
    ...(await resolveConfig(FILE)),
    filepath: FILE,
  })
  if (process.argv.includes('--write')) writeFileSync(FILE, text)
  else process.stdout.write(text)
}
