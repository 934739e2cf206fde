import { readEnvironment } from '../../sandbox/fabrikam/environment.ts'

const DOMAIN = { AUTH0_DOMAIN: 'acme.eu.auth0.com' }

// prettier-ignore
test.each<[string, Record<string, string>, string]>([
  ['a domain',                   DOMAIN,                                                     'https://acme.eu.auth0.com'],
  ['a URL',                      { ISSUER_BASE_URL: 'https://login.acme.example' },          'https://login.acme.example'],
  ['a URL with a slash',         { ISSUER_BASE_URL: 'https://login.acme.example/' },         'https://login.acme.example'],
  ['a URL rather than a domain', { ...DOMAIN, ISSUER_BASE_URL: 'https://localhost:8443' },   'https://localhost:8443'],
  ['a domain and an empty URL',  { ...DOMAIN, ISSUER_BASE_URL: ' ' },                        'https://acme.eu.auth0.com'],
])('the issuer is known by %s', (_name, variables, expected) => {
  expect(readEnvironment(variables).issuerBaseUrl()).toEqual(expected)
})

// prettier-ignore
test.each<[string, Record<string, string>, string]>([
  ['nothing',           {},                                      'the variable `AUTH0_DOMAIN` is missing'],
  ['a URL as domain',   { AUTH0_DOMAIN: 'https://a.auth0.com' }, 'the variable `AUTH0_DOMAIN` is `https://a.auth0.com`, expected a domain'],
  ['a domain as URL',   { ISSUER_BASE_URL: 'a.auth0.com' },      'the variable `ISSUER_BASE_URL` is `a.auth0.com`, expected a URL'],
  ['a URL with a space', { ISSUER_BASE_URL: 'https://a b' },     'the variable `ISSUER_BASE_URL` is `https://a b`, expected a URL'],
  ['an unusual scheme', { ISSUER_BASE_URL: 'file:///etc' },      'the variable `ISSUER_BASE_URL` is `file:///etc`, expected a URL'],
])('the issuer is not known by %s', (_name, variables, expected) => {
  expect(() => readEnvironment(variables).issuerBaseUrl()).toThrow(new Error(expected))
})

// prettier-ignore
test.each<[string, Record<string, string>, number]>([
  ['its own',        {},                 3000],
  ['another',        { PORT: '8080' },   8080],
  ['any free one',   { PORT: '0' },      0],
])('a program listens at %s', (_name, variables, expected) => {
  expect(readEnvironment(variables).port(3000)).toEqual(expected)
})

test.each(['http', '-1', '65536', '3.5'])('a program does not listen at %s', (port) => {
  expect(() => readEnvironment({ PORT: port }).port(3000)).toThrow(
    new Error(`\`${port}\` is not a port`),
  )
})
