import { execFileSync } from 'node:child_process'
import { folderImports, importCircles, repositoryImports } from '../support/import-circles.ts'

const ESLINT = 'node_modules/eslint/bin/eslint.js'

interface Config {
  readonly rules: Readonly<
    Record<string, readonly [unknown, { readonly patterns: readonly { message: string }[] }]>
  >
}

/** What eslint would say of imports that a file must not have. */
function borders(file: string): readonly string[] {
  const printed = execFileSync(process.execPath, [ESLINT, '--print-config', file])
  const { rules } = JSON.parse(printed.toString()) as Config
  return rules['no-restricted-imports']?.[1].patterns.map(({ message }) => message) ?? []
}

// prettier-ignore
test.each([
  ['actions/step-up/decide.ts',    ['the Action imports nothing outside itself']],
  ['scripts/deploy.ts',            ['scripts meet the sandbox only over HTTP, as they would meet Auth0']],
  ['scripts/terminal/command.ts',  ['what everything else in scripts/ rests on imports nothing of it']],
  ['express/step-up.ts',           ['the middleware is installed alone: it imports packages and itself']],
  ['sandbox/tenant/main.ts',       ['the sandbox knows nothing of step-up', 'the tenant knows no app']],
  ['sandbox/fabrikam/api-main.ts', ['the sandbox knows nothing of step-up', 'apps meet the tenant over HTTP']],
])('%s keeps its borders', (file, expected) => {
  expect(borders(file)).toEqual(expected)
})

describe('import circles', () => {
  // prettier-ignore
  test.each<[name: string, imports: Record<string, string[]>, circles: string[]]>([
    ['a tree',               { a: ['b', 'c'], b: ['d'], c: ['d'], d: [] },  []],
    ['a file with itself',   { a: ['a'] },                                  ['a a']],
    ['two files',            { a: ['b'], b: ['a'] },                        ['a b a']],
    ['behind a longer way',  { a: ['b'], b: ['c'], c: ['d'], d: ['b'] },    ['b c d b']],
  ])('%s', (_name, imports, circles) => {
    const found = importCircles(new Map(Object.entries(imports)))
    expect(found.map((circle) => circle.join(' '))).toEqual(circles)
  })

  test('two folders whose files make no circle', () => {
    const imports = { 'a/x': ['b/x'], 'b/x': ['b/y'], 'b/z': ['a/y'], 'a/y': [] }
    const found = importCircles(folderImports(new Map(Object.entries(imports))))
    expect(found.map((circle) => circle.join(' '))).toEqual(['a b a'])
  })

  test('an import of types counts', () => {
    const imports = repositoryImports().get('sandbox/tenant/tenant.ts')
    expect(imports).toContain('sandbox/tenant/store.ts')
  })
})

describe('the layers of the tenant: what runs Actions knows no login, and nothing knows the server', () => {
  const SERVER = [
    'command',
    'dashboard',
    'server.ts',
    'serving.ts',
    'control.ts',
    'start-sandbox.ts',
  ]
  const imports = [...repositoryImports()].flatMap(([file, imported]) =>
    imported.map((one) => ({ from: file, to: one.replace('sandbox/tenant/', '') })),
  )

  // prettier-ignore
  test.each<[folder: string, forbidden: string[]]>([
    ['action-runtime', ['login', 'management', 'mfa', 'oidc', 'grants', 'pages', ...SERVER]],
    ['login',          ['management', 'oidc', 'grants', 'pages', ...SERVER]],
    ['management',     ['oidc', 'grants', 'pages', ...SERVER]],
    ['mfa',            ['oidc', 'grants', 'pages', 'management', ...SERVER]],
    ['pages',          ['oidc', 'grants', 'management', ...SERVER]],
    ['grants',         ['oidc', 'pages', ...SERVER]],
    ['oidc',           ['management', ...SERVER]],
    ['dashboard',      ['oidc', 'grants', 'command', 'server.ts', 'serving.ts', 'control.ts']],
  ])('%s', (folder, forbidden) => {
    const own = imports.filter(({ from }) => from.startsWith(`sandbox/tenant/${folder}/`))
    const wrong = own.filter(({ to }) =>
      forbidden.some((one) => to === one || to.startsWith(`${one}/`)),
    )
    expect(own).not.toEqual([])
    expect(wrong).toEqual([])
  })
})
