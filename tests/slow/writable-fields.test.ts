import { readFileSync } from 'node:fs'
import { WRITABLE_FIELDS, writableFields } from '../support/writable-fields.ts'

// It asks questions, which nobody does here, and Jest cannot load it.
jest.mock('@clack/prompts', () => ({}))

test('what may be written is what the installed SDK and auth0-deploy-cli say', () => {
  const found = JSON.parse(readFileSync(WRITABLE_FIELDS, 'utf8')) as unknown
  // If this fails: node --import ./scripts/typescript.js tests/support/writable-fields.ts
  expect(found).toEqual(JSON.parse(writableFields()))
})
