// Compiles what runs: into lib/ for npm to pack, because Node refuses TypeScript below node_modules, or into the folder
// that is named.
import { copyFileSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import * as esbuild from 'esbuild'

const ROOT = resolve(import.meta.dirname, '..')
const OUT = resolve(process.argv[2] ?? join(ROOT, 'lib'))

/** What is started as a program, and what an API imports. */
const ENTRIES = [
  'scripts/step-up.ts',
  'scripts/tenant/deploy-cli-child.ts',
  'scripts/tenant/whole-import-preload.ts',
  'sandbox/tenant/main.ts',
  'sandbox/tenant/start-sandbox.ts',
  'sandbox/fabrikam/api-main.ts',
  'sandbox/fabrikam/spa-main.ts',
  'sandbox/fabrikam/web-app-main.ts',
  'express/step-up.ts',
  'express/used-in-redis.ts',
  'express/used-tokens.ts',
  'express/web-app.ts',
]

/** Functions that build a script from its sources: in the package they return it. */
const SCRIPTS: Readonly<Record<string, string>> = {
  'scripts/proof/worker-script.ts': 'workerScript',
  'scripts/audit/code/apart-script.ts': 'apartScript',
  'sandbox/tenant/action-runtime/host-code.ts': 'hostCode',
}

/** Of the package in which it is installed; of the repository it is known, where node_modules may be a link elsewhere. */
const PACKAGE_ROOT =
  process.argv[2] !== undefined
    ? `export const packageRoot = ${JSON.stringify(ROOT)}`
    : `
  import { existsSync } from 'node:fs'
  import { dirname, join } from 'node:path'
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  export const packageRoot = folder`

const COMPILED: esbuild.BuildOptions = {
  absWorkingDir: ROOT,
  bundle: true,
  charset: 'utf8',
  packages: 'external',
  platform: 'node',
  target: 'node20',
  plugins: [withPlaces(), withSdk()],
}

rmSync(OUT, { recursive: true, force: true })
await build({
  entryPoints: ENTRIES,
  outbase: ROOT,
  outdir: OUT,
  chunkNames: 'parts/[name]-[hash]',
  splitting: true,
  format: 'esm',
})

copyFileSync(join(ROOT, 'node_modules/auth0/LICENSE'), join(OUT, 'parts/LICENSE-auth0'))

// A test suite of jest is CommonJS.
await build({
  entryPoints: ['sandbox/tenant/start-sandbox.ts'],
  outfile: join(OUT, 'sandbox/tenant/start-sandbox.cjs'),
  banner: { js: 'const fileUrl = require("node:url").pathToFileURL(__filename).href;' },
  define: {
    'import.meta.dirname': '__dirname',
    'import.meta.filename': '__filename',
    'import.meta.url': 'fileUrl',
  },
  format: 'cjs',
})

async function build(options: esbuild.BuildOptions): Promise<void> {
  try {
    await esbuild.build({ ...COMPILED, ...options })
  } catch (error) {
    if (!(error instanceof Error && 'errors' in error)) throw error
    // esbuild has told them, each with its place.
    process.exit(1)
  }
}

/** Compiles what is used of Auth0's SDK into what uses it; every other package stays as it is installed. */
function withSdk(): esbuild.Plugin {
  return {
    name: 'sdk',
    setup(build) {
      build.onResolve({ filter: /^auth0\// }, ({ path }) => ({
        path: fileURLToPath(import.meta.resolve(path)),
        sideEffects: false,
      }))
    },
  }
}

/** Lets a module find the files beside its source, wherever its compiled code lies, and a script be what it builds. */
function withPlaces(): esbuild.Plugin {
  return {
    name: 'places',
    setup(build) {
      build.onResolve({ filter: /^package-root$/ }, ({ path }) => ({ path, namespace: 'places' }))
      build.onLoad({ filter: /.*/, namespace: 'places' }, () => ({ contents: PACKAGE_ROOT }))
      build.onLoad({ filter: /\.ts$/ }, async ({ path }): Promise<esbuild.OnLoadResult> => {
        const source = relative(ROOT, path).replaceAll(sep, '/')
        const script = SCRIPTS[source]
        if (script !== undefined) return { contents: await writtenOut(path, script) }
        const text = readFileSync(path, 'utf8')
        const contents = text.replaceAll(
          'import.meta.dirname',
          `(packageRoot + ${JSON.stringify(`/${dirname(source)}`)})`,
        )
        const imported = contents === text ? '' : `import { packageRoot } from 'package-root';`
        return { contents: imported + contents, loader: 'ts' }
      })
    },
  }
}

async function writtenOut(path: string, name: string): Promise<string> {
  const module = (await import(pathToFileURL(path).href)) as Record<string, () => unknown>
  const script: unknown = await module[name]?.()
  // What awaits it takes the plain value as well.
  return `export const ${name} = () => (${JSON.stringify(script)})`
}
