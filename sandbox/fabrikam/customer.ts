import type { Request } from 'express'
import { decodeJwt } from 'jose'

/** Whose request it is, by a token that was verified before. */
export function customerOf(req: Request): string {
  const [, token = ''] = (req.get('authorization') ?? '').split(' ')
  return decodeJwt(token).sub ?? ''
}
