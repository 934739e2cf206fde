import { ENRICH_PROFILE, normalized, startDeploying, type Deploying } from '../support/deploying.ts'
import { BANKING } from '../support/event.ts'
import { editStepUp, stepUpAction } from '../support/live-action.ts'
import { KEYWORDS, seedOfTenantFile } from '../support/seed.ts'

let tenant: Deploying
beforeAll(async () => {
  tenant = await startDeploying({ ...seedOfTenantFile(KEYWORDS), actions: [ENRICH_PROFILE] })
  await tenant.deploy()
})
afterAll(() => tenant.stop())

async function verify() {
  const { code, stdout, stderr } = await tenant.run('verify')
  return { code, stdout: normalized(stdout), stderr, writes: await tenant.writes() }
}

test('a tenant that is as the repository says is verified with GETs alone', async () => {
  expect(await verify()).toEqual({
    code: 0,
    stdout:
      'test (localhost:PORT) is as this repository says: deployed code, bindings, settings.\n',
    stderr: '',
    writes: [],
  })
})

const FORBIDDEN = {
  kind: 'status',
  status: 403,
  body: { message: 'Insufficient scope, expected any of: read:logs' },
}

interface Refused {
  readonly refusals: readonly object[]
}

type Drift = () => Promise<unknown>

const bankingId = async () => {
  const { body } = await tenant.request('GET /resource-servers')
  const servers = body as readonly { readonly id: string; readonly identifier: string }[]
  return servers.find(({ identifier }) => identifier === BANKING)?.id ?? ''
}
const edit: Drift = () =>
  editStepUp(tenant, '// auth0-step-up 0\nexports.onExecutePostLogin = async () => {}')
const bind =
  (...names: string[]): Drift =>
  () =>
    tenant.request('PATCH /actions/triggers/post-login/bindings', {
      bindings: names.map((name) => ({
        ref: { type: 'action_name', value: name },
        display_name: name,
      })),
    })
const bindBoth = bind('Enrich profile', 'Step-up')
const patchApi =
  (body: object): Drift =>
  async () =>
    tenant.request(`PATCH /resource-servers/${await bankingId()}`, body)

const everyScope = [
  { value: 'read:accounts', description: 'Read accounts and balances' },
  { value: 'transfer:funds', description: 'Transfer funds' },
]
const factor =
  (enabled: boolean): Drift =>
  () =>
    tenant.request('PUT /guardian/factors/otp', { enabled })
const customize =
  (isOn: boolean): Drift =>
  () =>
    tenant.request('PATCH /tenants/settings', { customize_mfa_in_postlogin_action: isOn })
const deploy: Drift = () => tenant.deploy()

// prettier-ignore
test.each<[string, Drift, Drift, string[]]>([
  ['the deployed code', edit, deploy,
    ['~ action Step-up', '    code: SHA → SHA']],
  ['the binding', bind('Enrich profile'), bindBoth,
    ['+ binding Step-up', '    post-login: Enrich profile, Step-up']],
  ['the order of the bindings', bind('Step-up', 'Enrich profile'), bindBoth,
    ['~ binding Step-up', '    post-login: Step-up, Enrich profile → Enrich profile, Step-up']],
  ['permissions in the access token', patchApi({ token_dialect: 'rfc9068_profile_authz' }), patchApi({ token_dialect: 'rfc9068_profile' }),
    ['~ resource server https://banking.fabrikam.example', '    token_dialect: rfc9068_profile_authz → rfc9068_profile']],
  ['a scope that is gone', patchApi({ scopes: everyScope.slice(0, 1) }), patchApi({ scopes: everyScope }),
    ['~ resource server https://banking.fabrikam.example', '    scope transfer:funds: none → Transfer funds']],
  ['a factor that is off', factor(false), factor(true),
    ['~ factor otp', '    enabled: false → true']],
  ['a setting of the tenant', customize(false), customize(true),
    ['~ tenant settings', '    customize_mfa_in_postlogin_action: false → true']],
])('drift is found in %s', async (_name, drift, mend, lines) => {
  await drift()
  const { code, stdout, writes } = await verify()
  await mend()
  const all = stdout.split('\n')
  const rest = all.slice(all.findIndex((line) => line.startsWith('Drift in ')) + 1)
  expect({ code, lines: rest.slice(0, rest.indexOf('')).map((line) => line.slice(2)), writes })
    .toEqual({ code: 2, lines, writes: [] })
})

// What is at stake, under what has lapsed.
const RULES = [
  'transfer-funds: transfer:funds on https://banking.fabrikam.example',
  'salary-page: acr http://schemas.openid.net/pape/policies/2007/06/multi-factor',
]

// prettier-ignore
test.each<[string, Drift, string[]]>([
  ['is not bound', bind('Enrich profile'), ['not bound: `Step-up` runs in no login, so whatever the rules protect is issued without step-up, unless another Action does the same; the tool that writes the list of bindings has to include it']],
  ['runs other code', edit, ['other code: `Step-up` runs code that this repository does not build; treat everything that the rules protect as unprotected']],
  ['runs other code in no login', async () => { await edit(); await bind('Enrich profile')() },
    ['other code: `Step-up` runs code that this repository does not build; treat everything that the rules protect as unprotected', 'not bound: `Step-up` runs in no login, so whatever the rules protect is issued without step-up, unless another Action does the same; the tool that writes the list of bindings has to include it']],
  ['is gone', async () => {
    await bind('Enrich profile')()
    const { id } = await stepUpAction(tenant.request)
    await tenant.request(`DELETE /actions/actions/${id}`)
  }, ['not deployed: no version of `Step-up` runs, so whatever the rules protect is issued without step-up, unless another Action does the same']],
])('an Action that %s is told first, and called unprotected', async (_name, drift, lines) => {
  await drift()
  const { code, stdout } = await verify()
  const json = await tenant.run('verify', '--json')
  await deploy()
  await bindBoth()
  const [title, ...rest] = stdout.split('\n')
  expect({ code, title, lines: rest.slice(0, rest.indexOf('')) }).toEqual({
    code: 2, title: 'Unprotected in test (localhost:PORT)', lines: [...lines, ...RULES].map((line) => `  ${line}`),
  })
  const { unprotected } = JSON.parse(json.stdout) as { readonly unprotected: readonly { why: string }[] }
  expect(unprotected.map(({ why }) => why.replace('-', ' '))).toEqual(lines.map((line) => line.split(':')[0]))
})

// tenant.yaml of the example names both; a file that names neither is no reason for silence.
test('factors that the rules need and the tenant has switched off are told', async () => {
  const { project, request } = tenant
  const file = project.read('tenant.yaml')
  const sections = file.indexOf('guardianFactors:')
  project.write('tenant.yaml', file.slice(0, sections))
  const put = (factor: string, enabled: boolean) =>
    request(`PUT /guardian/factors/${factor}`, { enabled })
  await put('otp', false)
  await put('webauthn-roaming', false)
  const { code, stdout, writes } = await verify()
  const { refusals } = JSON.parse((await tenant.run('verify', '--json')).stdout) as Refused
  await put('otp', true)
  await put('webauthn-roaming', true)
  project.write('tenant.yaml', file)
  expect({ code, stdout, writes, refusals: refusals.length }).toEqual({
    code: 2,
    stdout: `A deploy would stop here
  localhost:PORT: nobody could satisfy any rule: no factor is enabled that can be used on its own (enabled: \`recovery-code\`)
    enable one under \`guardianFactors\` in tenant.yaml, best \`webauthn-roaming\` or \`otp\`

test (localhost:PORT) is as this repository says: deployed code, bindings, settings. But its rules cannot be satisfied: see above.
`,
    writes: [],
    refusals: 1,
  })
})

test('the log of the tenant says when and by whom', async () => {
  await factor(false)()
  const { stdout } = await verify()
  await factor(true)()
  expect(stdout).toMatch(
    /Newest changes in the log of the tenant\n {2}20\d\d-\d\d-\d\d \d\d:\d\d:\d\d {2}Update a Guardian factor +by Sandbox deployer\n/,
  )
})

// prettier-ignore
test.each<[string, object, string]>([
  ['refuses',               { kind: 'status', status: 503 }, '`localhost:PORT` answered 503: The service is unavailable'],
  ['loses the connection',  { kind: 'drop' },                'cannot reach `localhost:PORT` without a proxy: UND_ERR_SOCKET other side closed'],
  ['wants another scope',   FORBIDDEN,                       'the credentials for `localhost:PORT` lack Management API scopes: `read:logs`'],
])('the drift is shown when the log of the tenant %s', async (_name, fault, reason) => {
  await factor(false)()
  await tenant.sandbox.control.faults({ faults: [{ path: '/api/v2/logs', fault }] })
  const { code, stdout, stderr } = await verify()
  const json = await tenant.run('verify', '--json')
  await tenant.sandbox.control.clearFaults()
  await factor(true)()
  expect({ code, stdout, stderr }).toEqual({
    code: 2,
    stdout: `Drift in test (localhost:PORT): what it is → what it should be
  ~ factor otp
      enabled: false → true

Newest changes in the log of the tenant
  not readable: ${reason}

1 to change. Bring it back with: npm run deploy -- --env test
`,
    stderr: '',
  })
  expect(JSON.parse(normalized(json.stdout))).toMatchObject({
    drift: [{ name: 'otp' }],
    logUnreadable: reason,
  })
})
