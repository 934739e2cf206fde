import { coverageOf } from '../../scripts/audit/tenant/coverage.ts'
import { factsFromFile } from '../../scripts/audit/tenant/from-file.ts'
import { parsePolicy } from '../../scripts/policy/load.ts'
import type { TenantFile } from '../../scripts/tenant/tenant-file.ts'
import { BANKING } from '../support/event.ts'

const NEWS = 'https://news.fabrikam.example'

/** The standing of scopes of the news API; only `transfer:funds` of the banking API has rules. */
function standings(scopes: readonly string[], audit = '') {
  const policy = parsePolicy(
    'policy.yaml',
    `version: 1
${audit}
rules:
  - { id: one, reason: x, protects: { audience: ${BANKING}, scopes: [transfer:funds] }, requires: { factors: any } }
  - { id: two, reason: x, protects: { audience: ${BANKING}, scopes: [transfer:funds] }, requires: { factors: any } }
`,
    { declaredScopes: new Map([[BANKING, new Set(['transfer:funds'])]]) },
  )
  const scopesOf = (values: readonly string[]) => values.map((value) => ({ value }))
  const tenantFile: TenantFile = {
    actions: [],
    triggers: { 'post-login': [] },
    resourceServers: [
      { name: 'Banking', identifier: BANKING, scopes: scopesOf(['transfer:funds']) },
      { name: 'News', identifier: NEWS, scopes: scopesOf(scopes) },
    ],
  }
  return coverageOf(policy, factsFromFile(tenantFile, 'tenant.yaml'), new Date('2026-11-24'))
}

test('a scope counts as protected where its own audience has a rule for it', () => {
  expect(standings(['transfer:funds', 'read:news'])).toEqual([
    { audience: BANKING, scope: 'transfer:funds', standing: 'protected', rules: ['one', 'two'] },
    { audience: NEWS, scope: 'transfer:funds', standing: 'looks-high-value', word: 'transfer:' },
    { audience: NEWS, scope: 'read:news', standing: 'everyday' },
  ])
})

// prettier-ignore
test.each<[scope: string, audit: string, word: string | undefined]>([
  ['write:news',       '',                                'write:'],
  ['news:write',       '',                                'write:'],
  ['News.Write',       '',                                'write:'],
  ['rewrite:news',     '',                                undefined],
  ['delete:news',      '',                                'delete:'],
  ['read:admins',      '',                                'admin'],
  ['is_administrator', '',                                'admin'],
  ['read:news',        '',                                undefined],
  ['approve:news',     'audit: { highValue: ["approve:"] }', 'approve:'],
  ['write:news',       'audit: { highValue: ["approve:"] }', undefined],
  ['bulk-write:news',  'audit: { highValue: ["bulk-write:"] }', 'bulk-write:'],
  ['news.bulk_write',  'audit: { highValue: ["bulk-write:"] }', 'bulk-write:'],
  ['bulk-rewrite:all', 'audit: { highValue: ["bulk-write:"] }', undefined],
  ['write:news',       'audit: { highValue: [] }',        undefined],
])('%s looks high-value with `%s` by the word %s', (scope, audit, word) => {
  const [, covered] = standings([scope], audit)
  const expected =
    word === undefined ? { standing: 'everyday' } : { standing: 'looks-high-value', word }
  expect(covered).toEqual({ audience: NEWS, scope, ...expected })
})
