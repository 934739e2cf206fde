// An authenticator in software, which can also lie: it signs whatever it is told to.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

export interface Circumstances {
  readonly challenge: string
  /** where the browser says that it is */
  readonly origin?: string
  /** the host for which the authenticator signs */
  readonly rpId?: string
  readonly isUserVerified?: boolean
  readonly counter?: number
}

export interface Authenticator {
  /** base64url */
  readonly id: string
  /** @returns the JSON of a new credential */
  create(circumstances: Circumstances): string
  /** @returns the JSON of an assertion */
  get(circumstances: Circumstances): string
}

export function newAuthenticator(): Authenticator {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const id = randomBytes(32)

  const credential = (response: object): string =>
    JSON.stringify({
      id: text(id),
      rawId: text(id),
      type: 'public-key',
      clientExtensionResults: {},
      response,
    })

  return {
    id: text(id),
    create: (circumstances) => {
      const attested = Buffer.concat([
        Buffer.alloc(16),
        Buffer.from([0, id.length]),
        id,
        coseKey(Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')),
      ])
      const data = Buffer.concat([authenticatorData(circumstances, 0x40), attested])
      return credential({
        clientDataJSON: text(clientData('webauthn.create', circumstances)),
        attestationObject: text(attestationObject(data)),
        transports: ['usb'],
      })
    },
    get: (circumstances) => {
      const data = authenticatorData(circumstances, 0)
      const client = clientData('webauthn.get', circumstances)
      const signature = sign('sha256', Buffer.concat([data, sha256(client)]), privateKey)
      return credential({
        clientDataJSON: text(client),
        authenticatorData: text(data),
        signature: text(signature),
      })
    },
  }
}

/** @see https://www.w3.org/TR/webauthn-3/#sctn-authenticator-data */
function authenticatorData(
  { rpId = 'localhost', isUserVerified = false, counter = 1 }: Circumstances,
  moreFlags: number,
): Buffer {
  const count = Buffer.alloc(4)
  count.writeUInt32BE(counter)
  const flags = 0x01 | (isUserVerified ? 0x04 : 0) | moreFlags
  return Buffer.concat([sha256(Buffer.from(rpId)), Buffer.from([flags]), count])
}

function clientData(
  type: string,
  { challenge, origin = 'https://localhost:8443' }: Circumstances,
): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
}

/** The CBOR of `{fmt: 'none', attStmt: {}, authData}`. */
function attestationObject(data: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746158', 'hex'),
    Buffer.from([data.length]),
    data,
  ])
}

/** The CBOR of an ES256 key: `{1: 2, 3: -7, -1: 1, -2: x, -3: y}` (RFC 9053). */
function coseKey(x: Buffer, y: Buffer): Buffer {
  const start = Buffer.from('a5010203262001215820', 'hex')
  return Buffer.concat([start, x, Buffer.from('225820', 'hex'), y])
}

function sha256(data: Buffer): Buffer {
  return createHash('sha256').update(data).digest()
}

function text(data: Buffer): string {
  return data.toString('base64url')
}
