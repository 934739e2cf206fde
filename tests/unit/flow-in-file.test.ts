// What an audit of files reads of the other Actions in the tenant file.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { flowInFile } from '../../scripts/audit/tenant/flow-in-file.ts'
import { parseTenantFile, readTenantFile } from '../../scripts/tenant/tenant-file.ts'
import type { Position } from '../../scripts/tenant/environment.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flow-'))
  mkdirSync(join(folder, 'actions'))
  writeFileSync(join(folder, 'actions/claims.js'), '// claims')
  writeFileSync(join(folder, 'tenant.yaml'), FILE)
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const FILE = `
actions:
  - { name: Claims, code: ./actions/claims.js, runtime: node18, deployed: true, supported_triggers: [{ id: post-login, version: v3 }] }
  - { name: Step-up, code: ./dist/step-up.js, runtime: node22, deployed: true, supported_triggers: [{ id: post-login, version: v3 }] }
  - { name: Lost, code: ./actions/lost.js, runtime: node22, deployed: true, supported_triggers: [{ id: post-login, version: v3 }] }
triggers:
  post-login:
    - { action_name: Step-up, display_name: Step-up }
    - { action_name: Claims, display_name: Claims }
    - { action_name: Elsewhere, display_name: Elsewhere }
    - { action_name: Lost, display_name: Lost }
`
const CLAIMS = { name: 'Claims', runtime: 'node18', code: '// claims' }
const ELSEWHERE = { name: 'Elsewhere', runtime: '', code: '' }
const LOST = { name: 'Lost', runtime: 'node22', code: '' }
const OURS = { name: 'Step-up', runtime: '', code: '' }

// prettier-ignore
test.each<[string, Position, readonly object[]]>([
  ['first',                             'first',                [OURS, CLAIMS, ELSEWHERE, LOST]],
  ['last',                              'last',                 [CLAIMS, ELSEWHERE, LOST, OURS]],
  ['where the file has it, as its neighbour is in the tenant alone', { after: 'Of the tenant' }, [OURS, CLAIMS, ELSEWHERE, LOST]],
])('other Actions with their code, ours %s', (_case, position, expected) => {
  const { flow = [] } = readTenantFile(join(folder, 'tenant.yaml'), { keywords: {} })
  expect(flowInFile(flow, position)).toEqual(expected)
})

test('without a binding of the file there is none', () => {
  expect(parseTenantFile('tenant.yaml', 'triggers: {}', { keywords: {} }).flow).toEqual([])
})
