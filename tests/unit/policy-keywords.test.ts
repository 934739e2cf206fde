// One policy for several tenants: what a keyword stands for is put in before anything is judged.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildBundle } from '../../scripts/policy/bundle.ts'
import { parsePolicy } from '../../scripts/policy/load.ts'
import { missingKeyword } from '../../scripts/tenant/environment.ts'

const API = 'https://accounts.dev.example'
const declaredScopes = new Map([[API, new Set(['change:tariff', 'read:usage'])]])

const POLICY = `version: 1
rules:
  - id: tariff
    reason: Cannot be taken back
    protects: { audience: '##ACCOUNTS_API##', scopes: [change:tariff] }
    requires: { factors: any }
    exceptions: [{ client: '##PARTNER##', reason: r, expires: 2099-01-01 }]
audit:
  everyday: [{ audience: '##ACCOUNTS_API##', scopes: [read:usage], reason: r }]
  invariants: [{ id: always, reason: r, audience: '##ACCOUNTS_API##', scopes: [change:tariff], factors: any }]
  accepted: [{ finding: action-not-bound, subject: 'of ##ACCOUNTS_API##', reason: r, expires: 2099-01-01 }]
`
const KEYWORDS = { ACCOUNTS_API: API, PARTNER: 'client-of-dev' }

test('audiences, clients and subjects may be keywords', () => {
  const { rules, audit } = parsePolicy('p.yaml', POLICY, { declaredScopes, keywords: KEYWORDS })
  expect([
    rules[0]?.protects.audience,
    rules[0]?.exceptions?.[0]?.client,
    audit?.everyday?.[0]?.audience,
    audit?.invariants?.[0]?.audience,
    audit?.accepted?.[0]?.subject,
  ]).toEqual([API, 'client-of-dev', API, API, `of ${API}`])
})

test('each bundle holds the values of its environment, and they are told by name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'keywords-'))
  const policyFile = join(folder, 'policy.yaml')
  writeFileSync(policyFile, POLICY)
  const build = (keywords: Record<string, string>, identifier: string) =>
    buildBundle({
      ...{ policyFile, keywords },
      declaredScopes: new Map([[identifier, new Set(['change:tariff', 'read:usage'])]]),
    })
  const [dev, prod] = [
    await build(KEYWORDS, API),
    await build(
      { ACCOUNTS_API: 'https://accounts.example', PARTNER: 'p' },
      'https://accounts.example',
    ),
  ]
  rmSync(folder, { recursive: true })
  expect(dev.code).toContain(API)
  expect(prod.code).toContain('https://accounts.example')
  expect(prod.code).not.toContain(API)
  expect(dev.keywords).toEqual([
    { keyword: 'ACCOUNTS_API', value: API },
    { keyword: 'PARTNER', value: 'client-of-dev' },
  ])
})

const DEV = { file: 'config/environments/dev.json', keywords: { PARTNER: 'p', ACCOUNTS_APP: 'x' } }

// prettier-ignore
test.each<[string, Record<string, unknown>, string]>([
  ['without a value', { PARTNER: 'p' }, 'p.yaml:5:27: no value for the keyword `ACCOUNTS_API`\n  add it to `keywords` in config/environments/dev.json; did you mean `ACCOUNTS_APP`?'],
  ['that is a list',  { PARTNER: 'p', ACCOUNTS_API: [API] }, 'p.yaml:5:27: the value of the keyword `ACCOUNTS_API` is not a text\n  audience, client, organization and subject are texts'],
])('a keyword %s is refused once, and nothing that follows from it', (_name, keywords, expected) => {
  const open = new Map([['##ACCOUNTS_API##', new Set(['change:tariff'])]])
  expect(() =>
    parsePolicy('p.yaml', POLICY, {
      declaredScopes: open,
      keywords,
      missingKeyword: (name) => missingKeyword(name, DEV),
    }),
  ).toThrow(new Error(expected))
})

test('without quotes it would be a comment, and the error says how it is written', () => {
  const text = POLICY.replace(
    "{ audience: '##ACCOUNTS_API##', scopes: [change:tariff] }",
    '\n      audience: ##ACCOUNTS_API##\n      scopes: [change:tariff]',
  )
  expect(() => parsePolicy('p.yaml', text, { declaredScopes, keywords: KEYWORDS })).toThrow(
    "`rules[0].protects.audience` is empty\n  expected: identifier of the resource server, or a keyword in quotes: `'##NAME##'`",
  )
})
