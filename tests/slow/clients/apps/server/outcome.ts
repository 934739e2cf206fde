// What the apps of the matrix show: how a call has ended, where the test looks for it.
import type { NextFunction, Request, Response } from 'express'
import { errorAnswer, type Answer } from '../setting.ts'

/** A page with an answer, or with what a script will write there. */
export function outcomePage(answer: Answer | undefined, script?: string): string {
  const text = answer === undefined ? '' : JSON.stringify(answer)
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return [
    '<!doctype html><title>App</title>',
    script === undefined ? '' : '<button id="high-value">high-value</button>',
    `<output id="outcome">${escaped}</output>`,
    script === undefined ? '' : `<script type="module">${script}</script>`,
  ].join('\n')
}

/** For Express: shows the error in which a call has ended. */
export function showError(error: unknown, _req: Request, res: Response, next: NextFunction): void {
  if (res.headersSent) next(error)
  else res.send(outcomePage(errorAnswer(error)))
}
