// The policy of a commit is judged by the tenant file of that commit, also where this is a directory.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { earlierSide } from '../../scripts/diff/earlier-policy.ts'

const DIRECTORY = resolve('tests/support/team-tenants/directory')
const POLICY = `version: 1
rules:
  - id: export-record
    reason: Takes a record out of the house
    protects: { audience: https://records.loomside.example, scopes: [export:record] }
    requires: { factors: any, maxAge: 5m }
    exceptions: [{ client: '##LEGACY##', reason: Old, expires: 2037-01-31 }]
`
const ENVIRONMENT = 'config/environments/acme.json'
const environmentFile = (LEGACY: string) =>
  JSON.stringify({ domain: 'acme.eu.auth0.com', position: 'last', keywords: { LEGACY } })
const startFolder = process.cwd()
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'earlier-'))
  // A project below the top of its repository.
  const project = join(folder, 'auth0')
  mkdirSync(join(project, 'config'), { recursive: true })
  cpSync(DIRECTORY, join(project, 'tenant'), { recursive: true })
  writeFileSync(join(project, 'config/step-up.policy.yaml'), POLICY)
  const git = (...flags: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...flags], {
      cwd: folder,
    })
  mkdirSync(join(project, 'config/environments'))
  writeFileSync(join(project, ENVIRONMENT), environmentFile('client-a'))
  git('init', '--quiet')
  git('add', '.')
  git('commit', '--quiet', '-m', 'Protect exports')
  rmSync(join(project, 'tenant/resource-servers'), { recursive: true })
  writeFileSync(join(project, ENVIRONMENT), environmentFile('client-b'))
  process.chdir(project)
})
afterAll(() => {
  process.chdir(startFolder)
  rmSync(folder, { recursive: true })
})

const environment = (tenantFile: string, file = ENVIRONMENT) => ({
  ...{ name: 'acme', file, position: 'last' as const },
  ...{ keywords: { LEGACY: 'client-b' }, tenantFile },
})

test.each(['tenant', 'tenant/'])('the directory `%s` is the one of the commit', async (path) => {
  const { policy } = await earlierSide('HEAD', environment(path), undefined)
  expect(policy.rules.map(({ id, requires }) => [id, requires.maxAgeSeconds])).toEqual([
    ['export-record', 300],
  ])
})

test('a directory that the commit does not have is named', async () => {
  await expect(earlierSide('HEAD', environment('tenants'), undefined)).rejects.toThrow(
    /^HEAD: no tenants there: path 'auth0\/tenants' does not exist in 'HEAD'\n {2}expected a file, or a branch, tag or commit that git knows here$/,
  )
})

test.each([
  ['the value that it had in the commit', ENVIRONMENT, 'client-a'],
  [
    'the value of today, where the environment has come since',
    'config/environments/new.json',
    'client-b',
  ],
])('a keyword has %s', async (_case, file, client) => {
  const { policy } = await earlierSide('HEAD', environment('tenant', file), undefined)
  expect(policy.rules.flatMap(({ exceptions }) => exceptions)).toMatchObject([{ client }])
})
