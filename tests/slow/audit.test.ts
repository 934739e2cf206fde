// The audit as a user runs it: what it prints, what it writes, and how it ends.
import { copyProject } from '../support/cli.ts'
import { ACTION_ONLY, startDeploying } from '../support/deploying.ts'
import { HIGH_VALUE_WORDS } from '../support/high-value-words.ts'
import { sarifProblems } from '../support/sarif-schema.ts'

const project = copyProject()
afterAll(() => project.remove())

/** What differs with the time and the depth of the check, replaced. */
const settled = (text: string): string =>
  text
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/, 'NOW')
    .replace(/\b[0-9a-f]{64}\b/g, 'SHA256')
    .replace(/\d+ bytes/, 'N bytes')
    .replace(/\b[\d,]+ cases/g, 'N cases')
    .replace(/[\d.]+ % of/g, 'N % of')
    .replace(/(?<=classes of values: ).*/, 'FIELDS.')
    .replace(/(?<= {2}run by {7}).*/, 'WHO')
    .replace(/(?<= {2}commit {7}).*/, 'COMMIT')
    .replace(/(  Limit: .*\n)+/, '  Limit: LIMITS.\n')

test('the Fabrikam policy audits clean, and every report is written', async () => {
  const reports = ['--markdown', 'audit.md', '--sarif', 'audit.sarif', '--html', 'audit.html']
  const { code, stdout, stderr } = await project.run('audit', ['--quick', ...reports])
  expect({ code, stderr, stdout: settled(stdout) }).toEqual({
    code: 0,
    stderr: '',
    stdout: FABRIKAM,
  })
  expect(sarifProblems(JSON.parse(project.read('audit.sarif')))).toEqual([])
  expect(project.read('audit.md')).toMatch(/^### Step-up audit of <code>sandbox<\/code>: clean/)
  expect(project.read('audit.html')).toMatch(/^<!doctype html>/)
})

test('--json prints the value that the text was rendered from', async () => {
  const { code, stdout, stderr } = await project.run('audit', ['--quick', '--json'])
  expect({ code, stderr, audit: JSON.parse(stdout) as unknown }).toMatchObject({
    code: 0,
    stderr: '',
    audit: {
      version: 2,
      environment: 'sandbox',
      tenant: { kind: 'tenant-file', file: 'tenant.yaml' },
      deployed: { state: 'not-looked-at' },
      verdict: {
        outcome: 'clean',
        headline: '1 scope and 1 acr value protected in every flow',
        violations: 0,
        errors: 0,
        warnings: 0,
        notes: 8,
        accepted: 0,
      },
    },
  })
})

test('--at judges as of a day: what is over now was not over then', async () => {
  const policyFile = 'config/step-up.policy.yaml'
  const policy = project.read(policyFile)
  const report =
    '    report: { until: 2020-02-01, reason: x, approvedBy: R. Lead, ticket: SEC-12 }\n'
  project.write(policyFile, policy.replace(/(?<=  - id: transfer-funds\n)/, report))
  const audit = async (...flags: string[]) => {
    const { stdout } = await project.run('audit', ['--quick', '--json', ...flags])
    const { at, findings } = JSON.parse(stdout) as {
      readonly at: string
      readonly findings: { readonly open: readonly { readonly code: string }[] }
    }
    const codes = findings.open.map(({ code }) => code).filter((code) => code !== 'part-not-seen')
    return { at, codes }
  }
  expect(await audit('--at', '2020-01-01')).toEqual({
    at: '2020-01-01T00:00:00.000Z',
    codes: ['rule-not-enforced'],
  })
  expect(await audit('--at', '2020-01-31T12:00Z')).toEqual({
    at: '2020-01-31T12:00:00.000Z',
    codes: ['rule-not-enforced', 'report-ends-soon'],
  })
  expect(await audit()).toMatchObject({ codes: ['report-ended'] })
  project.write(policyFile, policy)
})

test('--json shows every character of a name, and is read as the same name', async () => {
  const tenantFile = project.read('tenant.yaml')
  project.write(
    'tenant.yaml',
    tenantFile.replaceAll('read:accounts', '"read:\\u202estnuocca\\u009b"'),
  )
  const { stdout } = await project.run('audit', ['--quick', '--json'])
  project.write('tenant.yaml', tenantFile)
  expect(stdout).toContain('"scope": "read:\\u202estnuocca\\u009b"')
  expect(stdout).not.toMatch(/[\u007f-\u009f\u202e]/)
  const { coverage } = JSON.parse(stdout) as { readonly coverage: readonly object[] }
  expect(coverage).toMatchObject([{ scope: 'read:\u202estnuocca\u009b' }, {}])
})

test('reports that cannot be written are told before anything is checked or written', async () => {
  const reports = ['--markdown', 'first.md', '--sarif', 'config', '--html', 'no/a.html']
  expect(await project.run('audit', ['--env', 'missing', ...reports])).toEqual({
    code: 1,
    stdout: '',
    stderr: `--sarif: \`config\` cannot be written: it is a folder
  name a file in a folder that exists, and that you may write
--html: \`no/a.html\` cannot be written: its folder does not exist
  name a file in a folder that exists, and that you may write
`,
  })
  expect(() => project.read('first.md')).toThrow('ENOENT')
})

// prettier-ignore
test.each([
  ['two depths',                ['--quick', '--full'],
    '--quick: cannot be used with `--full`\n  choose one of them, or neither for the whole check\n'],
  ['one file for two reports',  ['--quick', '--sarif', 'a.out', '--html', 'config/../a.out'],
    '--html: `config/../a.out` is the file of `--sarif` already\n  name another one, or one result would overwrite the other\n'],
  ['days that there are not',   ['--quick', '--at', '2026-02-30'],
    '--at: cannot be `2026-02-30`\n  write a time as `2026-11-24T12:00:00Z`, or a day\n'],
])('%s are refused before anything is checked or written', async (_name, flags, stderr) => {
  expect(await project.run('audit', ['--env', 'missing', ...flags])).toEqual({ code: 1, stdout: '', stderr })
  expect(() => project.read('a.out')).toThrow('ENOENT')
})

test('--tenant looks at the tenant: nothing is deployed there, then the bundle is', async () => {
  const tenant = await startDeploying({})
  try {
    tenant.project.write('tenant.yaml', ACTION_ONLY.tenantFile)
    tenant.project.write('config/step-up.policy.yaml', ACTION_ONLY.policy('salaries'))
    const audit = async () => {
      const { code, stdout, stderr } = await tenant.run('audit', '--tenant', '--quick', '--json')
      const { deployed, tenant: from } = JSON.parse(stdout) as Record<string, object>
      return { code, stderr, state: (deployed as { state: string }).state, from }
    }
    const from = { kind: 'tenant', domain: tenant.sandbox.domain }
    expect(await audit()).toEqual({ code: 2, stderr: '', state: 'missing', from })
    await tenant.deploy()
    expect(await audit()).toMatchObject({ stderr: '', state: 'same', from })
    expect(await tenant.writes()).toEqual([])
  } finally {
    await tenant.stop()
  }
})

const FABRIKAM = `clean as far as the files tell: 1 scope and 1 acr value protected in every flow; 0 violations, 0 errors, 0 warnings, 8 notes, 0 accepted, in N cases (a quick look, no proof)
  environment  sandbox
  tenant       as tenant.yaml describes it
  as of        NOW
  run by       WHO
  commit       COMMIT
  policy       config/step-up.policy.yaml, SHA-256 of its bytes SHA256
               SHA-256 of what it says SHA256
  bundle       N bytes, version 0.1.0, SHA-256 SHA256
  engine       release 0.1.0 (SHA-256 SHA256)
  deployed     not looked at; audit the tenant itself with --tenant

Findings
  note  Not looked at: it is not in the file (part-not-seen)
    tenant.yaml lists some resource servers; the tenant may have more, which were not looked at
    tenant.yaml lists some clients; the tenant may have more, which were not looked at
    tenant.yaml does not mention client grants, so nothing was concluded about it
    tenant.yaml lists some MFA factors; the tenant may have more, which were not looked at
    tenant.yaml does not mention the MFA policy, so nothing was concluded about it
    tenant.yaml does not mention the login experience, so nothing was concluded about it
    tenant.yaml lists some Actions bound to post-login; the tenant may have more, which were not looked at
    tenant.yaml does not mention the code that is deployed now, so nothing was concluded about it
    → audit the tenant itself with \`--tenant\`
    https://auth0.com/docs/deploy-monitor/deploy-cli-tool/resource-specific-documentation

Coverage
  1 of 2 scopes protected, 0 without a rule although they look high-value, 1 everyday
  https://banking.fabrikam.example                              protected by transfer-funds                            transfer:funds
  https://banking.fabrikam.example                              everyday: no rule, and no high-value word in its name  read:accounts
  http://schemas.openid.net/pape/policies/2007/06/multi-factor  protected by salary-page                               acr value
  ${HIGH_VALUE_WORDS}

What happens in each flow
                                                           transfer-funds               salary-page
  Browser login                                            challenged: any factor       challenged: any factor
                                                           who has none may set one up  who has none may set one up
  SAML login                                               –                            challenged: any factor
                                                                                        who has none may set one up
  WS-Federation login                                      –                            challenged: any factor
                                                                                        who has none may set one up
  Silent login (\`prompt=none\`)                             login_required               login_required
  Refresh token                                            scope removed                –
  Password                                                 scope removed                denied
  Legacy resource owner                                    scope removed                denied
  Device code                                              scope removed                denied
  Token exchange                                           scope removed                denied
  CIBA                                                     scope removed                denied
  Legacy resource owner by JWT bearer                      scope removed                denied
  Legacy social access token                               scope removed                denied
  WebAuthn grant                                           scope removed                denied
  WS-Trust                                                 –                            denied
  Token exchange in an organization                        scope removed                denied
  A protocol that is not known                             scope removed                denied
  Acting for the user, in every flow except refresh token  scope removed                denied
  Acting for the user: refresh token                       scope removed                –
  Client credentials                                       grants not looked at         –

About the flows
  Each cell is what the policy comes to, at its weakest; the bundle was run on the events of every cell and did the same.
  “May set one up”: a stolen password is enough to enrol a factor where there is none. Email counts as a factor, but nobody can enrol it.
  Clients and organizations that an exception names have rows of their own; where these say “as everybody”, the rows above hold.
  Client credentials run no post-login Action: only a client grant decides.
  A refresh answers no acr value, and client credentials have no user; SAML, WS-Federation and WS-Trust carry no OAuth scopes: their cells have a dash.

The policy in plain language
  transfer:funds on https://banking.fabrikam.example (transfer-funds)
    On a page in a browser: only after MFA by any factor at every request; a user without one sets one up.
    In a silent login (\`prompt=none\`): answered with \`login_required\`.
    In every flow without a browser and for whoever acts for somebody else: scope removed.
  http://schemas.openid.net/pape/policies/2007/06/multi-factor (salary-page)
    On a page in a browser: only after MFA by any factor at every request; a user without one sets one up.
    In a silent login (\`prompt=none\`): answered with \`login_required\`.
    By refresh token: no acr value is answered, as the ID token of a refresh tells nothing about MFA.
    By every grant and protocol without a browser but refresh tokens and for whoever acts for somebody else except by refresh token: denied.

Every way to a token, what becomes of a protected scope there, and who has it
  Authorization code, also with PKCE, pushed (PAR) or hybrid  in a browser: challenged as the rules say  Fabrikam Web App, Fabrikam Single-Page App, of those that were seen
  Silent login (\`prompt=none\`)                                in a browser: challenged as the rules say  every client
  Refresh token, also online and multi-resource               no browser: answered as the rules say      Fabrikam Web App, Fabrikam Single-Page App, of those that were seen
  Agent with an identity of its own                           as the way that it uses                    every client
  In no client that was seen: Implicit; SAML, WS-Federation and WS-Trust (no scopes; acr rules alone); Embedded login (cross-origin), which ends in a browser; Google One Tap (FedCM) on the login page; Native to Web (session transfer), which ends in a browser; Delegated session, in which nobody can be challenged; Password, also with a realm; Device code; CIBA: by push, or by a link (which ends in a browser); Embedded passwordless; Native passkey; Native social login; Custom token exchange; On-behalf-of token exchange; Cross App Access (an assertion of another identity provider); Legacy: password, assertion and social token; Legacy: delegation; MFA grants: one-time password, out of band, recovery code; Client credentials; Anonymous session; Token Vault (another provider's token)

Checked in N cases
  transfer-funds  N cases, N % of combinations
  salary-page     N cases, N % of combinations
  A quick look: every flow, and on top of it one field at a time. It is no proof; leave out --quick for the whole check.
  Read by the code, and varied, with how many classes of values: FIELDS.
  One instance went through 2,000 logins, each of another client, organization and user.
  The engine is a released one, byte for byte: that it keeps no state and reads nothing but the event and the time was read in its code before the release.
  Limit: LIMITS.
  Every case was also judged by a second reading of the policy that shares no code with the Action.

Invariants, and in how many cases each was judged
  never-throws                         N cases
  no-protected-scope-without-mfa       N cases
  refresh-never-inherits-a-step-up     N cases
  challenge-insists-on-listed-factors  N cases
  deny-enrols-nobody                   N cases
  challenge-before-enrolment           N cases
  nothing-unprotected-is-disturbed     N cases
  at-most-four-challenges              N cases
  remembered-browser-never-counts      N cases
  agrees-with-reference                N cases
  adding-a-scope-never-weakens         N cases
  denial-says-nothing-private          N cases
  log-says-nothing-private             N cases
  reads-only-what-is-varied            N cases
  same-event-same-calls                N cases

What no audit sees, and who keeps it safe
  An Action after ours that calls \`multifactor.enable('none')\` or adds a scope  the owner of the trigger: bind ours last
  Client credentials: no user, so no post-login and no MFA                      client grants: never grant a high-value scope to a machine
  Anonymous sessions, Cross App Access, delegation: no Action is documented     the clients and grants: \`npm run audit\` names them
  My Account and other APIs of Auth0's own that no rule names                   the policy: the rule in docs/policy.md; client grants
  An API that authorises by \`permissions\` instead of \`scope\`                    the API: RBAC permissions ignore what was requested
  A token used twice, or stolen                                                 the API: short lifetime, and \`express/\` for single use
  An acr value dropped or swapped on the way: it is in the address bar          the app: \`requireStepUp(rule)\` of \`express/\`, never \`amr\`
  A stolen password on an account without any factor                            the policy: \`deny\` in all rules; the tenant: not "Always"
  A SAML or WS-Fed app: no ID token to check                                    its developers: an API or an OpenID Connect app instead
  A recovery code, and how factors are enrolled and reset                       the tenant's settings and its help desk

clean as far as the files tell: 1 scope and 1 acr value protected in every flow; 0 violations, 0 errors, 0 warnings, 8 notes, 0 accepted, in N cases (a quick look, no proof)
`
