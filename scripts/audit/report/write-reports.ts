import { assertWritable, writeOutput } from '../../terminal/output-file.ts'
import type { Audit } from '../audit.ts'
import { renderHtml } from './html.ts'
import { renderMarkdown } from './markdown.ts'
import { renderSarif } from './sarif.ts'

const RENDERERS = { markdown: renderMarkdown, sarif: renderSarif, html: renderHtml } as const

type Format = keyof typeof RENDERERS

const FORMATS = Object.keys(RENDERERS) as Format[]

/** The file that was named for each format. */
export type ReportFiles = Readonly<Record<Format, string | boolean | undefined>>

/** @throws UserError with every file that cannot be written, before there is anything to write */
export function assertReportsWritable(files: ReportFiles): void {
  assertWritable(FORMATS.flatMap((format) => outputOf(files, format)))
}

/**
 * Writes an audit in each format that a file was named for.
 * @throws UserError where a file cannot be written
 */
export function writeReports(audit: Audit, files: ReportFiles): void {
  for (const format of FORMATS) {
    for (const output of outputOf(files, format)) writeOutput(output, RENDERERS[format](audit))
  }
}

function outputOf(files: ReportFiles, format: Format) {
  const file = files[format]
  return typeof file === 'string' ? [{ flag: `--${format}`, file }] : []
}
