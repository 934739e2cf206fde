import { join } from 'node:path'
import { build } from 'esbuild'

/**
 * The worker as one script: Node 20 hands no loader on to workers, and the loader's code is slower. In the package
 * it is written out when that is packed.
 */
export async function workerScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'worker.ts')],
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}
