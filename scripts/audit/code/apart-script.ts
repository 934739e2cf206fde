import { join } from 'node:path'
import { build } from 'esbuild'

/** What runs in the process apart, as one script. In the package it is written out when that is packed. */
export async function apartScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'apart-main.ts')],
    bundle: true,
    external: ['esbuild'],
    format: 'cjs',
    logLevel: 'silent',
    platform: 'node',
    target: 'node20',
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}
