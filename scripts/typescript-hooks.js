// Takes the types out of TypeScript as Node loads it. What comes out is kept, because to begin with esbuild takes
// longer than most commands.
import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const CACHE = new URL('../node_modules/.cache/auth0-step-up/', import.meta.url)
/** Changes where the output would. */
const RECIPE = {
  format: 'esm',
  loader: 'ts',
  sourcemap: 'inline',
  sourcesContent: false,
  target: 'node20',
}

export async function load(url, context, nextLoad) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context)
  const source = await readFile(fileURLToPath(url), 'utf8')
  return { format: 'module', source: await withoutTypes(source, url), shortCircuit: true }
}

async function withoutTypes(source, url) {
  const key = JSON.stringify([process.version, RECIPE, url, source])
  const kept = new URL(`${createHash('sha256').update(key).digest('hex')}.js`, CACHE)
  try {
    return await readFile(kept, 'utf8')
  } catch {
    const { transform } = await import('esbuild')
    const { code } = await transform(source, { ...RECIPE, sourcefile: url })
    await keep(kept, code).catch(() => undefined)
    return code
  }
}

// Two processes may do so at once, and neither may read half of it.
async function keep(file, code) {
  const part = new URL(`${file.href}.${process.pid}`)
  await mkdir(CACHE, { recursive: true })
  await writeFile(part, code)
  await rename(part, file)
}
