import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'

/** @returns salt and scrypt hash, for the state */
export function hashPassword(password: string): string {
  const salt = randomBytes(16)
  return `${salt.toString('base64url')}.${derive(password, salt).toString('base64url')}`
}

export function isPassword(hash: string, password: string): boolean {
  const [salt = '', expected = ''] = hash.split('.')
  const given = derive(password, Buffer.from(salt, 'base64url'))
  return timingSafeEqual(given, Buffer.from(expected, 'base64url'))
}

function derive(password: string, salt: Buffer): Buffer {
  return scryptSync(password, salt, 32)
}
