// The certificate of all sandboxes of one user, so that a browser asks about it once.
import { createPrivateKey, randomUUID, X509Certificate } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { newCertificate, type Certificate } from './certificate.ts'

export interface CertificateFile extends Certificate {
  /** path of the certificate alone, for those who are to trust it */
  readonly file: string
}

/** A sandbox that runs for days must not outlive it. */
const RENEW_BEFORE_MS = 30 * 86_400_000

/** Where the XDG Base Directory Specification wants what is to survive, and is of no value elsewhere. */
export function userStateFolder(): string {
  return join(process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local/state'), 'auth0-sandbox')
}

/**
 * @returns the certificate that is kept in a folder; one that ends soon, or that is not whole or not secret, gives way
 * to a new one
 */
export async function keptCertificate(folder: string): Promise<CertificateFile> {
  const pair = join(folder, 'localhost.pem')
  const file = join(folder, 'certificate.pem')
  const kept = read(pair)
  const { certificate, privateKey } = kept ?? (await newCertificate())
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  // Both in one file, which is replaced whole: two starts at once end with the pair of one of them.
  if (kept === undefined) replace(pair, privateKey + certificate)
  if (kept === undefined || readText(file) !== certificate) replace(file, certificate)
  return { certificate, privateKey, file }
}

function read(pair: string): Certificate | undefined {
  const text = readText(pair)
  if (text === undefined || (statSync(pair).mode & 0o077) !== 0) return undefined
  const start = text.indexOf('-----BEGIN CERTIFICATE-----')
  const [privateKey, certificate] = [text.slice(0, start), text.slice(start)]
  try {
    const parsed = new X509Certificate(certificate)
    const isLasting = Date.parse(parsed.validTo) - Date.now() > RENEW_BEFORE_MS
    const isPair = parsed.checkPrivateKey(createPrivateKey(privateKey))
    return isLasting && isPair ? { certificate, privateKey } : undefined
  } catch {
    return undefined
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function replace(file: string, text: string): void {
  const beside = `${file}.${randomUUID()}`
  writeFileSync(beside, text, { mode: 0o600 })
  renameSync(beside, file)
}
