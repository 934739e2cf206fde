// The certificate that is kept in the folder of a user.
import { X509Certificate } from 'node:crypto'
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newCertificate } from '../../sandbox/tenant/certificate.ts'
import { keptCertificate } from '../../sandbox/tenant/kept-certificate.ts'

let folder: string
let pair: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
  pair = join(folder, 'localhost.pem')
})
afterEach(() => {
  jest.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

function daysLater(days: number): void {
  const later = Date.now() + days * 86_400_000
  jest.spyOn(Date, 'now').mockReturnValue(later)
}

test('it is for localhost alone, and can sign no other', async () => {
  const { certificate } = await newCertificate()
  const { ca, subjectAltName } = new X509Certificate(certificate)
  expect({ ca, subjectAltName }).toEqual({
    ca: false,
    subjectAltName: 'DNS:localhost, IP Address:127.0.0.1',
  })
})

test('its key is for its user alone, and in no other file', async () => {
  const { file, privateKey } = await keptCertificate(folder)
  expect(statSync(pair).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder)).toEqual(['certificate.pem', 'localhost.pem'])
  expect(readFileSync(file, 'utf8')).not.toContain(privateKey.slice(0, 40))
})

// prettier-ignore
test.each<[name: string, between: () => unknown, isKept: boolean]>([
  ['at once',                              () => undefined,                        true],
  ['after two years',                      () => daysLater(730),                   true],
  ['thirty days before it ends',           () => daysLater(791),                   false],
  ['after it has ended',                   () => daysLater(900),                   false],
  ['when others could have read the key',  () => chmodSync(pair, 0o644),           false],
  ['when the file is cut off',             () => truncateSync(pair, 300),          false],
  ['when the file is something else',      () => writeFileSync(pair, 'something'), false],
])('%s', async (_name, between, isKept) => {
  const first = await keptCertificate(folder)
  await between()
  const second = await keptCertificate(folder)
  expect(second.certificate === first.certificate).toBe(isKept)
  expect(second.privateKey === first.privateKey).toBe(isKept)
  expect(readFileSync(second.file, 'utf8')).toBe(second.certificate)
  expect(statSync(pair).mode & 0o777).toBe(0o600)
})

test('a certificate file that was changed is mended', async () => {
  const { file, certificate } = await keptCertificate(folder)
  writeFileSync(file, 'something')
  await keptCertificate(folder)
  expect(readFileSync(file, 'utf8')).toBe(certificate)
})
