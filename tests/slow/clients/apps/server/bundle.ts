import { join } from 'node:path'
import { build } from 'esbuild'

const PAGES = join(import.meta.dirname, '../browser')

/** @returns a script of the browser's half as one text */
export async function bundleOf(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(PAGES, file)],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
    define: { 'process.env': '{}', 'process.env.NODE_ENV': '"production"' },
  })
  return outputFiles
    .map(({ text }) => text)
    .join('')
    .replaceAll('</script', '<\\/script')
}
