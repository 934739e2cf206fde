// package.json says what runs beside production credentials: it must be all of that, and no more.
import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { FOR_APPS, FOR_SANDBOX, NODE_22 } from '../../scripts/terminal/needed-packages.ts'

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
}
interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>
}
const readManifest = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Manifest
const manifest = readManifest('package.json')
const REQUIRED = Object.keys(manifest.dependencies)

/** The packages that the sources in a folder import, other than for types. */
function importedIn(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const names = files
    // The agent has a package.json of its own, and is run from this repository alone.
    .filter((file) => file.endsWith('.ts') && !file.startsWith('agent/'))
    .flatMap((file) => {
      const text = readFileSync(`${folder}/${file}`, 'utf8')
      return [
        ...text.matchAll(
          /^(?:import (?!type)[^'\n]*|\} )from '([^.'][^']*)'|import\('([^.'][^']*)'\)/gm,
        ),
      ]
    })
    .map(([, from, dynamic]) => /^(@[^/]+\/)?[^/]+/.exec(from ?? dynamic ?? '')?.[0] ?? '')
  const builtIn = new Set([...builtinModules, ...builtinModules.map((name) => `node:${name}`)])
  return [...new Set(names)]
    .filter((name) => !builtIn.has(name) && !name.startsWith('node:'))
    .sort()
}

const others = (names: readonly string[], known: readonly string[]) =>
  names.filter((name) => !known.includes(name))

test('commands need the dependencies alone', () => {
  expect(others(importedIn('scripts'), REQUIRED)).toEqual([])
})

test.each([
  ['sandbox/tenant', FOR_SANDBOX],
  ['sandbox/fabrikam', [...FOR_SANDBOX, ...FOR_APPS]],
  ['express', FOR_APPS],
])('%s needs no package that nobody is told to install', (folder, told) => {
  expect(others(importedIn(folder), [...REQUIRED, ...told])).toEqual([])
})

test('what a user is told to install is a peer, and installed for development in the same version', () => {
  const node22 = Object.keys(readManifest('sandbox/node22/package.json').optionalDependencies)
  const told = new Set([...FOR_SANDBOX, ...FOR_APPS].filter((name) => !node22.includes(name)))
  expect(Object.keys(manifest.peerDependencies).sort()).toEqual([...told].sort())
  expect(manifest.devDependencies).toMatchObject(manifest.peerDependencies)
})

test('Node 22 is on the list of the platforms, and no deploy installs it', () => {
  expect(readManifest('sandbox/node22/package.json').optionalDependencies).toHaveProperty(NODE_22)
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock
  const installed = Object.entries(packages).filter(([, { dev }]) => dev !== true)
  expect(installed.map(([path]) => path).filter((path) => /\/node-/.test(path))).toEqual([])
})
