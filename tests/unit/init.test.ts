// What `init` writes, finds and asks, without a tenant.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parse } from 'yaml'
import { renderInit } from '../../scripts/init/render-init.ts'
import { runInit } from '../../scripts/init/run-init.ts'
import { yamlText } from '../../scripts/init/yaml-text.ts'
import { parsePolicy } from '../../scripts/policy/load.ts'
import { readTenantFile } from '../../scripts/tenant/tenant-file.ts'
import type { Terminal } from '../../scripts/terminal/command.ts'

const TENANTS = resolve('tests/support/team-tenants')
const startFolder = process.cwd()
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'init-'))
  process.chdir(folder)
  writeFileSync('package-lock.json', '{}')
})
afterEach(() => {
  process.chdir(startFolder)
  rmSync(folder, { recursive: true })
})

/** A terminal at which somebody gives these answers; nobody, where there are none. */
function terminalWith(answers: readonly string[] = []) {
  const asked: string[] = []
  const left = [...answers]
  const terminal: Terminal = {
    env: {},
    interrupted: new AbortController().signal,
    result: () => undefined,
    note: () => undefined,
    progress: () => undefined,
    paint: (_style, text) => text,
    ask: (question) => {
      asked.push(question)
      return Promise.resolve(left.shift())
    },
  }
  return { terminal, asked }
}

/** A tenant file of a team, in which no section that `init` looks for is missing. */
function writeTheirs(text: string): void {
  const missing = ['actions', 'resourceServers'].filter((section) => !text.includes(section))
  writeFileSync('theirs.yaml', [text, ...missing.map((section) => `${section}: []`)].join('\n'))
}

const init = (flags: Readonly<Record<string, string>>) => runInit(flags, terminalWith().terminal)
const from = (name: string) => join(TENANTS, name, name === 'directory' ? '' : 'tenant.yaml')
const read = (file: string) => readFileSync(file, 'utf8')

test('an older step-up Action is named with what it mentions, and rules are proposed for that', async () => {
  const { olderStepUps, rules } = await init({ from: from('old-step-up') })
  expect(olderStepUps).toEqual([
    {
      action: 'Challenge for payouts',
      isBound: true,
      scopes: ['withdraw:pension'],
      acrs: ['http://schemas.openid.net/pape/policies/2007/06/multi-factor'],
      others: [],
    },
  ])
  expect(rules.map(({ id, because }) => [id, because])).toEqual([
    ['withdraw-pension', 'The Action "Challenge for payouts" names this scope, and asks for MFA.'],
    ['change-bank-account', 'Its name looks high-value: `change:`.'],
    [
      'multi-factor',
      'The Action "Challenge for payouts" asks for MFA where an app asks for this acr value.',
    ],
  ])
})

test('configurations of auth0-deploy-cli beside the file become environments, with the keywords that are used', async () => {
  const { environments, remarks } = await init({ from: from('keywords') })
  expect([environments, remarks]).toEqual([['dev', 'prod'], []])
  expect(JSON.parse(read('config/environments/prod.json'))).toEqual({
    domain: 'tallowford.eu.auth0.com',
    position: 'last',
    keywords: { STAGE: 'prod', ACCOUNTS_API: 'https://accounts.tallowford.example' },
  })
  expect(read('config/step-up.policy.yaml')).toContain("audience: '##ACCOUNTS_API##'")
})

test('the tenant file holds our Action, its binding, and names and scopes of the APIs that matter', async () => {
  await init({ from: from('whole-export') })
  expect(parse(read('tenant.yaml'))).toEqual({
    actions: [
      {
        name: 'Step-up',
        code: './dist/step-up.js',
        runtime: 'node22',
        deployed: true,
        supported_triggers: [{ id: 'post-login', version: 'v3' }],
      },
    ],
    triggers: { 'post-login': [{ action_name: 'Step-up', display_name: 'Step-up' }] },
    resourceServers: [
      {
        name: 'Brindlewick Savings API',
        identifier: 'https://savings.brindlewick.example',
        scopes: ['read:pots', 'create:pots', 'withdraw:pots', 'close:account'].map((value) => ({
          value,
        })),
      },
    ],
  })
})

test('it says what it left out and why', async () => {
  const { leftOut, remarks } = await init({ from: from('whole-export') })
  expect(leftOut.slice(0, 3)).toEqual([
    {
      what: 'Branch kiosks (urn:brindlewick:kiosks)',
      why: 'none of its scopes looks high-value',
    },
    {
      what: 'Auth0 My Account API (https://brindlewick.eu.auth0.com/me/)',
      why: "it is Auth0's own, and need not be there; anyone who can enrol a factor with it passes every later step-up, so see `own-factors` in docs/policy.md",
    },
    {
      what: 'Action "Add loyalty tier"',
      why: 'not ours, so it is left alone, and its binding too',
    },
  ])
  const sections = new Map(leftOut.map(({ what, why }) => [what, why]))
  expect(
    ['guardianFactors', 'tenant', 'attackProtection'].map((what) => sections.get(what)),
  ).toEqual([
    'left alone, except for what you add to the tenant file',
    'left alone, except for what you add to the tenant file',
    'never touched by a deploy',
  ])
  expect(remarks).toEqual([
    'Branch kiosks (urn:brindlewick:kiosks): its tokens are signed with HS256, a secret that is shared: each API that verifies one can also make one.',
  ])
})

const LISTS = `resourceServers:
  - { name: Ledger, identifier: urn:ledger, scopes: @@LEDGER@@ }
  - { name: Cards, identifier: urn:cards, scopes: [{ value: read:cards }, { value: '##BLOCK##' }] }
`
const configOf = (domain: string, mappings: object) =>
  JSON.stringify({ AUTH0_DOMAIN: domain, AUTH0_KEYWORD_REPLACE_MAPPINGS: mappings })

test('scopes behind keywords without a value are not taken for everyday ones', async () => {
  writeTheirs(LISTS)
  const { leftOut, remarks } = await init({ from: 'theirs.yaml', domain: 'a.eu.auth0.com' })
  expect(leftOut).toEqual([
    { what: 'Ledger (urn:ledger)', why: 'not all of its scopes are known' },
    { what: 'Cards (urn:cards)', why: 'not all of its scopes are known' },
  ])
  const tell = (api: string, keyword: string) =>
    `${api}: nobody looked at the scopes behind ${keyword}, whose values are not known for each tenant. Name a configuration that has them by \`--config\`, or write the scopes into the tenant file, and rules for them.`
  expect(remarks).toEqual([
    tell('Ledger (urn:ledger)', 'LEDGER'),
    tell('Cards (urn:cards)', 'BLOCK'),
  ])
})

test('scopes are those of every configuration, and it says where these differ', async () => {
  writeTheirs(LISTS)
  const lists = [[{ value: 'read:ledger' }], [{ value: 'read:ledger' }, { value: 'close:ledger' }]]
  writeFileSync('dev.json', configOf('d.auth0.com', { BLOCK: 'write:cards', LEDGER: lists[0] }))
  writeFileSync('prod.json', configOf('p.auth0.com', { BLOCK: 'block:cards', LEDGER: lists[1] }))
  const { rules, remarks } = await init({ from: 'theirs.yaml' })
  expect(rules.map(({ id }) => id)).toEqual(['close-ledger', 'write-cards'])
  expect(remarks).toEqual([
    'Ledger (urn:ledger): its scopes differ by configuration (close:ledger is of prod). The files have all of them, so a deploy adds to each tenant those that it lacks.',
    'Cards (urn:cards): its scopes differ by configuration (write:cards is of dev, block:cards is of prod). The files have all of them, so a deploy adds to each tenant those that it lacks.',
  ])
})

test('what was not there to be looked at is told', async () => {
  writeFileSync('theirs.yaml', 'clients: []\nrules: [{ name: mfa }]\n')
  const { remarks } = await init({ from: 'theirs.yaml', domain: 'a.eu.auth0.com' })
  expect(remarks).toEqual([
    'There is no `resourceServers`, so nobody looked for scopes.',
    'There is no `actions`, so nobody looked for an Action that demands MFA already, or that has the name of ours.',
    '`rules`: nobody looked into them, and a rule may demand MFA as well.',
  ])
})

test('what a keyword puts in the place of a list or an API is told', async () => {
  writeTheirs('resourceServers: [@@API@@]\nactions: @@ACTIONS@@\n')
  const { remarks } = await init({ from: 'theirs.yaml', domain: 'a.eu.auth0.com' })
  expect(remarks).toEqual([
    '`resourceServers`: nobody looked at what is behind API.',
    '`actions`: nobody looked at what is behind ACTIONS.',
  ])
})

// prettier-ignore
test.each<[string, Record<string, string>, Record<string, string>]>([
  ['the one of its name',                { env: 'dev', domain: 'x.auth0.com' },          { API: 'urn:dev' }],
  ['the one of its domain',              { env: 'live', domain: 'p.auth0.com' },         { API: 'urn:prod' }],
  ['none, where no one says it is its',  { env: 'staging', domain: 's.auth0.com' },      {}],
  ['the one that is named',              { env: 'staging', domain: 's.auth0.com', config: 'prod.json' }, { API: 'urn:prod' }],
])('the values of an environment come from %s', async (_name, flags, expected) => {
  writeTheirs("resourceServers: [{ name: A, identifier: '##API##', scopes: [{ value: 'pay:bill' }] }]")
  writeFileSync('dev.json', configOf('d.auth0.com', { API: 'urn:dev' }))
  writeFileSync('prod.json', configOf('p.auth0.com', { API: 'urn:prod' }))
  const { remarks } = await init({ from: 'theirs.yaml', ...flags })
  const file = `config/environments/${flags['env'] ?? ''}.json`
  const { keywords = {} } = JSON.parse(read(file)) as { keywords?: object }
  const isMissing = Object.keys(expected).length === 0
  expect([keywords, remarks]).toEqual([expected, isMissing ? [`${file} lacks API: add them to its \`keywords\`.`] : []])
})

// prettier-ignore
test.each([
  ['an ES module',         "export const onExecutePostLogin = async (event, api) => api.multifactor.enable('any')", 'it is no JavaScript'],
  ['a mistake in it',      "exports.onExecutePostLogin = async (event, api) => { api.multifactor.enable('any')",    'it is no JavaScript'],
  ['a handler elsewhere',  "Object.assign(exports, require('./shared'))",                                         'its handler is not a function that is written out in it'],
])('an Action with %s is not passed over: nobody can tell whether it demands MFA', async (_name, code, why) => {
  writeFileSync('theirs.js', code)
  writeTheirs('actions: [{ name: Theirs, code: ./theirs.js, supported_triggers: [{ id: post-login }] }]')
  const { remarks, olderStepUps } = await init({ from: 'theirs.yaml', domain: 'a.eu.auth0.com' })
  expect([olderStepUps, remarks]).toEqual([[], [`Action "Theirs": nobody can tell whether it demands MFA, and for what, as ${why}.`]])
})

test('what an older step-up names and no API has is told, too', async () => {
  writeFileSync(
    'theirs.js',
    "exports.onExecutePostLogin = async (event, api) => { if (['pay:bill', 'adjust:ledger', '##SCOPE##', 'https://x/y', 'any'].includes(event.transaction.requested_scopes[0])) api.multifactor.enable('any') }",
  )
  writeTheirs(
    "actions: [{ name: Theirs, code: ./theirs.js }]\nresourceServers: [{ identifier: 'urn:a', scopes: [{ value: 'pay:bill' }] }]",
  )
  const initialized = await init({ from: 'theirs.yaml', domain: 'a.eu.auth0.com' })
  expect(renderInit(initialized, terminalWith().terminal)).toContain(
    '  Action "Theirs", not bound: names pay:bill; and adjust:ledger, ##SCOPE##, which no API here has\n',
  )
})

test('what it proposes can be built: an API without a name, scopes that no rule can name, APIs of Auth0 by a keyword', async () => {
  writeTheirs(`resourceServers:
  - { identifier: 'urn:a', scopes: [{ value: 'pay:bill' }, { value: 'admin:*' }] }
  - { name: Odd, identifier: 'urn:b', scopes: [{ value: 'delete:ü' }] }
  - { name: Me, identifier: 'https://##DOMAIN##/me/', scopes: [{ value: 'delete:me:authentication_methods' }] }
  - { name: API, identifier: '##API##', scopes: [{ value: 'delete:users' }] }
`)
  writeFileSync('prod.json', configOf('p.auth0.com', { API: 'https://p.auth0.com/api/v2/' }))
  const { rules, leftOut, remarks } = await init({ from: 'theirs.yaml' })
  expect(rules.map(({ protects }) => protects)).toEqual(['pay:bill on urn:a'])
  expect(leftOut.map(({ what, why }) => [what, why.split(';')[0]])).toEqual([
    ['Odd (urn:b)', 'no policy can name those of its scopes that look high-value'],
    ['Me (https://##DOMAIN##/me/)', "it is Auth0's own, and need not be there"],
    ['API (##API##)', "it is Auth0's own, and need not be there"],
  ])
  expect(remarks).toEqual(
    [
      ['admin:*', 'urn:a (urn:a)'],
      ['delete:ü', 'Odd (urn:b)'],
    ].map(
      ([scope, api]) =>
        `\`${scope}\` of ${api} looks high-value, and no policy can name it: a rule names scopes in full, in ASCII without \`*\`, blanks and quotes. Give it another name, and that one a rule.`,
    ),
  )
  const { problems, declaredScopes } = readTenantFile('tenant.yaml', { keywords: {} })
  expect(problems).toEqual([])
  parsePolicy('p.yaml', read('config/step-up.policy.yaml'), { declaredScopes })
})

test('a later environment is named by no workflow that stays, and it says so', async () => {
  writeTheirs('clients: []\n')
  await init({ from: 'theirs.yaml', env: 'dev', domain: 'd.auth0.com' })
  const { kept, remarks } = await init({ from: 'theirs.yaml', env: 'prod', domain: 'p.auth0.com' })
  const workflows = kept.filter((file) => file.startsWith('.github'))
  expect(remarks).toEqual(
    workflows.map(
      (file) =>
        `${file} was there and stays, and this version would write another one. It does nothing for prod. Move it away, run \`init\` again, and compare.`,
    ),
  )
  for (const file of workflows) rmSync(file)
  const again = await init({ from: 'theirs.yaml', env: 'prod', domain: 'p.auth0.com' })
  expect([again.written, again.remarks]).toEqual([workflows, []])
  for (const file of workflows) expect(read(file)).toContain("tenant: ['dev', 'prod']")
})

// prettier-ignore
test.each([
  ['its own tarball',     { 'auth0-step-up': 'file:auth0-step-up-0.1.0.tgz' },    []],
  ['a registry',          { 'auth0-step-up': '^0.1.0' },                          []],
  ['a tarball elsewhere', { 'auth0-step-up': 'file:../auth0-step-up-0.1.0.tgz' }, ['package.json takes auth0-step-up from `../auth0-step-up-0.1.0.tgz`, which is outside of the repository: the workflows cannot install it.']],
])('a project that has the package from %s', async (_name, dependencies, expected) => {
  writeTheirs('clients: []')
  writeFileSync('package.json', JSON.stringify({ dependencies }))
  expect((await init({ from: 'theirs.yaml', domain: 'a.auth0.com' })).remarks).toEqual(expected)
})

test('a project that has the package for development only is told that the workflows leave it out', async () => {
  writeTheirs('clients: []')
  writeFileSync('package.json', '{ "devDependencies": { "auth0-step-up": "^0.1.0" } }')
  expect((await init({ from: 'theirs.yaml', domain: 'a.auth0.com' })).remarks).toEqual([
    'package.json has auth0-step-up in `devDependencies`, which the workflows do not install: move it to `dependencies`.',
  ])
})

test('a project without the package is told that its workflows need it', async () => {
  rmSync('package-lock.json')
  writeTheirs('clients: []')
  expect((await init({ from: 'theirs.yaml', domain: 'a.auth0.com' })).remarks).toEqual([
    'The workflows install the package by `npm ci`: there has to be a package.json that names auth0-step-up, with its package-lock.json.',
  ])
})

test('a policy that stays is held to the scopes that look high-value now', async () => {
  const api = (...scopes: readonly string[]) =>
    JSON.stringify({
      actions: [],
      resourceServers: [
        { name: 'A', identifier: 'urn:a', scopes: scopes.map((value) => ({ value })) },
      ],
    })
  writeTheirs(api('pay:bill'))
  await init({ from: 'theirs.yaml', domain: 'a.auth0.com' })
  writeTheirs(api('pay:bill', 'close:account', 'read:bill'))
  const { remarks, rules } = await init({ from: 'theirs.yaml', domain: 'a.auth0.com' })
  expect([rules, remarks]).toEqual([
    [],
    [
      'close:account of A (urn:a) looks high-value, and config/step-up.policy.yaml, which stays, has no rule for it.',
    ],
  ])
})

test('an environment that stays is judged by what it says', async () => {
  writeTheirs(
    "resourceServers: [{ name: A, identifier: '##API##', scopes: [{ value: 'pay:bill' }] }]",
  )
  const file = 'config/environments/prod.json'
  mkdirSync('config/environments', { recursive: true })
  writeFileSync(file, '{ "domain": "p.auth0.com", "keywords": { "API": "urn:a" } }')
  const same = await init({ from: 'theirs.yaml', env: 'prod', domain: 'p.auth0.com' })
  const other = await init({ from: 'theirs.yaml', env: 'prod', domain: 'o.auth0.com' })
  expect([same.remarks, other.remarks]).toEqual([
    [],
    [`${file} was there and stays: its domain is not \`o.auth0.com\`.`],
  ])
})

test('a folder inside of a repository and of a project is told what that means', async () => {
  mkdirSync('infra/auth0', { recursive: true })
  mkdirSync('.git')
  writeTheirs('clients: []\n')
  await init({ from: 'theirs.yaml', domain: 'a.auth0.com' })
  process.chdir('infra/auth0')
  const { remarks } = await init({ from: '../../theirs.yaml', domain: 'a.auth0.com' })
  expect(remarks).toEqual([
    '../.. has a policy already: commands in this folder go by the one here, those above it by that one.',
    'GitHub runs no workflow from here: move those files to .github/workflows in ../.., and give each `defaults: { run: { working-directory: infra/auth0 } }`.',
  ])
})

test('no file is written over: a second run writes nothing', async () => {
  const first = await init({ from: from('whole-export') })
  const texts = first.written.map(read)
  const second = await init({ from: from('directory'), env: 'brindlewick', domain: 'b.auth0.com' })
  expect([second.written, second.kept]).toEqual([[], first.written])
  expect(first.written.map(read)).toEqual(texts)
})

test('a whole export that is tenant.yaml already stays, and ours has another name, which the environments know', async () => {
  const export_ = read(from('whole-export'))
  writeFileSync('tenant.yaml', export_)
  const { written } = await init({ from: 'tenant.yaml' })
  expect(written).toContain('step-up.tenant.yaml')
  expect(read('tenant.yaml')).toBe(export_)
  for (const name of ['sandbox', 'brindlewick']) {
    expect(JSON.parse(read(`config/environments/${name}.json`))).toMatchObject({
      tenantFile: 'step-up.tenant.yaml',
    })
  }
})

test('our Action gets a name that no other has, or no deploy would go through', async () => {
  writeFileSync(
    'theirs.yaml',
    'actions: [{ name: Step-up, code: ./nowhere.js }]\ntriggers: { post-login: [] }\n',
  )
  const { remarks } = await init({ from: 'theirs.yaml' })
  expect(read('tenant.yaml')).toContain('  - name: Step-up policy\n')
  expect(remarks).toContain(
    'Action "Step-up": its code is missing here, so init did not look into it.',
  )
})

test('where nothing looks high-value the policy is valid all the same', async () => {
  writeFileSync('theirs.yaml', 'clients: []\n')
  await init({ from: 'theirs.yaml' })
  const { rules } = parsePolicy('p.yaml', read('config/step-up.policy.yaml'), {
    declaredScopes: new Map(),
  })
  expect(rules.map(({ id }) => id)).toEqual(['multi-factor'])
})

test('names that YAML would take for something else come back as they were', async () => {
  const names = ['yes', '12', 'a: b', '# c', "it's", '- d', 'e #f', '&g', '{h}', 'i\nj', ' k ', '']
  expect(names.map((name) => parse(`x: ${yamlText(name)}`) as unknown)).toEqual(
    names.map((x) => ({ x })),
  )
  const server = { name: 'a\n# b: c', identifier: "urn:it's", scopes: [{ value: 'delete:it' }] }
  writeFileSync('theirs.yaml', JSON.stringify({ resourceServers: [server] }))
  await init({ from: 'theirs.yaml' })
  const { problems, declaredScopes } = readTenantFile('tenant.yaml', { keywords: {} })
  expect([problems, [...(declaredScopes ?? [])]]).toEqual([
    [],
    [["urn:it's", new Set(['delete:it'])]],
  ])
  parsePolicy('p.yaml', read('config/step-up.policy.yaml'), { declaredScopes })
})

test('on a terminal it asks for what it is not told, and nothing else', async () => {
  const { terminal, asked } = terminalWith([from('directory'), 'loomside.eu.auth0.com'])
  const { environments } = await runInit({}, terminal)
  expect(asked).toEqual([
    'Tenant file, or export directory, to start from: ',
    'Domain of the tenant, such as acme.eu.auth0.com (or nothing): ',
  ])
  expect(environments).toEqual(['loomside'])
})

// prettier-ignore
test.each<[string, Record<string, string>, string]>([
  ['nothing to start from',        {},                                                     '--from: nothing to start from\n  name a tenant.yaml or an export directory of auth0-deploy-cli, or the living tenant by `--env NAME --domain DOMAIN`'],
  ['a file that is not there',     { from: 'nowhere.yaml' },                               'nowhere.yaml: file cannot be read\n  does it exist?'],
  ['a tenant without a domain',    { env: 'prod' },                                        '--env: the domain of `prod` is not known\n  name it with `--domain`, or a tenant file or directory with `--from`'],
  ['a URL as domain',              { from: from('no-factors'), domain: 'https://a.auth0.com' }, '--domain: `https://a.auth0.com` is no domain of a tenant\n  expected one without `https://`, such as `acme.eu.auth0.com`'],
  ['the sandbox as environment',   { from: from('no-factors'), env: 'sandbox' },           '--env: `sandbox` is the tenant on this machine, which `init` always writes, and which has no domain\n  choose another name for yours'],
  ['a path as environment',        { from: from('no-factors'), env: '../x' },              '--env: `../x` is no name for an environment\n  expected letters, digits and hyphens'],
  ['a file that is no configuration', { from: from('no-factors'), config: from('no-factors') }, `${from('no-factors')}: no configuration of auth0-deploy-cli\n  expected JSON with \`AUTH0_DOMAIN\` or \`AUTH0_KEYWORD_REPLACE_MAPPINGS\``],
])('%s is refused where nobody can be asked, and nothing is written', async (_name, flags, expected) => {
  await expect(init(flags)).rejects.toThrow(new Error(expected))
  expect(readdirSync('.')).toEqual(['package-lock.json'])
})

test('nothing that is written is of the example', async () => {
  const { written } = await init({ from: from('whole-export') })
  expect(written.map(read).join('\n')).not.toMatch(/fabrikam/i)
})

interface Job {
  readonly if?: string
  readonly env?: Readonly<Record<string, string>>
  readonly strategy?: { readonly matrix: { readonly tenant: readonly string[] } }
  readonly permissions: object
  readonly 'timeout-minutes'?: number
  readonly steps: readonly {
    readonly if?: string
    readonly run?: string
    readonly uses?: string
    readonly with?: Readonly<Record<string, unknown>>
  }[]
}

const WORKFLOWS = '.github/workflows'

function jobsWritten(): readonly (readonly [name: string, job: Job])[] {
  return readdirSync(WORKFLOWS).flatMap((file) => {
    const workflow = parse(read(join(WORKFLOWS, file))) as {
      permissions: object
      jobs: Record<string, Job>
    }
    expect(workflow.permissions).toEqual({})
    return Object.entries(workflow.jobs).map(([job, one]) => [`${file} ${job}`, one] as const)
  })
}

describe('the workflows that it writes', () => {
  const own = `github.event.pull_request.head.repo.full_name == github.repository && github.actor != 'dependabot[bot]'`

  test('are YAML, and each job may do what it has to, in a private repository too', async () => {
    await init({ from: from('keywords') })
    expect(jobsWritten().map(([name, { permissions }]) => [name, permissions])).toEqual([
      ['step-up-main.yml plan', { contents: 'read' }],
      ['step-up-main.yml deploy', { contents: 'read' }],
      ['step-up-nightly.yml verify', { contents: 'read' }],
      [
        'step-up-pull-request.yml check',
        { contents: 'read', actions: 'read', 'security-events': 'write' },
      ],
      ['step-up-pull-request.yml plan', { contents: 'read' }],
      ['step-up-pull-request.yml comment', { 'pull-requests': 'write' }],
    ])
  })

  test('touch no tenant until the repository says so, and give a stranger no secret', async () => {
    await init({ from: from('keywords') })
    const withSecrets = jobsWritten().filter(([, job]) => JSON.stringify(job).includes('secrets.'))
    expect(withSecrets.map(([name, job]) => [name, job.if])).toEqual([
      ['step-up-main.yml plan', "${{ vars.DEPLOYS == 'on' }}"],
      ['step-up-main.yml deploy', undefined], // needs: plan
      ['step-up-nightly.yml verify', "${{ vars.DEPLOYS == 'on' }}"],
      ['step-up-pull-request.yml plan', `\${{ vars.DEPLOYS == 'on' && ${own} }}`],
    ])
  })

  test('upload findings only where GitHub takes them', async () => {
    await init({ from: from('keywords') })
    const uploads = jobsWritten().flatMap(([, { steps }]) =>
      steps.filter(({ uses }) => uses?.includes('upload-sarif')),
    )
    expect(uploads.map((step) => step.if)).toEqual([
      `\${{ !cancelled() && ${own} && (!github.event.repository.private || vars.CODE_SCANNING == 'on') }}`,
    ])
  })

  test('look at every environment in every job', async () => {
    await init({ from: from('keywords') })
    const looking = jobsWritten().filter(([name]) => !name.endsWith(' comment'))
    expect(looking.map(([, job]) => [job.strategy?.matrix.tenant, job.env])).toEqual(
      Array.from({ length: 5 }, () => [['dev', 'prod'], { TENANT: '${{ matrix.tenant }}' }]),
    )
  })

  test('write nothing into the work tree, put nothing of others into a script, pin what they use, and end', async () => {
    await init({ from: from('keywords') })
    for (const [name, { steps, 'timeout-minutes': minutes }] of jobsWritten()) {
      const scripts = steps.flatMap(({ run = [] }) => run)
      const outputs = scripts.flatMap(
        (script) => script.match(/(?:> |--(?:out|html|sarif|markdown) )\S+/g) ?? [],
      )
      const uses = steps.flatMap((step) => step.uses ?? [])
      expect([name, minutes]).toEqual([name, expect.any(Number)])
      expect(outputs.filter((one) => !/"\$(?:RUNNER_TEMP|GITHUB_STEP_SUMMARY)/.test(one))).toEqual(
        [],
      )
      expect(scripts.filter((script) => script.includes('${{'))).toEqual([])
      // Without `--no` npm fetches what is not installed, whoever has the name, and runs it with the credentials.
      expect(scripts.filter((script) => /npx (?!--no -- )/.test(script))).toEqual([])
      expect(uses.filter((one) => !/^[\w/-]+@[0-9a-f]{40}$/.test(one))).toEqual([])
    }
  })

  test('without an environment they check what there is', async () => {
    writeFileSync('theirs.yaml', 'clients: []\n')
    await init({ from: 'theirs.yaml' })
    expect(jobsWritten().map(([name]) => name)).toEqual([
      'step-up-pull-request.yml check',
      'step-up-pull-request.yml comment',
    ])
    expect(read(join(WORKFLOWS, 'step-up-pull-request.yml'))).not.toMatch(/TENANT|matrix/)
  })

  // prettier-ignore
  test.each<[string, Record<string, number>, number, string, readonly string[]]>([
    ['all is well',               {},                     0, 'diff\naudit\n', ['diff HEAD^1 --env prod', 'audit --env prod']],
    ['something gets weaker',     { diff: 2 },            0, 'diff\naudit\n', ['diff HEAD^1 --env prod', 'audit --env prod']],
    ['no diff can be made',       { diff: 1 },            1, '',              ['diff HEAD^1 --env prod']],
    ['the audit finds an error',  { audit: 2 },           2, 'diff\naudit\n', ['diff HEAD^1 --env prod', 'audit --env prod']],
    ['there was no policy before', { 'cat-file': 1 },     0, 'audit\n',       ['audit --env prod']],
  ])('the steps of a pull request, where %s', async (_name, codes, ends, summary, ran) => {
    await init({ from: from('keywords') })
    const steps = jobsWritten().find(([name]) => name.endsWith('request.yml check'))?.[1].steps ?? []
    const stub = (name: string, text: string) => writeFileSync(name, `#!/bin/sh\n${text}`, { mode: 0o755 })
    const cases = Object.entries(codes).map(([name, code]) => `${name}) exit ${code};;`).join(' ')
    stub('git', `case "$1" in ${cases} esac\n`)
    stub('npx', `shift 3\necho "$@" | sed 's/ --\\(sarif\\|markdown\\).*//' >> ran\nwhile [ $# -gt 1 ]; do if [ "$1" = --markdown ]; then echo "$COMMAND" > "$2"; fi; if [ -z "$COMMAND" ]; then COMMAND=$1; fi; shift; done\ncase "$COMMAND" in ${cases} esac\n`)
    writeFileSync('summary', '')
    const scripts = steps.flatMap(({ run = [] }) => run).filter((run) => /diff|audit/.test(run))
    const env = { PATH: `${process.cwd()}:${process.env['PATH'] ?? ''}`, RUNNER_TEMP: process.cwd(), GITHUB_STEP_SUMMARY: 'summary', TENANT: 'prod' }
    const statuses: (number | null)[] = []
    for (const script of scripts) {
      if (statuses.at(-1)) break
      statuses.push(spawnSync('bash', ['--norc', '-e', '-c', script], { env }).status)
    }
    expect([statuses.at(-1), read('summary'), read('ran').trim().split('\n')]).toEqual([ends, summary, ran])
  })

  describe('the comment on a pull request', () => {
    const PLACE = 'repos/acme/bank/issues'
    const ALL = {
      'check-dev/diff.md': 'less',
      'plan-dev/plan.txt': '+ action',
      'check-dev/audit.md': 'clean',
    }
    const ALL_SAID = `<!-- step-up -->

### check-dev/diff.md


less


### plan-dev/plan.txt

\`\`\`\`
+ action
\`\`\`\`

### check-dev/audit.md


clean

`
    async function comment(files: Readonly<Record<string, string>>, ofUs = '') {
      await init({ from: from('keywords') })
      const steps = jobsWritten().find(([name]) => name.endsWith(' comment'))?.[1].steps ?? []
      for (const [file, text] of Object.entries(files)) {
        mkdirSync(dirname(join('said', file)), { recursive: true })
        writeFileSync(join('said', file), text)
      }
      const answer = `case "$*" in *--paginate*) echo "${ofUs}" ;; *) echo "$@" >> "$RUNNER_TEMP/called" ;; esac`
      writeFileSync('gh', `#!/bin/sh\n${answer}\n`, { mode: 0o755 })
      writeFileSync('called', '')
      const RUNNER_TEMP = process.cwd()
      const { status, stderr } = spawnSync(
        'bash',
        ['--norc', '-e', '-c', steps.at(-1)?.run ?? ''],
        {
          encoding: 'utf8',
          env: {
            PATH: `${RUNNER_TEMP}:${process.env['PATH'] ?? ''}`,
            RUNNER_TEMP,
            GH_REPO: 'acme/bank',
            NUMBER: '7',
          },
        },
      )
      expect([status, stderr]).toEqual([0, ''])
      return read('called').replaceAll(`${RUNNER_TEMP}/`, '')
    }

    test('has the diff, the plan and the audit of each environment', async () => {
      expect(await comment(ALL)).toBe('pr comment 7 --body-file comment.md\n')
      expect(read('comment.md')).toBe(ALL_SAID)
    })

    test('takes the place of the last one of ours, and of no other', async () => {
      expect(await comment(ALL, '42')).toBe(
        `api --silent --method PATCH ${PLACE}/comments/42 --field body=@comment.md\n`,
      )
    })

    test('fits into what GitHub takes, and is text where it is cut', async () => {
      const long = Object.fromEntries(Object.keys(ALL).map((file) => [file, 'ü'.repeat(50_000)]))
      await comment(long)
      const text = read('comment.md')
      expect([text.length < 65_536, text.length > 29_000, text.includes('\ufffd')]).toEqual([
        true,
        true,
        false,
      ])
    })

    test('is not made where nothing can be said', async () => {
      expect(await comment({})).toBe('')
    })
  })
})
