import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildBundle } from '../../scripts/policy/bundle.ts'
import { BANKING } from '../support/event.ts'
import { refusal, ruleWith, SURROUNDINGS } from '../support/policy-text.ts'

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
    ['error accepted of a subject', withAudit(acceptance('finding: no-factor-enabled, subject: tenant, reason: x, expires: 2026-11-25')), 'accepted'],
    ['error accepted of whatever', withAudit(acceptance('finding: no-factor-enabled, reason: x, expires: 2026-11-25')), 'policy.yaml:9:14: `no-factor-enabled` is accepted without a `subject`\n  an error is accepted for one subject only: name it as the audit prints it'],
    ['everyday scopes',          withAudit(`  everyday: [{ audience: ${BANKING}, scopes: [close:account], reason: x }]`), 'accepted'],
    ['everyday scope that is undeclared', withAudit(`  everyday: [{ audience: ${BANKING}, scopes: [close:accounts], reason: x }]`), `policy.yaml:9:69: scope \`close:accounts\` is not declared on \`${BANKING}\` in tenant.yaml\n  did you mean \`close:account\`?`],
    ['everyday scope twice',     withAudit(`  everyday: [{ audience: ${BANKING}, scopes: [close:account, close:account], reason: x }]`), 'policy.yaml:9:84: `close:account` is listed twice\n  keep one of the two'],
    ['unknown key',              withAudit('  invariant: []'),                                     'policy.yaml:9:3: unknown key `invariant` in `audit`\n  did you mean `invariants`?'],
    ['word that is no string',   withAudit('  highValue: [write:]'),                               'policy.yaml:9:15: `audit.highValue[0]` cannot be `{"write":null}`\n  expected: a word, in quotes if it ends with a colon: `"write:"`'],
    ['word twice',               withAudit('  highValue: [admin, admin]'),                         'policy.yaml:9:22: `admin` is listed twice\n  keep one of the two'],
    ['misspelt finding',         withAudit(acceptance('finding: only-weak-factor, reason: x, expires: 2026-11-25')), 'policy.yaml:9:25: `audit.accepted[0].finding` cannot be `"only-weak-factor"`\n  did you mean `only-weak-factors`?'],
    ['acceptance without a reason', withAudit(acceptance('finding: only-weak-factors, expires: 2026-11-25')), 'policy.yaml:9:14: missing `audit.accepted[0].reason`\n  expected: why it may stay'],
    ['acceptance for ever',      withAudit(acceptance('finding: only-weak-factors, reason: x')),   'policy.yaml:9:14: missing `audit.accepted[0].expires`\n  expected: the day (UTC) on which it shows again, YYYY-MM-DD'],
    ['invariant twice',          withAudit('  invariants:', invariant('a'), invariant('a')),       'policy.yaml:11:13: the id `a` is taken by another invariant\n  logs and findings name invariants by id: give each its own'],
    ['invariant with the name of a built-in one', withAudit('  invariants:', invariant('never-throws')), 'policy.yaml:10:13: invariant id `never-throws` is a name that the audit uses for something of its own\n  choose another: findings could not tell the two apart'],
    ['invariant with the name of a finding', withAudit('  invariants:', invariant('mfa-policy-never')), 'policy.yaml:10:13: invariant id `mfa-policy-never` is a name that the audit uses for something of its own\n  choose another: findings could not tell the two apart'],
    ['invariant of an undeclared scope', withAudit('  invariants:', invariant('a', 'transfer:fund')), `policy.yaml:10:80: scope \`transfer:fund\` is not declared on \`${BANKING}\` in tenant.yaml\n  did you mean \`transfer:funds\`?`],
    ['invariant with a scope twice', withAudit('  invariants:', invariant('a', 'transfer:funds, transfer:funds')), 'policy.yaml:10:96: `transfer:funds` is listed twice\n  keep one of the two'],
    ['invariant with a factor twice', withAudit('  invariants:', invariant('a').replace('[webauthn-roaming]', '[otp, otp]')), 'policy.yaml:10:112: `otp` is listed twice\n  keep one of the two'],
    ['invariant that is a word', withAudit('  invariants: [x]'),                                   'policy.yaml:9:16: `audit.invariants[0]` cannot be `"x"`\n  expected: what the audit has to prove of every possible login, in addition to its own invariants'],
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
