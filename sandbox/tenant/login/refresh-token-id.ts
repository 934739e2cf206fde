import { createHash } from 'node:crypto'

/** @returns the identity of a family of refresh tokens: it must not be the token, which is a secret */
export function refreshTokenId(grantId: string): string {
  return `rt_${createHash('sha256').update(grantId).digest('base64url').slice(0, 16)}`
}
