import { readFileSync } from 'node:fs'
import * as tls from 'node:tls'
import { UserError } from '../terminal/user-error.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** The variables by which a company says how its machines reach the internet. */
export const NETWORK_VARIABLES = [
  ...['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'NO_PROXY', 'no_proxy'],
  ...['NODE_EXTRA_CA_CERTS', 'NODE_USE_SYSTEM_CA', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
]

const CA_FLAGS = ['--use-system-ca', '--use-openssl-ca', '--use-bundled-ca']

/** Flags of this process, or of NODE_OPTIONS, by which Node chooses whom it trusts: for processes that it starts. */
export function trustFlags(env: Variables): readonly string[] {
  const given = [...process.execArgv, ...(env['NODE_OPTIONS'] ?? '').split(/\s+/)]
  return CA_FLAGS.filter((flag) => given.includes(flag))
}

/** How requests reach a tenant. */
export interface Route {
  /** With its credentials: never to be printed. */
  readonly proxy?: string
  /** For messages, such as `without a proxy`. */
  readonly inWords: string
}

/** For the tenant on this machine. */
export const DIRECT: Route = { inWords: 'without a proxy' }

/**
 * Whether requests to a host go through a proxy. The names are read as curl reads them, the lower case first;
 * HTTP_PROXY counts for nothing, since all requests are HTTPS.
 * @param domain with its port, where it has one
 * @throws UserError for a proxy that is no URL, or of a kind that is not supported
 */
export function routeTo(domain: string, env: Variables): Route {
  const name = ['https_proxy', 'HTTPS_PROXY'].find((one) => env[one])
  if (name === undefined) return DIRECT
  const exempting = ['no_proxy', 'NO_PROXY'].find((one) => env[one])
  if (exempting !== undefined && isExempt(domain, env[exempting] ?? '')) {
    return { inWords: `without a proxy, as \`${exempting}\` says` }
  }
  const url = proxyUrl(name, env[name] ?? '')
  return { proxy: url.href, inWords: `through the proxy \`${url.origin}\` of \`${name}\`` }
}

// The value is not quoted: it may have a password.
function proxyUrl(name: string, value: string): URL {
  const text = value.includes('://') ? value : `http://${value}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url !== undefined && ['http:', 'https:'].includes(url.protocol)) return url
  throw new UserError({
    where: name,
    message: url === undefined ? 'not a URL' : `a proxy of kind \`${url.protocol}//\``,
    hint: 'expected a proxy such as `http://proxy.example:8080`, or `https://`',
  })
}

function isExempt(domain: string, names: string): boolean {
  const [host = '', port = '443'] = domain.toLowerCase().split(':')
  return names
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((name) => name !== '')
    .some((name) => {
      const [exempt = '', atPort = port] = name.replace(/^\*?\./, '').split(':')
      return atPort === port && (exempt === '*' || host === exempt || host.endsWith(`.${exempt}`))
    })
}

/**
 * The `fetch` for a route. That of Node takes no proxy in its older versions, no certificate but those of a variable
 * read when the process starts, and SSL_CERT_FILE never. What does is loaded only where it is needed, because that
 * takes a while.
 * @param certificate PEM file: nobody else is trusted then
 * @throws UserError for a file of certificates that cannot be read
 */
export async function fetchAlong(
  { proxy }: Route,
  env: Variables,
  certificate?: string,
): Promise<typeof fetch> {
  const ca = certificate === undefined ? companyCa(env) : [readFileSync(certificate, 'utf8')]
  if (ca === undefined && !mayUseProxy(env)) return globalThis.fetch
  const { Agent, ProxyAgent, fetch: fetchWith } = await import('undici')
  // One for all connections: to read some hundred certificates takes a while each time.
  const trust = ca === undefined ? {} : { secureContext: tls.createSecureContext({ ca }) }
  const dispatcher =
    proxy === undefined
      ? new Agent({ connect: trust })
      : new ProxyAgent({ uri: proxy, requestTls: trust, proxyTls: trust })
  const along = (input: string, init: object) => fetchWith(input, { ...init, dispatcher })
  return along as unknown as typeof fetch
}

// Newer versions of Node have switches for proxies, with a reading of NO_PROXY of their own.
function mayUseProxy(env: Variables): boolean {
  return ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'].some((name) => env[name])
}

// Beside all whom Node trusts. It reads NODE_EXTRA_CA_CERTS itself, unless that came when it was running already.
function companyCa(env: Variables): string[] | undefined {
  const { NODE_EXTRA_CA_CERTS: extra, SSL_CERT_FILE: file } = env
  const isNew = extra !== process.env['NODE_EXTRA_CA_CERTS']
  const added = [
    ...(file ? certificatesIn('SSL_CERT_FILE', file) : []),
    ...(extra && isNew ? certificatesIn('NODE_EXTRA_CA_CERTS', extra) : []),
  ]
  if (added.length === 0) return undefined
  if ('getCACertificates' in tls) return [...tls.getCACertificates('default'), ...added]
  const known = extra && !isNew ? certificatesIn('NODE_EXTRA_CA_CERTS', extra) : []
  return [...(tls as typeof import('node:tls')).rootCertificates, ...known, ...added]
}

function certificatesIn(where: string, file: string): readonly string[] {
  const text = readCertificates(where, file)
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)
  if (certificates !== null) return certificates
  throw new UserError({
    where,
    message: `no certificate in \`${file}\``,
    hint: 'expected PEM: `-----BEGIN CERTIFICATE-----` and so on',
  })
}

function readCertificates(where: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UserError({
      where,
      message: `cannot read \`${file}\`: ${(error as NodeJS.ErrnoException).code ?? ''}`,
      hint: 'the company CA as a PEM file, or unset it',
    })
  }
}
