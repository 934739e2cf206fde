// What makes an audit evidence: the bytes, who ran it, what it cannot see, and what an earlier one said.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CANNOT_SEE } from '../../scripts/audit/cannot-see.ts'
import { provenanceOf } from '../../scripts/audit/record.ts'
import { renderText } from '../../scripts/audit/report/text.ts'
import { readEarlier, sinceThen } from '../../scripts/audit/since.ts'
import type { Acceptance } from '../../scripts/audit/findings/accepted.ts'
import { parseYaml } from '../../scripts/policy/yaml-source.ts'
import { parsePolicy } from '../../scripts/policy/load.ts'
import { badAudit } from '../support/bad-audit.ts'
import { BANKING } from '../support/event.ts'

// prettier-ignore
test.each([
  ['a person',        {}, undefined],
  ['GitHub Actions',  { GITHUB_ACTIONS: 'true', GITHUB_ACTOR: 'jane', GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'a/b', GITHUB_RUN_ID: '7' },
    { name: 'GitHub Actions', by: 'jane', url: 'https://github.com/a/b/actions/runs/7' }],
  ['GitLab',          { GITLAB_CI: 'true', GITLAB_USER_LOGIN: 'jane', CI_JOB_URL: 'https://gitlab.example/job/7' },
    { name: 'GitLab CI', by: 'jane', url: 'https://gitlab.example/job/7' }],
  ['Azure',           { TF_BUILD: 'True', BUILD_REQUESTEDFOR: 'Jane' }, { name: 'Azure Pipelines', by: 'Jane' }],
  ['Jenkins',         { JENKINS_URL: 'x', BUILD_URL: 'https://ci.example/7' }, { name: 'Jenkins', url: 'https://ci.example/7' }],
])('%s ran it, as the environment tells', async (_who, env, expected) => {
  expect((await provenanceOf(env)).pipeline).toEqual(expected)
})

test('which commit it was, or why that is not known', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-'))
  const repository = process.cwd()
  const git = (...args: string[]) => execFileSync('git', args, { stdio: 'ignore' })
  const told = () => provenanceOf({})
  try {
    process.chdir(folder)
    expect(await told()).toEqual({ noCommit: 'the folder is in no Git repository' })
    git('init')
    expect(await told()).toEqual({ noCommit: 'the repository has no commit yet' })
    writeFileSync('policy', '')
    git('add', 'policy')
    git(...['-c', 'user.name=a', '-c', 'user.email=a@b.example', 'commit', '-m', 'first'])
    expect((await told()).commit).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{40}$/) as string,
      isClean: true,
    })
    mkdirSync('dist')
    writeFileSync('dist/step-up.js', '')
    writeFileSync('dist/step-up.requirements.json', '')
    expect((await told()).commit).toMatchObject({ isClean: true })
    writeFileSync('dist/other', '')
    expect((await told()).commit).toMatchObject({ isClean: false })
    rmSync('dist/other')
    writeFileSync('other', '')
    expect((await told()).commit).toMatchObject({ isClean: false })
    const path = process.env['PATH']
    process.env['PATH'] = folder
    expect(await told()).toEqual({ noCommit: 'there is no Git' })
    process.env['PATH'] = path
  } finally {
    process.chdir(repository)
    rmSync(folder, { recursive: true })
  }
})

test('the policy file and what it says have each a digest of its own', () => {
  const changed = badAudit({ policyText: '# the same policy, laid out anew' })
  expect(changed.policy.dataSha256).toBe(badAudit().policy.dataSha256)
  expect(changed.policy.fileSha256).not.toBe(badAudit().policy.fileSha256)
})

test('SECURITY.md and every audit tell the same of what no audit sees', () => {
  const [, table = ''] = readFileSync('SECURITY.md', 'utf8').split(
    '## What it cannot see, and who must',
  )
  const rows = table
    .split('\n## ')[0]
    ?.split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) => line.split('|').map((each) => each.trim()))
  expect(rows?.map(([, what, who]) => ({ what, who }))).toEqual(CANNOT_SEE)
})

describe('compared with an earlier audit', () => {
  const folder = mkdtempSync(join(tmpdir(), 'since-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const written = (value: unknown) => {
    const file = join(folder, 'earlier.json')
    writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value))
    return file
  }

  test('what is new, resolved and still open is told', () => {
    const now = badAudit()
    const [first, ...others] = now.findings.open
    if (first === undefined) throw new Error('unreachable: it is a bad audit')
    const gone = { ...first, code: 'action-not-bound', subject: 'Step-up' }
    const earlier = readEarlier(
      written({ ...now, at: '2026-11-01T00:00:00.000Z', findings: { open: [gone, ...others] } }),
    )
    const since = sinceThen(now, earlier)
    expect(since).toMatchObject({
      at: '2026-11-01T00:00:00.000Z',
      fresh: [{ code: 'deployed-code-differs', subject: 'Step-up' }],
      resolved: [{ code: 'action-not-bound', subject: 'Step-up' }],
    })
    expect(since.stillOpen.map(({ code }) => code)).toEqual([
      'no-protected-scope-without-mfa',
      'by-key',
      ...others.map(({ code }) => code),
    ])
    expect(renderText(badAudit({ earlier }), (_style, text) => text)).toContain(
      `Since the last audit
  Since 2026-11-01 00:00 UTC: 1 new, 1 resolved, 7 still open
  new: deployed-code-differs of Step-up
  resolved: action-not-bound of Step-up
  still open: no-protected-scope-without-mfa of transfer-funds
  still open: by-key
`,
    )
  })

  // prettier-ignore
  test.each([
    ['no JSON',          'clean',                          /`.*` cannot be read as JSON: /],
    ['something else',   { version: 2, at: 'yesterday' },  /`.*` is not what `npm run audit -- --json` prints: at: /],
    ['an older version', { ...badAudit(), version: 1 },    /`.*` is not what `npm run audit -- --json` prints: version: expected 2\n/],
  ])('%s is refused', (_case, value, message) => {
    expect(() => readEarlier(written(value))).toThrow(message)
  })

  test('a file that is not there is refused', () => {
    expect(() => readEarlier('nowhere.json')).toThrow(
      new Error(
        '--since: `nowhere.json` cannot be read as JSON: there is no such file\n  name a file that `npm run audit -- --json` has printed',
      ),
    )
  })
})

/** An audit of a good tenant and a rule that is only reported, with these acceptances. */
function reportedAudit(accepted: readonly Omit<Acceptance, 'reason'>[]) {
  const withReasons = accepted.map((each) => ({
    ...each,
    ...{ reason: 'Everything is fine', approvedBy: 'R. Lead', ticket: 'SEC-1' },
  }))
  const text = `version: 1
rules:
  - id: transfer-funds
    reason: Moves money
    protects: { audience: ${BANKING}, scopes: [transfer:funds] }
    requires: { factors: any }
    report: { until: 2099-01-01, reason: Users enrol first, approvedBy: R. Lead, ticket: SEC-1 }
${accepted.length === 0 ? '' : `audit: ${JSON.stringify({ accepted: withReasons })}`}
`
  const declaredScopes = new Map([[BANKING, new Set(['transfer:funds'])]])
  const policy = parsePolicy('policy.yaml', text, { declaredScopes })
  const audit = badAudit()
  const { code, ...bundle } = { code: '// ours, but for a comment', ...audit.bundle }
  return badAudit({
    policyText: text,
    bundle: {
      ...{ ...bundle, code, policy, policyHash: 'a'.repeat(64), rules: [], keywords: [] },
      requirements: { version: 1, policy: '', audiences: {}, logins: {} },
    },
    facts: {
      ...{ source: { kind: 'tenant-file', file: 'tenant.yaml' } },
      ...{ resourceServers: { seen: 'nothing' }, clients: { seen: 'nothing' } },
      ...{ clientGrants: { seen: 'nothing' }, enabledFactors: { seen: 'nothing' } },
      ...{ mfaPolicy: { seen: 'nothing' }, customizeMfa: { seen: 'nothing' } },
      ...{ ourAction: { seen: 'nothing' }, flow: { seen: 'nothing' } },
      ...{ organizations: { seen: 'nothing' }, loginExperience: { seen: 'nothing' } },
    },
    exhaustive: { ...audit.exhaustive, combinations: 1, violations: [] },
    differences: 0,
    locate: parseYaml('policy.yaml', text).locate,
  })
}

test('a rule in report mode until 2099 with everything accepted is nowhere clean, nor green', () => {
  const { open } = reportedAudit([]).findings
  const all = open.map(({ code, subject }) => ({ finding: code, subject, expires: '2026-12-31' }))
  const audit = reportedAudit(all)
  expect(audit.verdict).toEqual({
    outcome: 'failed',
    headline: '1 scope issued without MFA; 1 rule not enforced until 2099-01-01',
    ...{ violations: 0, errors: 0, warnings: 0, notes: 0, accepted: open.length },
  })
  const text = renderText(audit, (style, marked) => `<${style}>${marked}</${style}>`)
  expect(text).not.toMatch(/<green>|clean/)
})
