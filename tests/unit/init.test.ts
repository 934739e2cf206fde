// What `init` writes, finds and asks, without a tenant.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
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
  ['a path as environment',        { from: from('no-factors'), env: '../x' },              '--env: `../x` is no name for an environment\n  expected letters, digits and hyphens'],
  ['a file that is no configuration', { from: from('no-factors'), config: from('no-factors') }, `${from('no-factors')}: no configuration of auth0-deploy-cli\n  expected JSON with \`AUTH0_DOMAIN\` or \`AUTH0_KEYWORD_REPLACE_MAPPINGS\``],
])('%s is refused where nobody can be asked, and nothing is written', async (_name, flags, expected) => {
  await expect(init(flags)).rejects.toThrow(new Error(expected))
  expect(readdirSync('.')).toEqual([])
})

test('nothing that is written is of the example', async () => {
  const { written } = await init({ from: from('whole-export') })
  expect(written.map(read).join('\n')).not.toMatch(/fabrikam/i)
})

test('workflows are YAML, and each job may do what it has to', async () => {
  await init({ from: from('keywords') })
  const folderOf = '.github/workflows'
  const jobs = readdirSync(folderOf).flatMap((file) => {
    const workflow = parse(read(join(folderOf, file))) as {
      permissions: object
      jobs: Record<string, { permissions: object; steps: { run?: string }[] }>
    }
    expect(workflow.permissions).toEqual({})
    return Object.entries(workflow.jobs).map(([job, { permissions }]) => [file, job, permissions])
  })
  expect(jobs).toEqual([
    ['step-up-main.yml', 'plan', { contents: 'read' }],
    ['step-up-main.yml', 'deploy', { contents: 'read' }],
    ['step-up-nightly.yml', 'verify', { contents: 'read' }],
    ['step-up-pull-request.yml', 'check', { contents: 'read', 'security-events': 'write' }],
    ['step-up-pull-request.yml', 'plan', { contents: 'read' }],
  ])
})
