import { generate } from 'selfsigned'

export interface Certificate {
  readonly certificate: string
  readonly privateKey: string
}

/** Safari takes no certificate that is valid for longer. */
const VALID_DAYS = 820

/**
 * @returns a fresh self-signed certificate (PEM) for localhost and 127.0.0.1; nothing is written to disk. Whoever
 * trusts it trusts no other: it cannot sign any.
 */
export async function newCertificate(): Promise<Certificate> {
  const { cert, private: privateKey } = await generate(
    [{ name: 'commonName', value: 'localhost' }],
    {
      keyType: 'ec',
      algorithm: 'sha256',
      notAfterDate: new Date(Date.now() + VALID_DAYS * 86_400_000),
      extensions: [
        { name: 'basicConstraints', cA: false, critical: true },
        {
          name: 'subjectAltName',
          altNames: [
            { type: 2, value: 'localhost' },
            { type: 7, ip: '127.0.0.1' },
          ],
        },
      ],
    },
  )
  return { certificate: cert, privateKey }
}
