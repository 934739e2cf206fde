// A tenant that is reached as in a bank: by a proxy that wants a password, under a certificate of the company's own CA,
// and with an audience that is not that of the domain. Its name resolves nowhere, so nothing can go past the proxy.
import { generateKeyPairSync } from 'node:crypto'
import { COMPANY_TENANT, PROXY_LOGIN, startCompanyNetwork } from '../support/company-network.ts'
import type { CompanyNetwork } from '../support/company-network.ts'
import { startDeploying, type Deploying } from '../support/deploying.ts'
import { KEYWORDS } from '../support/seed.ts'

let tenant: Deploying
let network: CompanyNetwork
/** All that is needed but the proxy and the CA. */
let client: Record<string, string>
let proxy: string

beforeAll(async () => {
  tenant = await startDeploying({})
  network = await startCompanyNetwork(tenant.sandbox)
  proxy = `http://${PROXY_LOGIN}@${network.proxy}`
  client = {
    AUTH0_CLIENT_ID: tenant.sandbox.clientId,
    AUTH0_CLIENT_SECRET: tenant.sandbox.clientSecret,
    AUTH0_AUDIENCE: `https://${tenant.sandbox.domain}/api/v2/`,
  }
  tenant.project.write(
    'config/environments/bank.json',
    JSON.stringify({ domain: COMPANY_TENANT, position: 'last', keywords: KEYWORDS }),
  )
})
afterAll(async () => {
  await tenant.stop()
  await network.stop()
})
beforeEach(() => network.tunnels.splice(0))

const run = (name: 'plan' | 'deploy' | 'verify', env: Record<string, string>, ...flags: string[]) =>
  tenant.project.run(name, ['--env', 'bank', ...flags], { ...client, ...env })

const told = (text: string) =>
  text.replaceAll(network.proxy, 'localhost:PORT').replace(/127\.0\.0\.1:\d+/g, 'ADDRESS')

test('a deploy writes the Action and the settings through the proxy, and finds them equal', async () => {
  const { stdout, stderr, code } = await run('deploy', {
    HTTPS_PROXY: proxy,
    SSL_CERT_FILE: network.ca,
  })
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
  expect(stdout).toContain('Read back from the tenant and found equal.')
  expect(stdout).toContain(`tenant      ${COMPANY_TENANT}`)
  expect(new Set(network.tunnels)).toEqual(new Set([`${COMPANY_TENANT}:443`]))
})

const IN_STEP = `bank (${COMPANY_TENANT}) is as this repository says: deployed code, bindings, settings.`

describe('verify reaches the tenant', () => {
  // prettier-ignore
  test.each<[string, () => Record<string, string>]>([
    ['by the lower case name',                () => ({ https_proxy: proxy, SSL_CERT_FILE: network.ca })],
    ['by a CA that Node reads itself',        () => ({ HTTPS_PROXY: proxy, NODE_EXTRA_CA_CERTS: network.ca })],
    ['by a proxy without a scheme',           () => ({ HTTPS_PROXY: proxy.replace('http://', ''), SSL_CERT_FILE: network.ca })],
    ['where NO_PROXY names others',           () => ({ HTTPS_PROXY: proxy, SSL_CERT_FILE: network.ca, NO_PROXY: 'localhost,other.example' })],
    ['whatever HTTP_PROXY says',              () => ({ HTTPS_PROXY: proxy, SSL_CERT_FILE: network.ca, HTTP_PROXY: 'http://localhost:1' })],
    ["whatever Node's own switch says",       () => ({ HTTPS_PROXY: proxy, SSL_CERT_FILE: network.ca, NODE_USE_ENV_PROXY: '1' })],
  ])('%s', async (_name, env) => {
    const { stdout, stderr, code } = await run('verify', env())
    // Some versions of Node warn of their own switch.
    const said = stderr.replace(/^\(node:\d+\) .*\n\(Use `node .*\n/, '')
    expect({ stdout, said, code }).toEqual({ stdout: `${IN_STEP}\n`, said: '', code: 0 })
  })

  test('by a file of variables alone, which those that are set outdo', async () => {
    const variables = {
      ...client,
      HTTPS_PROXY: 'http://localhost:1',
      NODE_EXTRA_CA_CERTS: network.ca,
    }
    const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`)
    tenant.project.write('bank.env', `# For the bank\n${lines.join('')}`)
    const flags = ['--env', 'bank', '--variables', 'bank.env']
    const { stdout, stderr, code } = await tenant.project.run('verify', flags, {
      HTTPS_PROXY: proxy,
    })
    expect({ stdout, stderr, code }).toEqual({ stdout: `${IN_STEP}\n`, stderr: '', code: 0 })
  })
})

const AGAIN = 'running the same command again carries on where it stopped'
const HINT = `check the domain and the network; ${AGAIN}`
const CA_HINT = `name a PEM file of the CA that vouches for it in \`SSL_CERT_FILE\` or \`NODE_EXTRA_CA_CERTS\`; ${AGAIN}`

describe('who cannot reach the tenant is told how it was tried, and no password', () => {
  // prettier-ignore
  test.each<[string, () => Record<string, string>, RegExp, string?]>([
    ['no proxy',            () => ({}),                                                   /^cannot reach `tenant\.example` without a proxy: E\w+ getaddrinfo E\w+ tenant\.example$/],
    ['only HTTP_PROXY',     () => ({ HTTP_PROXY: proxy }),                                /^cannot reach `tenant\.example` without a proxy: E\w+ getaddrinfo E\w+ tenant\.example$/],
    ['NO_PROXY',            () => ({ HTTPS_PROXY: proxy, NO_PROXY: '.example' }),         /^cannot reach `tenant\.example` without a proxy, as `NO_PROXY` says: E\w+ getaddrinfo E\w+ tenant\.example$/],
    ['a proxy that is off', () => ({ HTTPS_PROXY: 'http://mole:burrow@127.0.0.1:9' }),    /^cannot reach `tenant\.example` through the proxy `http:\/\/ADDRESS` of `HTTPS_PROXY`: ECONNREFUSED connect ECONNREFUSED ADDRESS$/],
    ['a wrong password',    () => ({ HTTPS_PROXY: proxy.replace('burrow', 'hole') }),     /^cannot reach `tenant\.example` through the proxy `http:\/\/localhost:PORT` of `HTTPS_PROXY`: .*Proxy response \(407\) !== 200 when HTTP Tunneling$/],
    ['an unknown CA',       () => ({ HTTPS_PROXY: proxy }),                               /^cannot reach `tenant\.example` through the proxy `http:\/\/localhost:PORT` of `HTTPS_PROXY`: UNABLE_TO_\w+ unable to .*$/, CA_HINT],
  ])('%s', async (_name, env, message, hint = HINT) => {
    const { stdout, stderr, code } = await run('plan', env())
    const [first, ...rest] = told(stderr).split('\n')
    expect(first).toMatch(message)
    expect({ stdout, rest, code }).toEqual({ stdout: '', rest: [`  ${hint}`, ''], code: 1 })
    expect(stderr).not.toMatch(/burrow|hole/)
  })
})

describe('what cannot be used is named before anything is sent', () => {
  const ecKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  })

  // prettier-ignore
  test.each<[string, Record<string, string>, string[], string]>([
    ['a proxy of another kind', { HTTPS_PROXY: 'socks5://user:burrow@proxy.example' }, [], 'HTTPS_PROXY: a proxy of kind `socks5://`\n  expected a proxy such as `http://proxy.example:8080`, or `https://`'],
    ['no proxy at all',         { HTTPS_PROXY: 'http://:burrow' },     [], 'HTTPS_PROXY: not a URL\n  expected a proxy such as `http://proxy.example:8080`, or `https://`'],
    ['no file of a CA',         { SSL_CERT_FILE: 'ca.pem' },           [], 'SSL_CERT_FILE: cannot read `ca.pem`: ENOENT\n  the company CA as a PEM file, or unset it'],
    ['no CA in the file',       { SSL_CERT_FILE: 'tenant.yaml' },      [], 'SSL_CERT_FILE: no certificate in `tenant.yaml`\n  expected PEM: `-----BEGIN CERTIFICATE-----` and so on'],
    ['no file of variables',    {},                                    ['--variables', 'no-such.env'], '--variables: cannot read `no-such.env`: ENOENT\n  expected lines such as `AUTH0_CLIENT_ID=…`'],
    ['the flag by its older name', {},                                 ['--env-file', 'no-such.env'], '--env-file: cannot read `no-such.env`: ENOENT\n  expected lines such as `AUTH0_CLIENT_ID=…`'],
    ['a key for elliptic curves', { AUTH0_CLIENT_SIGNING_KEY: String(ecKey) }, [], 'AUTH0_CLIENT_SIGNING_KEY: a key of type `ec`\n  expected an RSA private key: Auth0 takes no other'],
  ])('%s', async (_name, env, flags, message) => {
    const { stdout, stderr, code } = await run('plan', env, ...flags)
    expect({ stdout, stderr, code }).toEqual({ stdout: '', stderr: `${message}\n`, code: 1 })
    expect(network.tunnels).toEqual([])
  })
})
