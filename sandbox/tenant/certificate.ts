import { generate } from 'selfsigned'

export interface Certificate {
  readonly certificate: string
  readonly privateKey: string
}

/** @returns a fresh self-signed certificate (PEM) for localhost and 127.0.0.1; nothing is written to disk */
export async function newCertificate(): Promise<Certificate> {
  const { cert, private: privateKey } = await generate(
    [{ name: 'commonName', value: 'localhost' }],
    {
      keyType: 'ec',
      algorithm: 'sha256',
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
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
