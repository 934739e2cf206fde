import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildBundle } from '../../scripts/policy/bundle.ts'
import { compilePolicy } from '../../scripts/policy/compile.ts'
import { loadPolicy, parsePolicy } from '../../scripts/policy/load.ts'
import { policyJsonSchema } from '../../scripts/policy/schema.ts'
import { BANKING, MULTI_FACTOR } from '../support/event.ts'
import { FABRIKAM } from '../support/policies.ts'

const SURROUNDINGS = {
  declaredScopes: new Map([
    [BANKING, new Set(['read:accounts', 'transfer:funds', 'close:account'])],
  ]),
  today: new Date('2026-11-24T12:00:00Z'),
}

const parse = (text: string) => parsePolicy('policy.yaml', text, SURROUNDINGS)

/** The message of the error that a text is refused with. */
function refusal(text: string): string {
  try {
    parse(text)
  } catch (error) {
    return (error as Error).message
  }
  return 'accepted'
}

/** A policy of one good rule, with some of its lines replaced or added. */
function ruleWith(changes: Readonly<Record<string, string>>): string {
  const lines = {
    id: 'id: transfer-funds',
    reason: 'reason: Moves money',
    protects: `protects: { audience: ${BANKING}, scopes: [transfer:funds] }`,
    requires: 'requires: { factors: any }',
    ...changes,
  }
  return ['version: 1', 'rules:', '  -', ...Object.values(lines).map((line) => `    ${line}`)].join(
    '\n',
  )
}

test('the shipped policy is accepted, with its defaults written out', () => {
  expect(compilePolicy(loadPolicy('config/step-up.policy.yaml', SURROUNDINGS))).toEqual(FABRIKAM)
})

test('every part of the language comes through', () => {
  const text = `
version: 1
claim: https://fabrikam.example/step_up
rules:
  - id: close-account
    reason: Final
    protects: { audience: ${BANKING}, scopes: [close:account, transfer:funds] }
    requires: { factors: [webauthn-roaming, otp], maxAge: 300 }
    whenConfidenceIsLow: { factors: [webauthn-roaming] }
    whenNotEnrolled: enroll
    withoutBrowser: { refreshTokens: deny, oauth2-device-code: remove, others: deny }
    exceptions:
      - { client: batch, reason: Nightly batch, expires: 2026-11-25 }
      - { organization: org_1, reason: Pilot, expires: 2027-01-31 }
  - id: salary-page
    reason: Salaries
    protects: { acr: '${MULTI_FACTOR}' }
    requires: { factors: any }
    withoutBrowser: { oauth2-password: challenge }
`
  expect(compilePolicy(parse(text))).toEqual({
    claim: 'https://fabrikam.example/step_up',
    rules: [
      {
        id: 'close-account',
        audience: BANKING,
        scopes: ['close:account', 'transfer:funds'],
        requires: { factors: ['webauthn-roaming', 'otp'], maxAgeSeconds: 300 },
        whenConfidenceIsLow: { factors: ['webauthn-roaming'], maxAgeSeconds: 0 },
        whenNotEnrolled: 'enroll',
        withoutBrowser: {
          'oauth2-device-code': 'remove',
          others: 'deny',
        },
        exceptions: [
          { client: 'batch', untilMs: Date.UTC(2026, 10, 25) },
          { organization: 'org_1', untilMs: Date.UTC(2027, 0, 31) },
        ],
      },
      {
        id: 'salary-page',
        acr: MULTI_FACTOR,
        requires: { factors: 'any', maxAgeSeconds: 0 },
        withoutBrowser: { 'oauth2-password': 'challenge', others: 'deny' },
      },
    ],
  })
})

describe('a mistake is named with its place and its remedy', () => {
  const list = '[a]'
  // prettier-ignore
  test.each([
    ['unknown key',                 ruleWith({ x: 'max_age: 3' }),                             'policy.yaml:8:5: unknown key `max_age` in `rules[0]`\n  known are: id, reason, protects, requires, whenConfidenceIsLow, whenNotEnrolled, withoutBrowser, exceptions, report'],
    ['misspelt key',                ruleWith({ x: 'whenNotEnroled: deny' }),                   'policy.yaml:8:5: unknown key `whenNotEnroled` in `rules[0]`\n  did you mean `whenNotEnrolled`?'],
    ['unknown factor',              ruleWith({ requires: 'requires: { factors: [otp, fingerprint] }' }), 'policy.yaml:7:32: `rules[0].requires.factors[1]` cannot be `"fingerprint"`\n  known are: webauthn-roaming, webauthn-platform, push-notification, otp, phone, email'],
    ['misspelt factor',             ruleWith({ requires: 'requires: { factors: [webauthn-romaing] }' }), 'policy.yaml:7:27: `rules[0].requires.factors[0]` cannot be `"webauthn-romaing"`\n  did you mean `webauthn-roaming`?'],
    ['misspelt protocol',           ruleWith({ x: 'withoutBrowser: { oauth2-pasword: deny }' }), 'policy.yaml:8:23: unknown key `oauth2-pasword` in `rules[0].withoutBrowser`\n  did you mean `oauth2-password`?'],
    ['protocol with a browser',     ruleWith({ x: 'withoutBrowser: { samlp: deny }' }),        'policy.yaml:8:23: unknown key `samlp` in `rules[0].withoutBrowser`\n  known are: refreshTokens, wstrust-usernamemixed, oauth2-device-code, oidc-ciba, oauth2-password, oauth2-resource-owner, oauth2-resource-owner-jwt-bearer, oauth2-access-token, oauth2-webauthn, oauth2-token-exchange, others'],
    ['unknown answer',              ruleWith({ x: 'withoutBrowser: { others: allow }' }),      'policy.yaml:8:31: `rules[0].withoutBrowser.others` cannot be `"allow"`\n  known are: remove, challenge, deny'],
    ['missing id',                  ruleWith({ id: '' }),                                      'policy.yaml:5:5: missing `rules[0].id`\n  expected: names the rule in logs and findings: lower case, digits and hyphens'],
    ['id with a space',             ruleWith({ id: 'id: Transfer funds' }),                    'policy.yaml:4:9: `rules[0].id` cannot be `"Transfer funds"`\n  expected: names the rule in logs and findings: lower case, digits and hyphens'],
    ['empty reason',                ruleWith({ reason: 'reason: ""' }),                        'policy.yaml:5:13: `rules[0].reason` is empty\n  expected: why this is high-value, for whoever reviews the policy'],
    ['empty scopes',                ruleWith({ protects: `protects: { audience: ${BANKING}, scopes: [] }` }), 'policy.yaml:6:69: `rules[0].protects.scopes` is empty\n  expected: its high-value scopes'],
    ['scope pattern',               ruleWith({ protects: `protects: { audience: ${BANKING}, scopes: ["delete:*"] }` }), 'policy.yaml:6:70: `rules[0].protects.scopes[0]` cannot be `"delete:*"`\n  expected: a scope by its full name; patterns are not supported'],
    ['undeclared scope',            ruleWith({ protects: `protects: { audience: ${BANKING}, scopes: [transfer:fund] }` }), `policy.yaml:6:70: scope \`transfer:fund\` is not declared on \`${BANKING}\` in tenant.yaml\n  did you mean \`transfer:funds\`?`],
    ['undeclared audience',         ruleWith({ protects: 'protects: { audience: https://banking.fabrikam.exmple, scopes: [x] }' }), `policy.yaml:6:27: no resource server \`https://banking.fabrikam.exmple\` in tenant.yaml\n  did you mean \`${BANKING}\`?`],
    ['audience without scopes',     ruleWith({ protects: `protects: { audience: ${BANKING} }` }), 'policy.yaml:6:15: `protects` names audience\n  expected `audience` with `scopes`, or `acr` alone'],
    ['acr beside scopes',           ruleWith({ protects: `protects: { audience: ${BANKING}, scopes: [transfer:funds], acr: x }` }), 'policy.yaml:6:15: `protects` names audience and scopes and acr\n  expected `audience` with `scopes`, or `acr` alone'],
    ['protects nothing',            ruleWith({ protects: 'protects: {}' }),                    'policy.yaml:6:15: `protects` names nothing\n  expected `audience` with `scopes`, or `acr` alone'],
    ['scope twice',                 ruleWith({ protects: `protects: { audience: ${BANKING}, scopes: [transfer:funds, transfer:funds] }` }), 'policy.yaml:6:86: `transfer:funds` stands twice in the list\n  keep one of the two'],
    ['factors that are a word',     ruleWith({ requires: 'requires: { factors: otp }' }),      'policy.yaml:7:26: `rules[0].requires.factors` cannot be `"otp"`\n  expected: `any`, or the list of factors of which one must be passed'],
    ['empty factors',               ruleWith({ requires: 'requires: { factors: [] }' }),       'policy.yaml:7:26: `rules[0].requires.factors` is empty\n  expected: `any`, or the list of factors of which one must be passed'],
    ['negative age',                ruleWith({ requires: 'requires: { factors: any, maxAge: -1 }' }), 'policy.yaml:7:39: `rules[0].requires.maxAge` is `-1`, at least 0 is expected'],
    ['age of a week',               ruleWith({ requires: 'requires: { factors: any, maxAge: 604800 }' }), 'policy.yaml:7:39: `rules[0].requires.maxAge` is too large, at most 86400 is expected'],
    ['age with a unit',             ruleWith({ requires: 'requires: { factors: any, maxAge: 5m }' }), 'policy.yaml:7:39: `rules[0].requires.maxAge` cannot be `"5m"`\n  expected: how many seconds old an accepted MFA of the session may be; 0 asks for a challenge at every request'],
    ['earlier MFA for an acr value', ruleWith({ protects: 'protects: { acr: x }', requires: 'requires: { factors: any, maxAge: 5 }' }), 'policy.yaml:7:39: an acr rule cannot accept an earlier MFA\n  Auth0 writes `amr` only into the ID token of the login that was challenged: leave `maxAge` out'],
    ['refresh answer for an acr value', ruleWith({ protects: 'protects: { acr: x }', x: 'withoutBrowser: { refreshTokens: deny }' }), 'policy.yaml:8:38: an acr rule does not bind refresh token exchanges\n  their ID tokens carry no `amr`, so the app refuses them by itself: leave it out'],
    ['acr value to remove',         ruleWith({ protects: 'protects: { acr: x }', x: 'withoutBrowser: { others: remove }' }), 'policy.yaml:8:31: an acr rule has no scopes to `remove`\n  choose `challenge` or `deny`'],
    ['challenge with listed factors', ruleWith({ requires: 'requires: { factors: [otp] }', x: 'withoutBrowser: { others: challenge }' }), 'policy.yaml:8:31: `challenge` without a browser cannot insist on listed factors\n  choose `remove` or `deny`, or `factors: any`'],
    ['email to enrol',              ruleWith({ requires: 'requires: { factors: [email] }', x: 'whenNotEnrolled: enroll' }), 'policy.yaml:8:22: nobody can `enroll` email: Auth0 uses the address that is verified\n  choose `deny`, or list a factor that can be enrolled'],
    ['laxer age on low confidence', ruleWith({ x: 'whenConfidenceIsLow: { factors: any, maxAge: 60 }' }), 'policy.yaml:8:50: 60 seconds on low confidence are laxer than 0\n  choose the same or less'],
    ['other factors on low confidence', ruleWith({ requires: 'requires: { factors: [otp] }', x: 'whenConfidenceIsLow: { factors: [otp, phone] }' }), 'policy.yaml:8:37: low confidence accepts factors that `requires` does not\n  choose some of those in `requires`'],
    ['report without a day',        ruleWith({ x: 'report: { reason: x }' }),                  'policy.yaml:8:13: missing `rules[0].report.until`\n  expected: the day (UTC) from which the rule is enforced, YYYY-MM-DD'],
    ['exception for nobody',        ruleWith({ x: 'exceptions: [{ reason: x, expires: 2027-01-31 }]' }), 'policy.yaml:8:18: an exception names either a `client` or an `organization`\n  write two exceptions for two of them'],
    ['exception without a reason',  ruleWith({ x: 'exceptions: [{ client: c, expires: 2027-01-31 }]' }), 'policy.yaml:8:18: missing `rules[0].exceptions[0].reason`\n  expected: why the rule does not bind it'],
    ['exception that expired',      ruleWith({ x: 'exceptions: [{ client: c, reason: x, expires: 2026-11-24 }]' }), 'policy.yaml:8:51: exception expired on 2026-11-24\n  remove it, or have it reviewed and give it a new date'],
    ['exception on no such day',    ruleWith({ x: 'exceptions: [{ client: c, reason: x, expires: 2027-02-30 }]' }), 'policy.yaml:8:51: `rules[0].exceptions[0].expires` cannot be `"2027-02-30"`\n  expected: the day (UTC) on which the rule binds it again, YYYY-MM-DD'],
    ['other version',               ruleWith({}).replace('version: 1', 'version: 2'),          'policy.yaml:1:10: `version` cannot be `2`\n  did you mean `1`?'],
    ['no rules',                    'version: 1\nrules: []',                                   'policy.yaml:2:8: `rules` is empty'],
    ['not a map',                   list,                                                      'policy.yaml:1:1: the file cannot be `["a"]`\n  expected: which scopes and acr values demand which MFA'],
    ['empty file',                  '',                                                        'policy.yaml:1:1: the file is empty\n  expected: which scopes and acr values demand which MFA'],
    ['claim without a namespace',   `claim: step_up\n${ruleWith({})}`,                         'policy.yaml:1:8: `claim` cannot be `"step_up"`\n  expected: namespaced access-token claim that records an MFA already proven'],
    ['key twice',                   ruleWith({ x: 'id: other' }),                              'policy.yaml:8:5: key stands twice in the same map\n  keep one of the two'],
    ['alias',                       `version: 1\nrules: &r\n  - *r`,                           'policy.yaml:3:5: alias `*r` is not supported\n  write the value out'],
    ['tabs for indentation',        'version: 1\nrules:\n\t- id: x',                           'policy.yaml:3:1: not valid YAML: tabs are not allowed as indentation'],
    ['bracket left open',           'version: 1\nrules: [',                                    'policy.yaml:2:9: not valid YAML: flow sequence in block collection must be sufficiently indented and end with a ]'],
    ['two documents',               'version: 1\n---\nversion: 1',                             'policy.yaml:2:1: file holds more than one document\n  keep one of them'],
  ])('%s', (_name, text, message) => {
    expect(refusal(text)).toBe(message)
  })

  test('nesting as deep as the file is long', () => {
    expect(refusal(`rules: ${'['.repeat(100_000)}`)).toMatch(
      /^policy\.yaml:1:\d+: nested too deeply\n {2}a policy needs no more than five levels/,
    )
  })

  test('a file of 10 MB', () => {
    expect(() => loadPolicy('node_modules/typescript/lib/typescript.js', SURROUNDINGS)).toThrow(
      /^node_modules\/typescript\/lib\/typescript\.js: file is \d+ bytes long, at most 1000000 are read\n {2}is it the right file\?$/,
    )
  })

  test('a file that is not there', () => {
    expect(() => loadPolicy('config/nowhere.yaml', SURROUNDINGS)).toThrow(
      'config/nowhere.yaml: file cannot be read\n  does it exist?',
    )
  })
})

test('all mistakes are reported at once, in the order of the file', () => {
  const text = `version: 1
rules:
  - id: transfer-funds
    reason: Moves money
    protects:
      audience: ${BANKING}
      scopes: [transfer:fund]
    requires:
      factors: [otpp]
      max_age: 3
  - id: transfer-funds
    id: twice
    reason: Moves money
    protects:
      audience: ${BANKING}
      scopes: []
    requires: { factors: any }
`
  expect(
    refusal(text)
      .split('\n')
      .filter((line) => !line.startsWith('  ')),
  ).toEqual([
    `policy.yaml:7:16: scope \`transfer:fund\` is not declared on \`${BANKING}\` in tenant.yaml`,
    'policy.yaml:9:17: `rules[0].requires.factors[0]` cannot be `"otpp"`',
    'policy.yaml:10:7: unknown key `max_age` in `rules[0].requires`',
    'policy.yaml:12:5: key stands twice in the same map',
    'policy.yaml:16:15: `rules[1].protects.scopes` is empty',
  ])
})

describe('two rules for the same thing', () => {
  const rule = (id: string, protects: string, factors: string) =>
    `  - { id: ${id}, reason: x, protects: { ${protects} }, requires: { factors: ${factors} } }`
  const scopes = (...names: string[]) => `audience: ${BANKING}, scopes: [${names.join(', ')}]`
  const policy = (...rules: string[]) => ['version: 1', 'rules:', ...rules].join('\n')

  // prettier-ignore
  test.each([
    ['same id',              policy(rule('a', scopes('transfer:funds'), 'any'), rule('a', scopes('close:account'), 'any')), 'policy.yaml:4:11: rule id `a` stands twice\n  logs and findings name rules by id: give each its own'],
    ['a factor in common',   policy(rule('a', scopes('transfer:funds'), '[otp, phone]'), rule('b', scopes('transfer:funds'), '[phone]')), 'accepted'],
    ['no factor in common',  policy(rule('a', scopes('transfer:funds'), '[otp]'), rule('b', scopes('close:account', 'transfer:funds'), '[phone]')), 'policy.yaml:4:145: no factor satisfies both this rule and `a`\n  both protect the same thing: let them share a factor, or merge them'],
    ['different scopes',     policy(rule('a', scopes('transfer:funds'), '[otp]'), rule('b', scopes('close:account'), '[phone]')), 'accepted'],
    ['the same acr value',   policy(rule('a', 'acr: x', '[otp]'), rule('b', 'acr: x', '[phone]')), 'policy.yaml:4:68: no factor satisfies both this rule and `a`\n  both protect the same thing: let them share a factor, or merge them'],
  ])('%s', (_name, text, message) => {
    expect(refusal(text)).toBe(message)
  })
})

describe('what reviewers add for the audit', () => {
  const rule = ruleWith({ reason: 'reason: Moves money' })
  const withAudit = (...lines: readonly string[]) => [rule, 'audit:', ...lines].join('\n')
  const invariant = (id: string, scopes = 'transfer:funds') =>
    `    - { id: ${id}, reason: x, audience: ${BANKING}, scopes: [${scopes}], factors: [webauthn-roaming], maxAge: 300 }`
  const acceptance = (rest: string) => `  accepted: [{ ${rest} }]`

  // prettier-ignore
  test.each([
    ['high-value words',         withAudit('  highValue: ["approve:", admin]'),                    'accepted'],
    ['two invariants',           withAudit('  invariants:', invariant('a'), invariant('b', 'close:account')), 'accepted'],
    ['acceptance',               withAudit(acceptance('finding: only-weak-factors, subject: x, reason: x, expires: 2026-11-25')), 'accepted'],
    ['acceptance that expired',  withAudit(acceptance('finding: only-weak-factors, reason: x, expires: 2026-11-24')), 'accepted'],
    ['unknown key',              withAudit('  invariant: []'),                                     'policy.yaml:9:3: unknown key `invariant` in `audit`\n  did you mean `invariants`?'],
    ['word that is no string',   withAudit('  highValue: [write:]'),                               'policy.yaml:9:15: `audit.highValue[0]` cannot be `{"write":null}`\n  expected: a word, in quotes if it ends with a colon: `"write:"`'],
    ['word twice',               withAudit('  highValue: [admin, admin]'),                         'policy.yaml:9:22: `admin` stands twice in the list\n  keep one of the two'],
    ['misspelt finding',         withAudit(acceptance('finding: only-weak-factor, reason: x, expires: 2026-11-25')), 'policy.yaml:9:25: `audit.accepted[0].finding` cannot be `"only-weak-factor"`\n  did you mean `only-weak-factors`?'],
    ['acceptance without a reason', withAudit(acceptance('finding: only-weak-factors, expires: 2026-11-25')), 'policy.yaml:9:14: missing `audit.accepted[0].reason`\n  expected: why it may stay'],
    ['acceptance for ever',      withAudit(acceptance('finding: only-weak-factors, reason: x')),   'policy.yaml:9:14: missing `audit.accepted[0].expires`\n  expected: the day (UTC) on which it shows again, YYYY-MM-DD'],
    ['invariant twice',          withAudit('  invariants:', invariant('a'), invariant('a')),       'policy.yaml:11:13: invariant id `a` stands twice\n  logs and findings name invariants by id: give each its own'],
    ['invariant of an undeclared scope', withAudit('  invariants:', invariant('a', 'transfer:fund')), `policy.yaml:10:80: scope \`transfer:fund\` is not declared on \`${BANKING}\` in tenant.yaml\n  did you mean \`transfer:funds\`?`],
    ['invariant with a scope twice', withAudit('  invariants:', invariant('a', 'transfer:funds, transfer:funds')), 'policy.yaml:10:96: `transfer:funds` stands twice in the list\n  keep one of the two'],
  ])('%s', (_name, text, message) => {
    expect(refusal(text)).toBe(message)
  })

  test('changes neither the bundle nor the hash of the policy', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'policy-'))
    try {
      const build = async (text: string) => {
        const policyFile = join(folder, 'policy.yaml')
        writeFileSync(policyFile, text)
        const { code, policyHash, requirements } = await buildBundle({
          policyFile,
          ...SURROUNDINGS,
        })
        return { code, policyHash, requirements }
      }
      const plain = await build(rule)
      const audited = withAudit(
        '  highValue: [admin]',
        '  invariants:',
        invariant('a'),
        acceptance('finding: only-weak-factors, reason: x, expires: 2026-11-25'),
      )
      expect(await build(audited)).toEqual(plain)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

test('the JSON Schema for editors is current: `npm run schema` writes it', () => {
  const written = readFileSync('config/step-up.policy.schema.json', 'utf8')
  expect(written).toBe(policyJsonSchema())
})
