import { join } from 'node:path'
import { buildSync } from 'esbuild'

export interface HostCode {
  readonly host: string
  readonly worker: string
}

/**
 * Plain JavaScript in one piece each: to strip types would cost every instance a tenth of a second. In the package it
 * is written out when that is packed.
 */
export function hostCode(): HostCode {
  const { outputFiles } = buildSync({
    entryPoints: ['host.ts', 'worker.ts'].map((file) => join(import.meta.dirname, file)),
    bundle: true,
    write: false,
    outdir: '/',
    platform: 'node',
    format: 'cjs',
    target: 'node22',
  })
  const [host = '', worker = ''] = outputFiles.map(({ text }) => text)
  return { host, worker }
}
