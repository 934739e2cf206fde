import { ACTION_ONLY, normalized, startDeploying, type Deploying } from '../support/deploying.ts'

let tenant: Deploying
beforeAll(async () => {
  tenant = await startDeploying({})
  tenant.project.write('config/step-up.policy.yaml', ACTION_ONLY.policy('salary-page'))
})
afterAll(() => tenant.stop())

type Env = Readonly<Record<string, string>>
type Change = (env: Env) => Env

const without =
  (...names: string[]): Change =>
  (env) =>
    Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)))

// prettier-ignore
test.each<[string, readonly string[], Change, string]>([
  ['an unknown environment', ['--env', 'tset'], (env) => env,
    '--env: no environment `tset` in config/environments\n  did you mean `test`?\n'],
  ['the template of an environment', ['--env', 'example'], (env) => env,
    'config/environments/example.json:2:13: `domain` cannot be `"YOUR-TENANT.eu.auth0.com"`\n  expected: the domain of the tenant without `https://`, such as `acme.eu.auth0.com`\n'],
  ['an unknown flag', ['--environment', 'test'], (env) => env,
    'deploy: unknown flag `--environment`\n  did you mean `--env`?\n'],
  ['missing credentials', ['--env', 'test'], without('AUTH0_CLIENT_ID', 'AUTH0_CLIENT_SECRET'),
    'no credentials for `localhost:PORT`: `AUTH0_CLIENT_ID` and `AUTH0_CLIENT_SECRET` not set\n  set `AUTH0_CLIENT_ID` and `AUTH0_CLIENT_SECRET` or `AUTH0_CLIENT_SIGNING_KEY_PATH`, or `AUTH0_ACCESS_TOKEN`\n'],
  ['a wrong secret', ['--env', 'test'], (env) => ({ ...env, AUTH0_CLIENT_SECRET: 'wrong' }),
    '`localhost:PORT` refuses the client `CLIENT`: Unauthorized\n  check `AUTH0_CLIENT_ID` and `AUTH0_CLIENT_SECRET`, and that it may use the Management API\n'],
  ['a wrong token', ['--env', 'test'], (env) => ({ ...env, AUTH0_ACCESS_TOKEN: 'wrong' }),
    '`localhost:PORT` does not accept the access token: Invalid token\n  is it for this tenant, and still valid?\n'],
  ['another tenant in AUTH0_DOMAIN', ['--env', 'test'], (env) => ({ ...env, AUTH0_DOMAIN: 'acme.eu.auth0.com' }),
    'AUTH0_DOMAIN: domain is `acme.eu.auth0.com`, but the environment is for `localhost:PORT`\n  unset it, or choose the environment with `--env`\n'],
  ['a certificate that nobody vouches for', ['--env', 'test'], without('NODE_EXTRA_CA_CERTS'),
    'cannot reach `localhost:PORT` without a proxy: DEPTH_ZERO_SELF_SIGNED_CERT self-signed certificate\n  name a PEM file of the CA that vouches for it in `SSL_CERT_FILE` or `NODE_EXTRA_CA_CERTS`; running the same command again carries on where it stopped\n'],
])('%s is one clear error', async (_name, flags, change, stderr) => {
  const result = await tenant.project.run('deploy', flags, change(tenant.env))
  const said = normalized(result.stderr).replace(tenant.sandbox.clientId, 'CLIENT')
  expect({ ...result, stderr: said }).toEqual({ code: 1, stdout: '', stderr })
})

test('mistakes in every file are reported together, and nothing is sent', async () => {
  const { project } = tenant
  const before = project.read('tenant.yaml')
  project.write('tenant.yaml', `${before.replace('FABRIKAM_URL', 'FABRIKAM_URI')}\ntrigger: {}\n`)
  project.write('config/step-up.policy.yaml', ACTION_ONLY.policy('Salary'))
  const result = await tenant.deploy()
  project.write('tenant.yaml', before)
  project.write('config/step-up.policy.yaml', ACTION_ONLY.policy('salary-page'))
  expect(result).toEqual({
    code: 1,
    stdout: '',
    stderr: `tenant.yaml:61:9: no value for the keyword \`FABRIKAM_URI\`
  add it to \`keywords\` in config/environments/test.json; did you mean \`FABRIKAM_URL\`?
tenant.yaml:85:1: unknown key \`trigger\`
  did you mean \`triggers\`?
config/step-up.policy.yaml:3:9: \`rules[0].id\` cannot be \`"Salary"\`
  expected: the name of the rule in logs and findings: lower case, digits and hyphens
`,
  })
  expect(await tenant.sandbox.control.requests()).toEqual([])
})

test('missing Management API scopes are all named before anything is read', async () => {
  const { body } = await tenant.request(`GET /client-grants?client_id=${tenant.sandbox.clientId}`)
  const [grant] = body as { id: string; scope: string[] }[]
  if (grant === undefined) throw new Error('the client has no grant')
  const lacking = ['create:actions', 'update:clients', 'read:tenant_settings']
  const setScopes = (scope: string[]) =>
    tenant.request(`PATCH /client-grants/${grant.id}`, { scope })
  await setScopes(grant.scope.filter((scope) => !lacking.includes(scope)))
  const { code, stderr } = await tenant.deploy()
  await setScopes(grant.scope)
  expect([code, normalized(stderr)]).toEqual([
    1,
    'the credentials for `localhost:PORT` lack Management API scopes: `create:actions`, `update:clients`, `read:tenant_settings`\n  grant them to the application under APIs > Auth0 Management API\n',
  ])
})

test('a rate limit that does not pass is one clear error', async () => {
  await tenant.sandbox.control.faults({
    faults: [{ path: '/api/v2/guardian/factors', fault: { kind: 'status', status: 429 } }],
  })
  const { code, stderr } = await tenant.deploy()
  await tenant.sandbox.control.clearFaults()
  expect([code, normalized(stderr)]).toEqual([
    1,
    '`localhost:PORT` has reached its rate limit for the Management API\n  run the same command again in a minute: it carries on where it stopped\n',
  ])
  expect(await tenant.writes()).toEqual([])
})
