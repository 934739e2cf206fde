import { FINDING_CODES, INVARIANT_NAMES } from '../../scripts/policy/audit-names.ts'

import type { Audit } from '../../scripts/audit/audit.ts'
import { renderSarif } from '../../scripts/audit/report/sarif.ts'
import { badAudit } from '../support/bad-audit.ts'
import { BANKING } from '../support/event.ts'
import { sarifProblems } from '../support/sarif-schema.ts'

interface Result {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly level: string
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string }
      readonly region: { readonly startLine: number }
    }
  }[]
  readonly partialFingerprints: Readonly<Record<string, string>>
  readonly suppressions?: readonly object[]
}
interface Log {
  readonly runs: readonly {
    readonly tool: {
      readonly driver: {
        readonly rules: readonly { readonly id: string; readonly helpUri: string }[]
      }
    }
    readonly results: readonly Result[]
  }[]
}

const log = () => JSON.parse(renderSarif(badAudit())) as Log

test('the official schema accepts it, and would not accept anything', () => {
  expect(sarifProblems(log())).toEqual([])
  expect(sarifProblems({ version: '2.1.0', runs: [{ tool: {} }] })).toEqual([
    ".runs[0].tool should have required property 'driver'",
  ])
})

test('each result is at a line of a file, and has the level of its severity', () => {
  const [run] = log().runs
  const results = run?.results.map(({ ruleId, level, locations, suppressions = [] }) => {
    const [place] = locations
    const { artifactLocation, region } = place?.physicalLocation ?? {}
    const at = `${artifactLocation?.uri ?? ''}:${region?.startLine ?? 0}`
    return [ruleId, level, at, suppressions.length]
  })
  expect(results).toEqual([
    ['no-protected-scope-without-mfa', 'error', 'policy.yaml:3', 0],
    ['by-key', 'error', 'policy.yaml:11', 0],
    ['deployed-code-differs', 'error', 'tenant.yaml:1', 0],
    ['acceptance-expired', 'error', 'policy.yaml:14', 0],
    ['protected-scope-in-machine-grant', 'error', 'tenant.yaml:1', 0],
    ['high-value-scope-unprotected', 'warning', 'tenant.yaml:1', 0],
    ['exception-for-missing-client', 'warning', 'policy.yaml:8', 0],
    ['refresh-tokens-allowed', 'warning', 'tenant.yaml:1', 0],
    ['long-token-lifetime', 'warning', 'tenant.yaml:1', 1],
  ])
})

test('what is wrong with the code of a file is at that file', () => {
  const [finding] = badAudit().findings.open
  if (finding === undefined) throw new Error('a bad audit finds something')
  const code = { ...badAudit().code, from: 'file', name: 'copied.js' } as const
  const open = [{ ...finding, code: 'engine-not-released' as const }] as Audit['findings']['open']
  const findings = { open, accepted: [], unused: [] }
  const { runs } = JSON.parse(renderSarif({ ...badAudit(), code, findings })) as Log
  const [place] = runs[0]?.results.at(-1)?.locations ?? []
  expect(place?.physicalLocation.artifactLocation.uri).toBe('copied.js')
})

test('what is accepted says by whom', () => {
  const accepted = log().runs[0]?.results.flatMap(({ suppressions = [] }) => suppressions)
  expect(accepted).toMatchObject([
    {
      justification: `long-token-lifetime of ${BANKING}, until 2027-01-01: Agreed with the bank, approved by R. Lead (SEC-12)`,
    },
  ])
})

test('each result is of a rule that is described, and is told from every other', () => {
  const [run] = log().runs
  const { results = [], tool } = run ?? {}
  const rules = tool?.driver.rules ?? []
  expect(results.map(({ ruleIndex }) => rules[ruleIndex]?.id)).toEqual(
    results.map(({ ruleId }) => ruleId),
  )
  const fingerprints = results.map(({ partialFingerprints }) => partialFingerprints['stepUp/v1'])
  expect(new Set(fingerprints).size).toBe(results.length)
  expect(fingerprints[0]).toMatch(/^[0-9a-f]{64}$/)
})

test('two findings of one kind about one thing are told apart', () => {
  const audit = badAudit()
  const { open } = audit.findings
  const twice = { ...audit, findings: { ...audit.findings, open: [...open, ...open] } }
  const [run] = (JSON.parse(renderSarif(twice)) as Log).runs
  const fingerprints = run?.results.map(({ partialFingerprints }) => partialFingerprints)
  expect(new Set(fingerprints?.map((each) => each['stepUp/v1'])).size).toBe(fingerprints?.length)
})

test('every invariant and every kind of finding is described, with a document', () => {
  const [run] = log().runs
  const rules = run?.tool.driver.rules ?? []
  const ids = rules.map(({ id }) => id)
  const names = [...INVARIANT_NAMES, 'by-key', ...FINDING_CODES]
  expect(names.filter((name) => !ids.includes(name))).toEqual([])
  expect(rules.filter(({ helpUri }) => !helpUri.startsWith('https://auth0.com/docs/'))).toEqual([])
})
