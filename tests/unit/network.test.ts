import { readdirSync, readFileSync } from 'node:fs'
import { DIRECT, routeTo, trustFlags } from '../../scripts/tenant/network.ts'

const PROXY = 'http://mole:burrow@proxy.example:8080'
const through = (name: string) => `through the proxy \`http://proxy.example:8080\` of \`${name}\``
const EXEMPT = 'without a proxy, as `NO_PROXY` says'

// prettier-ignore
test.each<[string, Record<string, string>, string]>([
  ['nothing is set',              {},                                                              DIRECT.inWords],
  ['a proxy is set',              { HTTPS_PROXY: PROXY },                                          through('HTTPS_PROXY')],
  ['the lower case wins',         { HTTPS_PROXY: 'http://other.example', https_proxy: PROXY },     through('https_proxy')],
  ['an empty one is none',        { HTTPS_PROXY: PROXY, https_proxy: '' },                         through('HTTPS_PROXY')],
  ['no HTTPS proxy',              { HTTP_PROXY: PROXY },                                           DIRECT.inWords],
  ['the host is exempt',          { HTTPS_PROXY: PROXY, NO_PROXY: 'acme.eu.auth0.com' },           EXEMPT],
  ['in any case',                 { HTTPS_PROXY: PROXY, NO_PROXY: 'ACME.eu.auth0.COM' },           EXEMPT],
  ['its domain is exempt',        { HTTPS_PROXY: PROXY, NO_PROXY: 'localhost, auth0.com' },        EXEMPT],
  ['with a dot before it',        { HTTPS_PROXY: PROXY, NO_PROXY: 'localhost .auth0.com' },        EXEMPT],
  ['with a star before it',       { HTTPS_PROXY: PROXY, NO_PROXY: '*.auth0.com' },                 EXEMPT],
  ['everybody is exempt',         { HTTPS_PROXY: PROXY, NO_PROXY: '*' },                           EXEMPT],
  ['the port as well',            { HTTPS_PROXY: PROXY, NO_PROXY: 'auth0.com:443' },               EXEMPT],
  ['another port is exempt',      { HTTPS_PROXY: PROXY, NO_PROXY: 'auth0.com:8443' },              through('HTTPS_PROXY')],
  ['only the end is the same',    { HTTPS_PROXY: PROXY, NO_PROXY: 'h0.com,other.example,,' },      through('HTTPS_PROXY')],
])('the way to a tenant, where %s', (_name, env, words) => {
  const route = routeTo('acme.eu.auth0.com', env)
  expect(route.inWords).toBe(words)
  expect(route.proxy === undefined).toBe(words.startsWith('without'))
})

test('a process that is started trusts whom this one was told to trust', () => {
  const NODE_OPTIONS = '--max-old-space-size=500 --use-system-ca  --require=./x.js'
  expect(trustFlags({ NODE_OPTIONS })).toEqual(['--use-system-ca'])
  expect(trustFlags({})).toEqual([])
})

// Node takes --env-file for a flag of its own otherwise, and ends with 9 where there is no such file.
test('the commands that take --env-file get it', () => {
  const scripts = readdirSync('scripts').filter(
    (file) =>
      file.endsWith('.ts') && readFileSync(`scripts/${file}`, 'utf8').includes('TENANT_FLAGS'),
  )
  const { scripts: commands } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    scripts: Record<string, string>
  }
  expect(scripts).toHaveLength(8)
  for (const file of scripts) {
    expect(commands[file.replace('.ts', '')]).toMatch(/ -- bin\/step-up\.js \w+$/)
  }
})
