import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCredentials } from '../../scripts/tenant/credentials.ts'
import { desiredState, loadDesired } from '../../scripts/tenant/desired.ts'
import { loadEnvironment, type Environment } from '../../scripts/tenant/environment.ts'
import { requiredScopes } from '../../scripts/tenant/required-scopes.ts'
import { readTenantFile } from '../../scripts/tenant/tenant-file.ts'
import { formatProblem, type Problem, type UserError } from '../../scripts/terminal/user-error.ts'

let folder = ''
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'desired-'))))
afterAll(() => rmSync(folder, { recursive: true }))

const KEYWORDS = { APP_URL: 'https://app.example', ORIGINS: ['https://a.example'] }
const ENVIRONMENT: Environment = {
  name: 'staging',
  file: 'staging.json',
  position: 'first',
  keywords: KEYWORDS,
}

/** Problems as printed, with the folder of the test left out. */
const printed = (problems: readonly Problem[]) =>
  problems.map((problem) => formatProblem(problem).replace(`${folder}/`, ''))

const ACTION = `actions:
  - name: Step-up
    code: ./dist/step-up.js
    runtime: node22
    deployed: true
    supported_triggers: [{ id: post-login, version: v3 }]
triggers:
  post-login: [{ action_name: Step-up, display_name: Money }]
`

function read(text: string) {
  const file = join(folder, 'tenant.yaml')
  writeFileSync(file, text)
  return readTenantFile(file, ENVIRONMENT)
}

describe('tenant.yaml', () => {
  test('the shipped file is complete', () => {
    const { tenantFile, declaredScopes, problems } = readTenantFile('tenant.yaml', {
      ...ENVIRONMENT,
      keywords: {
        FABRIKAM_URL: 'https://fabrikam.example',
        FABRIKAM_SPA_URL: 'https://app.fabrikam.example',
      },
    })
    expect(problems).toEqual([])
    expect(declaredScopes).toEqual(
      new Map([['https://banking.fabrikam.example', new Set(['read:accounts', 'transfer:funds'])]]),
    )
    expect(tenantFile?.clients?.[0]).toMatchObject({
      callbacks: ['https://fabrikam.example/callback'],
      allowed_logout_urls: ['https://fabrikam.example'],
    })
    expect(tenantFile?.clients?.[1]).toMatchObject({
      callbacks: ['https://app.fabrikam.example'],
      web_origins: ['https://app.fabrikam.example'],
    })
  })

  test('keywords are replaced, and the rest becomes the desired state', () => {
    const { tenantFile } = read(`${ACTION}tenant: { friendly_name: '##APP_URL##' }
clients: [{ name: App, web_origins: @@ORIGINS@@, allowed_origins: "@@ORIGINS@@" }]
guardianFactors: [{ name: otp, enabled: true }]
resourceServers: [{ name: API, identifier: https://api }]
`)
    if (tenantFile === undefined) throw new Error('the file has problems')
    const bundle = { code: 'x', sha256: 'y' }
    expect(desiredState({ environment: ENVIRONMENT, tenantFile, bundle })).toEqual({
      environment: 'staging',
      action: {
        name: 'Step-up',
        displayName: 'Money',
        runtime: 'node22',
        code: 'x',
        sha256: 'y',
      },
      position: 'first',
      settings: [
        {
          section: 'resourceServers',
          name: 'https://api',
          values: { name: 'API', identifier: 'https://api' },
        },
        {
          section: 'clients',
          name: 'App',
          values: {
            name: 'App',
            web_origins: ['https://a.example'],
            allowed_origins: ['https://a.example'],
          },
        },
        { section: 'guardianFactors', name: 'otp', values: { name: 'otp', enabled: true } },
        {
          section: 'tenant',
          name: 'settings',
          values: { friendly_name: 'https://app.example' },
        },
      ],
    })
  })

  // prettier-ignore
  test.each<[string, string, string[]]>([
    ['nothing',                     '',                                       ['tenant.yaml:1:1: the file is empty']],
    ['a misspelt section',          `${ACTION}trigger: {}\n`,                 ['tenant.yaml:9:1: unknown key `trigger`\n  did you mean `triggers`?']],
    ['a misspelt field',            `${ACTION}resourceServers: [{ name: A, identifier: a, token_lifetme: 9 }]\n`, ['tenant.yaml:9:45: unknown key `token_lifetme` in `resourceServers[0]`\n  did you mean `token_lifetime`?']],
    ['a wrong value',               `${ACTION}guardianFactors: [{ name: otp, enabled: yes please }]\n`, ['tenant.yaml:9:41: `guardianFactors[0].enabled` cannot be `"yes please"`']],
    ['an unknown factor',           `${ACTION}guardianFactors: [{ name: opt, enabled: true }]\n`, ['tenant.yaml:9:27: `guardianFactors[0].name` cannot be `"opt"`\n  did you mean `otp`?']],
    ['keywords without a value',    `${ACTION}tenant:\n  friendly_name: '##APP_URI##'\n  enabled_locales: @@ORIGIN@@\n`, ['tenant.yaml:10:18: no value for the keyword `APP_URI`\n  add it to `keywords` in staging.json; did you mean `APP_URL`?', 'tenant.yaml:11:20: no value for the keyword `ORIGIN`\n  add it to `keywords` in staging.json; did you mean `ORIGINS`?']],
    ['an Action never deployed',    ACTION.replace('deployed: true', 'deployed: false'), ['tenant.yaml:5:15: `actions[0].deployed` cannot be `false`\n  known are: true']],
    ['another Action bound',        ACTION.replace('action_name: Step-up', 'action_name: Enrich'), ['tenant.yaml:8:15: `Step-up` is not bound to post-login, so it would never run\n  add `{ action_name: Step-up, display_name: Step-up }` to `triggers.post-login`']],
    ['two Actions',                 ACTION.replace('\ntriggers:', '\n  - { name: B, code: ./dist/step-up.js, runtime: node22, deployed: true, supported_triggers: [{ id: post-login, version: v3 }] }\ntriggers:'), ['tenant.yaml:7:5: a second Action has the code `./dist/step-up.js`\n  keep one of the two']],
    ['an entity twice',             `${ACTION}clients:\n  - name: App\n  - name: App\n`, ['tenant.yaml:11:11: `App` is listed twice in `clients`\n  keep one of the two']],
    ['a scope twice',               `${ACTION}resourceServers:\n  - { name: A, identifier: a, scopes: [{ value: read }, { value: send }, { value: read }] }\n`, ['tenant.yaml:10:83: `read` is listed twice in `scopes`\n  keep one of the two']],
    ['a misspelt setting',          `${ACTION}tenant:\n  custmize_mfa_in_postlogin_action: true\n`, ['tenant.yaml:10:3: unknown key `custmize_mfa_in_postlogin_action` in `tenant`\n  did you mean `customize_mfa_in_postlogin_action`?']],
    ['a setting unlike any',        `${ACTION}tenant: { colour: blue }\n`,    ['tenant.yaml:9:11: unknown key `colour` in `tenant`\n  none of the 43 that are known is like it']],
    ['a misspelt field of a client', `${ACTION}clients:\n  - name: App\n    calbacks: []\n`, ['tenant.yaml:11:5: unknown key `calbacks` in `clients[0]`\n  did you mean `callbacks`?']],
    ['a misspelt field in a client', `${ACTION}clients:\n  - name: App\n    refresh_token: { lee_way: 1 }\n`, ['tenant.yaml:11:22: unknown key `lee_way` in `clients[0].refresh_token`\n  did you mean `leeway`?']],
    ['a wrong value in a client',   `${ACTION}clients:\n  - name: App\n    refresh_token: { rotation_type: rotated }\n`, ['tenant.yaml:11:37: `clients[0].refresh_token.rotation_type` cannot be `"rotated"`\n  known are: rotating, non-rotating']],
    ['an unknown type of client',   `${ACTION}clients: [{ name: App, app_type: spaa }]\n`, ['tenant.yaml:9:34: `clients[0].app_type` cannot be `"spaa"`\n  did you mean `spa`?']],
    ['a page among the settings',   `${ACTION}tenant:\n  error_page: { html: <p> }\n`, ['tenant.yaml:10:3: `error_page` is a page, which auth0-deploy-cli does not write with the settings\n  take it out: pages are left alone']],
    ['the secret of a client',      `${ACTION}clients: [{ name: App, client_secret: s3cr3t-s3cr3t-s3cr3t }]\n`, ['tenant.yaml:9:24: the secret of `App` does not belong in this file\n  take it out: Auth0 makes one, and the tenant keeps it']],
    ['a grant twice',               `${ACTION}clientGrants:\n  - { client_id: App, audience: a }\n  - { client_id: App, audience: a, scope: [] }\n`, ['tenant.yaml:11:18: `App on a` is listed twice in `clientGrants`\n  keep one of the two']],
    ['a grant to nobody',           `${ACTION}clientGrants: [{ audience: a }]\n`, ['tenant.yaml:9:16: a client grant is for one application, or the default for third-party ones\n  name either `client_id` or `default_for`']],
    ['an unknown MFA policy',       `${ACTION}guardianPolicies: { policies: [always] }\n`, ['tenant.yaml:9:32: `guardianPolicies.policies[0]` cannot be `"always"`\n  known are: all-applications, confidence-score']],
    ['two mistakes',                `${ACTION}tenants: {}\nguardianFactors: [{ name: otp }]\n`, ['tenant.yaml:10:19: missing `guardianFactors[0].enabled`', 'tenant.yaml:9:1: unknown key `tenants`\n  did you mean `tenant`?']],
  ])('%s is refused', (_name, text, expected) => {
    const { tenantFile, problems } = read(text)
    expect([tenantFile, ...printed(problems)]).toEqual([undefined, ...expected])
  })

  test('a file that is not there is refused', () => {
    const { problems } = readTenantFile(join(folder, 'nowhere.yaml'), ENVIRONMENT)
    expect(printed(problems)).toEqual(['nowhere.yaml: file cannot be read\n  does it exist?'])
  })

  test('and nothing of a policy is undeclared by it', async () => {
    const environment = { ...ENVIRONMENT, tenantFile: join(folder, 'nowhere.yaml') }
    const refused = await loadDesired(environment).catch((error: unknown) => error)
    expect(printed((refused as UserError).problems)).toEqual([
      'nowhere.yaml: file cannot be read\n  does it exist?',
    ])
  })

  test('scopes are known even where the file has a mistake elsewhere', () => {
    const { declaredScopes } = read(`resourceServers:
  - { identifier: https://api, scopes: [{ value: read }] }
  - { identifier: https://other, scopes: oops }
`)
    expect(declaredScopes).toEqual(new Map([['https://api', new Set(['read'])]]))
  })
})

describe('an environment', () => {
  function load(name: string, text: string) {
    writeFileSync(join(folder, `${name}.json`), text)
    return loadEnvironment(name, folder)
  }

  // prettier-ignore
  test.each<[string, string, string, object]>([
    ['a tenant',             'staging', '{ "domain": "acme.eu.auth0.com", "position": "last" }',                        { domain: 'acme.eu.auth0.com', position: 'last', keywords: {} }],
    ['a port',               'staging', '{ "domain": "localhost:8443", "position": "first" }',                          { domain: 'localhost:8443', position: 'first', keywords: {} }],
    ['a place and keywords', 'staging', '{ "domain": "acme.eu.auth0.com", "position": { "after": "Enrich" }, "keywords": { "A": "b" } }', { domain: 'acme.eu.auth0.com', position: { after: 'Enrich' }, keywords: { A: 'b' } }],
    ['the sandbox',          'sandbox', '{ "position": { "before": "Enrich" } }',                                       { position: { before: 'Enrich' }, keywords: {} }],
  ])('may be %s', (_name, name, text, expected) => {
    expect(load(name, text)).toEqual({ name, file: join(folder, `${name}.json`), ...expected })
  })

  // prettier-ignore
  test.each<[string, string, string, string]>([
    ['no domain',              'staging', '{ "position": "last" }',                                            'staging.json:1:1: missing `domain`\n  expected: the domain of the tenant without `https://`, such as `acme.eu.auth0.com`'],
    ['a URL as domain',        'staging', '{ "domain": "https://acme.eu.auth0.com", "position": "last" }',     'staging.json:1:13: `domain` cannot be `"https://acme.eu.auth0.com"`\n  expected: the domain of the tenant without `https://`, such as `acme.eu.auth0.com`'],
    ['a domain for the sandbox', 'sandbox', '{ "domain": "acme.eu.auth0.com", "position": "last" }',           'sandbox.json:1:3: unknown key `domain`\n  known are: position, keywords, tenantFile, seed'],
    ['a secret',               'staging', '{ "domain": "a.auth0.com", "position": "last", "clientSecret": "s" }', 'staging.json:1:48: unknown key `clientSecret`\n  known are: domain, position, keywords, tenantFile, confirm'],
    ['an unknown position',    'staging', '{ "domain": "a.auth0.com", "position": "middle" }',                 'staging.json:1:40: `position` cannot be `"middle"`\n  expected: `first`, `last`, or `{ "after": … }` or `{ "before": … }` with the name of an Action'],
    ['no JSON',                'staging', '{ "domain": ',                                                      'staging.json:1:13: not valid YAML: flow map must end with a }'],
  ])('may not have %s', (_name, name, text, expected) => {
    expect(() => load(name, text)).toThrow(new Error(expected.replace(/^/, `${folder}/`)))
  })

  test('that is unknown is refused with those there are', () => {
    for (const name of ['a', 'production'])
      load(name === 'a' ? 'staging' : name, '{ "domain": "a.auth0.com", "position": "last" }')
    expect(() => loadEnvironment('prod', folder)).toThrow(
      new Error(
        `--env: no environment \`prod\` in ${folder}\n  known are: production, sandbox, staging`,
      ),
    )
  })
})

describe('credentials', () => {
  const CLIENT = { AUTH0_CLIENT_ID: 'id', AUTH0_CLIENT_SECRET: 'secret' }

  // prettier-ignore
  test.each<[string, Record<string, string>, unknown]>([
    ['a client',                 CLIENT,                                    { clientId: 'id', clientSecret: 'secret' }],
    ['a token',                  { AUTH0_ACCESS_TOKEN: 'token' },           { accessToken: 'token' }],
    ['a token before a client',  { ...CLIENT, AUTH0_ACCESS_TOKEN: 'token' }, { accessToken: 'token' }],
    ['nothing for half of them', { AUTH0_CLIENT_ID: 'id' },                 undefined],
    ['nothing for empty ones',   { ...CLIENT, AUTH0_CLIENT_SECRET: '' },    undefined],
  ])('are %s', (_name, env, expected) => {
    expect(readCredentials(env, 'a.auth0.com', () => undefined)).toEqual(expected)
  })

  const HINT =
    '\n  set `AUTH0_CLIENT_ID` and `AUTH0_CLIENT_SECRET` or `AUTH0_CLIENT_SIGNING_KEY_PATH`, or `AUTH0_ACCESS_TOKEN`'

  // prettier-ignore
  test.each<[string, Record<string, string>, string[]]>([
    ['a client',             CLIENT,                                      []],
    ['the same domain',      { ...CLIENT, AUTH0_DOMAIN: 'a.auth0.com' },  []],
    ['nothing',              {},                                          [`no credentials for \`a.auth0.com\`: \`AUTH0_CLIENT_ID\` and \`AUTH0_CLIENT_SECRET\` not set${HINT}`]],
    ['no secret',            { AUTH0_CLIENT_ID: 'id' },                   [`no credentials for \`a.auth0.com\`: \`AUTH0_CLIENT_SECRET\` not set${HINT}`]],
    ['another domain',       { ...CLIENT, AUTH0_DOMAIN: 'b.auth0.com' },  ['AUTH0_DOMAIN: domain is `b.auth0.com`, but the environment is for `a.auth0.com`\n  unset it, or choose the environment with `--env`']],
  ])('are judged: %s', (_name, env, expected) => {
    const problems: Problem[] = []
    readCredentials(env, 'a.auth0.com', (problem) => void problems.push(problem))
    expect(printed(problems)).toEqual(expected)
  })

  test('need the scopes of what is deployed, each named once', () => {
    const settings = (['resourceServers', 'clients'] as const).map((section) => ({
      section,
      name: 'x',
      values: {},
    }))
    expect(requiredScopes(settings, 'write')).toEqual([
      'read:actions',
      'create:actions',
      'update:actions',
      'read:resource_servers',
      'create:resource_servers',
      'update:resource_servers',
      'read:clients',
      'create:clients',
      'update:clients',
    ])
  })
})
