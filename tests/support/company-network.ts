// The network of a company on the loopback: a tenant whose name nobody resolves but the proxy, behind a certificate of
// the company's own CA.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer, request } from 'node:https'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import type { Sandbox } from './sandbox.ts'

export const COMPANY_TENANT = 'tenant.example'

export interface CompanyNetwork {
  /** `localhost:PORT` of the proxy, which wants {@link PROXY_LOGIN} */
  readonly proxy: string
  /** PEM file */
  readonly ca: string
  /** What the proxy was asked for, such as `tenant.example:443`. */
  readonly tunnels: string[]
  stop(): Promise<void>
}

export const PROXY_LOGIN = 'mole:burrow%20deep'

/** Opens a way to a sandbox tenant as {@link COMPANY_TENANT}. */
export async function startCompanyNetwork(sandbox: Sandbox): Promise<CompanyNetwork> {
  const folder = mkdtempSync(join(tmpdir(), 'company-'))
  const authority = await generate([{ name: 'commonName', value: 'Company CA' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'basicConstraints', cA: true, critical: true }],
  })
  const site = await generate([{ name: 'commonName', value: COMPANY_TENANT }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ca: { key: authority.private, cert: authority.cert },
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: COMPANY_TENANT }] }],
  })
  const ca = join(folder, 'ca.pem')
  writeFileSync(ca, `The CA of the company\n${authority.cert}`)
  const front = createTlsServer({ cert: site.cert, key: site.private }, (incoming, answer) => {
    const { method, url, headers } = incoming
    const tenant = { ca: readFileSync(sandbox.certificate), servername: 'localhost' }
    const forward = request(
      `https://${sandbox.domain}${url ?? ''}`,
      { ...tenant, method, headers },
      (reply) => {
        answer.writeHead(reply.statusCode ?? 502, reply.headers)
        reply.pipe(answer)
      },
    )
    forward.on('error', () => answer.destroy())
    incoming.pipe(forward)
  })
  const frontPort = await listen(front)
  const tunnels: string[] = []
  const wanted = `Basic ${Buffer.from(decodeURIComponent(PROXY_LOGIN)).toString('base64')}`
  const proxy = createServer().on('connect', ({ url = '', headers }, client) => {
    tunnels.push(url)
    if (headers['proxy-authorization'] !== wanted) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
      return
    }
    const server = connect(frontPort, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      server.pipe(client)
      client.pipe(server)
    })
    for (const socket of [client, server]) {
      socket.on('error', () => [client, server].forEach((one) => one.destroy()))
    }
  })
  const proxyPort = await listen(proxy)
  return {
    proxy: `localhost:${proxyPort}`,
    ca,
    tunnels,
    stop: async () => {
      await Promise.all([front, proxy].map((server) => new Promise((done) => server.close(done))))
      rmSync(folder, { recursive: true })
    },
  }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return (server.address() as AddressInfo).port
}
