import { writeFileSync } from 'node:fs'
import { UserError } from '../../terminal/user-error.ts'
import type { Audit } from '../audit.ts'
import { renderHtml } from './html.ts'
import { renderMarkdown } from './markdown.ts'
import { renderSarif } from './sarif.ts'

const RENDERERS = { markdown: renderMarkdown, sarif: renderSarif, html: renderHtml } as const

type Format = keyof typeof RENDERERS

/**
 * Writes an audit in each format that a file was named for.
 * @throws UserError where a file cannot be written
 */
export function writeReports(
  audit: Audit,
  files: Readonly<Record<Format, string | boolean | undefined>>,
): void {
  for (const format of Object.keys(RENDERERS) as Format[]) {
    const file = files[format]
    if (typeof file === 'string') write(file, RENDERERS[format](audit))
  }
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch (error) {
    throw new UserError({ where: file, message: `cannot be written: ${(error as Error).message}` })
  }
}
