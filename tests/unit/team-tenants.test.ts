// Tenant files as teams keep them: what is not ours is left alone, and keywords are replaced as auth0-deploy-cli does.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRequire } from 'node:module'
import { loadEnvironment } from '../../scripts/tenant/environment.ts'
import { parseTenantFile, readTenantFile } from '../../scripts/tenant/tenant-file.ts'
import { parseTenantSource } from '../../scripts/tenant/tenant-source.ts'
import { formatProblem } from '../../scripts/terminal/user-error.ts'

// It asks questions, which nobody does here, and Jest cannot load it.
jest.mock('@clack/prompts', () => ({}))

const fromHere = createRequire(__filename)
const { keywordReplace } = fromHere('auth0-deploy-cli/lib/tools/utils.js') as {
  keywordReplace: (text: string, mappings: object) => string
}
const { load } = fromHere('js-yaml') as { load: (text: string) => unknown }

const TENANTS = 'tests/support/team-tenants'
const OURS = `
  - name: Step-up
    code: ./dist/step-up.js
    runtime: node22
    deployed: true
    supported_triggers: [{ id: post-login, version: v3 }]`
const BOUND = '{ action_name: Step-up, display_name: Step-up }'
const MISSING =
  'our Action is missing: none has the code `./dist/step-up.js`\n  add `{ name: Step-up, code: ./dist/step-up.js, runtime: node22, deployed: true, supported_triggers: [{ id: post-login, version: v3 }] }`'
const BIND = `and \`${BOUND}\` to \`triggers.post-login\``

const textOf = (tenant: string) => readFileSync(`${TENANTS}/${tenant}/tenant.yaml`, 'utf8')
const mappingsOf = (name: string): Record<string, unknown> => {
  const text = readFileSync(`${TENANTS}/keywords/config/${name}.json`, 'utf8')
  return (JSON.parse(text) as { AUTH0_KEYWORD_REPLACE_MAPPINGS: Record<string, unknown> })
    .AUTH0_KEYWORD_REPLACE_MAPPINGS
}

/** The same file with our Action and its binding before what it has. */
const withOurs = (text: string) =>
  text
    .replace(/^actions:/m, `actions:${OURS}`)
    .replace('  post-login:\n', `  post-login:\n    - ${BOUND}\n`)

describe('a whole tenant file of a team', () => {
  // prettier-ignore
  test.each([
    ['whole-export', `${TENANTS}/whole-export/tenant.yaml:204:3: ${MISSING} to \`actions\`, ${BIND}`, `${TENANTS}/whole-export/tenant.yaml: left alone, as not ours: 21 sections (rules, rulesConfigs, hooks, pages, databases, connections, emailProvider, emailTemplates, guardianFactorProviders, guardianFactorTemplates, guardianPhoneFactorSelectedProvider, guardianPhoneFactorMessageTypes, roles, branding, prompts, organizations, attackProtection, riskAssessment, logStreams, customDomains, themes); 3 Actions (Add loyalty tier, Deny blocked countries, Stamp machine tokens); 3 bindings (post-login: Deny blocked countries, post-login: Add loyalty tier, credentials-exchange: Stamp machine tokens)`],
    ['directory',    `${TENANTS}/directory: ${MISSING} as JSON in \`actions/Step-up.json\`, ${BIND}`,  `${TENANTS}/directory: left alone, as not ours: 3 sections (attack-protection, database-connections, roles); 3 Actions (Consent banner, Role claims, Text message gateway); 3 bindings (post-login: Role claims, post-login: Consent banner, send-phone-message: Text message gateway)`],
    ['old-step-up',  `${TENANTS}/old-step-up/tenant.yaml:2:3: ${MISSING} to \`actions\`, ${BIND}`,     `${TENANTS}/old-step-up/tenant.yaml: left alone, as not ours: 1 section (roles); 2 Actions (Greeting, Challenge for payouts); 2 bindings (post-login: Challenge for payouts, post-login: Greeting)`],
    ['no-factors',   `${TENANTS}/no-factors/tenant.yaml:45:10: ${MISSING} to \`actions\`, ${BIND}`,    undefined],
  ])('%s lacks our Action, and is otherwise right', (tenant, problem, note) => {
    const path = tenant === 'directory' ? `${TENANTS}/directory` : `${TENANTS}/${tenant}/tenant.yaml`
    const { problems, notes } = readTenantFile(path, { keywords: {} })
    expect(problems.map(formatProblem)).toEqual([problem])
    expect(notes).toEqual(note === undefined ? [] : [note])
  })

  test('with our Action in it only that, its binding and our sections are read', () => {
    const text = withOurs(textOf('whole-export'))
    const { tenantFile, problems } = parseTenantFile('tenant.yaml', text, { keywords: {} })
    expect(problems).toEqual([])
    expect(Object.keys(tenantFile ?? {}).toSorted()).toEqual([
      'actions',
      'clientGrants',
      'clients',
      'guardianFactors',
      'guardianPolicies',
      'resourceServers',
      'tenant',
      'triggers',
    ])
    expect(tenantFile?.actions.map(({ name }) => name)).toEqual(['Step-up'])
    expect(tenantFile?.triggers).toEqual({
      'post-login': [{ action_name: 'Step-up', display_name: 'Step-up' }],
    })
  })

  // prettier-ignore
  test.each([
    ['a misspelt section',                  (text: string) => `${text}databses: []\n`,                                                                 'tenant.yaml:255:1: unknown key `databses`\n  did you mean `databases`?'],
    ['a misspelt field behind other Actions', (text: string) => text.replace('name: Step-up\n', 'name: Step-up\n    runtme: node22\n'), 'tenant.yaml:205:5: unknown key `runtme` in `actions[0]`\n  did you mean `runtime`?'],
  ])('%s is a mistake with its place', (_name, change, expected) => {
    const text = change(
      withOurs(textOf('whole-export')),
    )
    const { problems, notes } = parseTenantFile('tenant.yaml', text, { keywords: {} })
    expect(problems.map(formatProblem)).toEqual([expected])
    expect(notes.join('\n')).not.toContain('databses')
  })

  test('a mistake in our Action stands where it stands in the list of all', () => {
    const text = `actions:
  - { name: Theirs, code: ./theirs.js, anything: goes }
  - { name: Step-up, code: ./dist/step-up.js, runtime: nod22, deployed: true, supported_triggers: [{ id: post-login, version: v3 }] }
triggers:
  post-login: [{ action_name: Theirs, display_name: Theirs }, ${BOUND}]
`
    const { problems } = parseTenantFile('tenant.yaml', text, { keywords: {} })
    expect(problems.map(formatProblem)).toEqual([
      'tenant.yaml:3:56: `actions[1].runtime` cannot be `"nod22"`',
    ])
  })

  test('our Action is known by its code from the folder of the file, too', () => {
    const folder = mkdtempSync(join(tmpdir(), 'elsewhere-'))
    const text = `actions:${OURS.replace('./dist/step-up.js', join(process.cwd(), 'dist/step-up.js'))}
triggers:
  post-login: [${BOUND}]
`
    writeFileSync(join(folder, 'tenant.yaml'), text)
    const { problems } = readTenantFile(join(folder, 'tenant.yaml'), { keywords: {} })
    rmSync(folder, { recursive: true })
    expect(problems).toEqual([])
  })

  test('a directory is read with our Action in it, and a mistake stands in its own file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'directory-'))
    cpSync(`${TENANTS}/directory`, folder, { recursive: true })
    const action = {
      ...{ name: 'Step-up', code: './dist/step-up.js', runtime: 'node22', deployed: true },
      supported_triggers: [{ id: 'post-login', version: 'v3' }],
    }
    writeFileSync(join(folder, 'actions/Step-up.json'), JSON.stringify(action))
    const triggers = { 'post-login': [{ action_name: 'Step-up', display_name: 'Step-up' }] }
    writeFileSync(join(folder, 'triggers/triggers.json'), JSON.stringify(triggers))
    const { tenantFile, declaredScopes } = readTenantFile(folder, { keywords: {} })
    expect(tenantFile?.clients?.map(({ name }) => name)).toEqual([
      'Nightly export',
      'Patient portal',
    ])
    expect([...(declaredScopes?.get('https://records.loomside.example') ?? [])]).toEqual([
      'read:record',
      'book:appointment',
      'export:record',
      'delete:record',
    ])
    writeFileSync(join(folder, 'clients/Oops.json'), '{\n  "name": "Oops",\n  "calbacks": []\n}')
    const { problems } = readTenantFile(folder, { keywords: {} })
    rmSync(folder, { recursive: true })
    expect(problems.map((each) => formatProblem(each).replace(`${folder}/`, ''))).toEqual([
      'clients/Oops.json:3:3: unknown key `calbacks` in `clients[1]`\n  did you mean `callbacks`?',
    ])
  })

  test('a folder that is no export is refused', () => {
    const { problems } = readTenantFile('tests/support/policy-pairs', { keywords: {} })
    expect(problems.map(formatProblem)).toEqual([
      'tests/support/policy-pairs: no directory export of auth0-deploy-cli in this folder\n  expected folders such as `actions`, `resource-servers`, `clients`, `grants`, `guardian/factors`',
    ])
    const yaml = readTenantFile('tests/support/team-tenants/whole-export', { keywords: {} })
    expect(yaml.problems.map(formatProblem)).toEqual([
      'tests/support/team-tenants/whole-export: no directory export of auth0-deploy-cli in this folder\n  a YAML export is named as a file: `tests/support/team-tenants/whole-export/tenant.yaml`',
    ])
  })
})

describe('keywords', () => {
  test.each(['dev', 'prod'])(
    'of every type are what auth0-deploy-cli makes of them, %s',
    (name) => {
      const mappings = mappingsOf(name)
      const { content, unresolved } = parseTenantSource('t.yaml', textOf('keywords'), mappings)
      expect(content).toEqual(load(keywordReplace(textOf('keywords'), mappings)))
      expect(unresolved).toEqual([])
    },
  )

  test('a value may name another that comes later', () => {
    const mappings = {
      URL: 'https://##HOST##/x',
      LIST: ['##HOST##', '@@DEEP@@'],
      DEEP: [1],
      HOST: 'h',
    }
    const text = 'a: ##URL##\nb: @@LIST@@\nc: "@@DEEP@@"\n'
    const { content } = parseTenantSource('t.yaml', text, mappings)
    expect(content).toEqual(load(keywordReplace(text, mappings)))
  })

  test('of values that hold what a replacement would take for a pattern', () => {
    const mappings = { PRICE: "$& $1 $'" }
    const { content } = parseTenantSource('t.yaml', 'a: ##PRICE##', mappings)
    expect(content).toEqual({ a: "$& $1 $'" })
  })

  test('without a value are told once each, with the file where it belongs, and with nothing that follows', () => {
    const text = withOurs(textOf('keywords'))
    const { STAGE, ACCOUNTS_API, ...keywords } = mappingsOf('dev')
    const { problems, notes } = parseTenantFile('tenant.yaml', text, {
      keywords,
      file: 'config/environments/dev.json',
    })
    expect(STAGE).toBe('dev')
    expect(ACCOUNTS_API).toBe('https://accounts.dev.tallowford.example')
    expect(problems.map(formatProblem)).toEqual([
      expect.stringMatching(
        /^tenant\.yaml:3:11: no value for the keyword `STAGE`\n {2}add it to `keywords` in config\/environments\/dev\.json; /,
      ),
      expect.stringMatching(
        /^tenant\.yaml:4:17: no value for the keyword `ACCOUNTS_API`\n {2}add it to `keywords` in config\/environments\/dev\.json; /,
      ),
    ])
    expect(notes).toEqual([
      'tenant.yaml: left alone, as not ours: 1 section (databases); 1 Action (tariff-claims); 1 binding (post-login: tariff-claims)',
    ])
  })

  test('in what is left alone need no value', () => {
    const text = `attackProtection: { captcha: { secret: '##SECRET##' } }
actions:${OURS}
  - { name: Theirs, code: ./theirs.js, secrets: [{ name: A, value: ##SECRET## }] }
triggers:
  post-login: [${BOUND}]
`
    expect(parseTenantFile('tenant.yaml', text, { keywords: {} }).problems).toEqual([])
  })

  test('need no value where no environment is named, and nothing is made of what depends on them', () => {
    const text = withOurs(textOf('keywords'))
    const { tenantFile, problems, notes, declaredScopes } = parseTenantFile('tenant.yaml', text, {
      keywords: {},
      mayLackValues: true,
    })
    expect(problems).toEqual([])
    expect(notes).toEqual([
      'tenant.yaml: left alone, as not ours: 1 section (databases); 1 Action (tariff-claims); 1 binding (post-login: tariff-claims)',
      'tenant.yaml: what depends on STAGE, ACCOUNTS_API, OFFLINE_ACCESS, TOKEN_SECONDS, APP_URLS, APP_METADATA, APP_URL, OIDC_CONFORMANT, REFRESH_TOKEN, BILLING_SCOPES, SMS, LOCALES, SESSION_HOURS is not judged: the keywords have no value without `--env`',
    ])
    expect([...(declaredScopes ?? [])]).toEqual([
      ['##ACCOUNTS_API##', new Set(['read:usage', 'change:tariff', 'refund:payment'])],
    ])
    expect(tenantFile).toMatchObject({
      resourceServers: [],
      clientGrants: [],
      guardianFactors: [{ name: 'otp', enabled: true }],
      tenant: {},
    })
    expect(tenantFile?.clients?.map((client) => Object.keys(client))).toEqual([
      [
        'name',
        'app_type',
        'description',
        'grant_types',
        'jwt_configuration',
        'token_endpoint_auth_method',
      ],
      ['name', 'app_type', 'grant_types', 'oidc_conformant', 'token_endpoint_auth_method'],
    ])
  })

  test('positions are those of the file as it is written', () => {
    const text = `actions:${OURS}
triggers:
  post-login: [${BOUND}]
tenant: { friendly_name: '##NAME##', colour: blue }
`
    const { problems } = parseTenantFile('tenant.yaml', text, {
      keywords: { NAME: 'a name that is much longer than its keyword' },
    })
    expect(problems.map(({ where }) => where)).toEqual([
      { file: 'tenant.yaml', line: 9, column: 38 },
    ])
  })

  test('a line of the kind `##Section##` is a comment', () => {
    const text = `##Actions##
actions:${OURS}
triggers:
  post-login: [${BOUND}] # bound as ##NAME##
`
    expect(parseTenantFile('tenant.yaml', text, { keywords: {} }).problems).toEqual([])
  })

  test('aliases and merge keys are read as auth0-deploy-cli reads them', () => {
    const text = `rules: [&a { name: x }, *a]
actions:${OURS}
triggers:
  post-login: [${BOUND}]
clients:
  - &base { name: One, app_type: spa }
  - { <<: *base, name: Two }
`
    const { tenantFile, problems } = parseTenantFile('tenant.yaml', text, { keywords: {} })
    expect(problems).toEqual([])
    expect(tenantFile?.clients).toEqual([
      { name: 'One', app_type: 'spa' },
      { name: 'Two', app_type: 'spa' },
    ])
  })

  test.each(['a: *nowhere', 'a: &a [*a]'])('an alias that leads nowhere is refused: %s', (text) => {
    expect(() => parseTenantFile('tenant.yaml', text, { keywords: {} })).toThrow(
      'tenant.yaml: its aliases cannot be followed',
    )
  })
})

test('a configuration of auth0-deploy-cli is no environment, and is told what it is', () => {
  expect(() => loadEnvironment('dev', `${TENANTS}/keywords/config`)).toThrow(
    new Error(
      `${TENANTS}/keywords/config/dev.json:1:1: this is a configuration of auth0-deploy-cli, and no environment
  its \`AUTH0_DOMAIN\` belongs in \`domain\`, and its \`AUTH0_KEYWORD_REPLACE_MAPPINGS\` into \`keywords\`; \`npm run init -- --from TENANT_FILE --config ${TENANTS}/keywords/config/dev.json\` writes such an environment`,
    ),
  )
})
