import { createHash, timingSafeEqual } from 'node:crypto'
import type { RequestHandler } from 'express'
import { Problem } from './problem.ts'
import { keptOf } from './session.ts'

/** Passes forms that carry the token of their session: those that this app has shown to this browser. */
export const requireCsrf: RequestHandler = (req, _res, next) => {
  const { csrf } = keptOf(req)
  const given = (req.body as Readonly<Record<string, unknown>> | undefined)?.['csrf']
  if (csrf !== undefined && typeof given === 'string' && isEqual(given, csrf)) {
    next()
    return
  }
  const text = 'The form was open for too long, or did not come from this page. Nothing was done.'
  next(new Problem(403, { title: 'Please send the form again', text }))
}

/** Takes the same time however much of a guess is right. */
function isEqual(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
