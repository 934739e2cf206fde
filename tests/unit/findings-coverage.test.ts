import { coverageOf } from '../../scripts/audit/findings/coverage.ts'
import { factsFromFile } from '../../scripts/audit/tenant/from-file.ts'
import { parsePolicy } from '../../scripts/policy/load.ts'
import type { TenantFile } from '../../scripts/tenant/tenant-file.ts'
import { BANKING } from '../support/event.ts'

const NEWS = 'https://news.fabrikam.example'

/** The standing of scopes of the news API; only `transfer:funds` of the banking API has rules. */
function standings(
  scopes: readonly string[],
  audit = '',
  [one, two]: readonly string[] = ['2020-01-01', '2020-01-01'],
) {
  const report = (until = '') => `report: { until: ${until}, reason: x }`
  const policy = parsePolicy(
    'policy.yaml',
    `version: 1
${audit}
rules:
  - { id: one, reason: x, ${report(one)}, protects: { audience: ${BANKING}, scopes: [transfer:funds] }, requires: { factors: any } }
  - { id: two, reason: x, ${report(two)}, protects: { audience: ${BANKING}, scopes: [transfer:funds] }, requires: { factors: any } }
`,
    {
      declaredScopes: new Map([
        [BANKING, new Set(['transfer:funds'])],
        [NEWS, new Set(['write:news'])],
      ]),
    },
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
  return coverageOf(policy, factsFromFile(tenantFile, 'tenant.yaml', []), new Date('2026-11-24'))
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
  ['withdraw:pots',        '', 'withdraw:'],
  ['close:account',        '', 'close:'],
  ['export:record',        '', 'export:'],
  ['delete:record',        '', 'delete:'],
  ['approve:prescription', '', 'approve:'],
  ['change:bank-account',  '', 'change:'],
  ['change:tariff',        '', 'change:'],
  ['refund:order',         '', 'refund:'],
  ['initiate_payments',    '', 'payment'],
  ['add:beneficiary',      '', 'beneficiar'],
  ['card.pin',             '', 'pin:'],
  ['read:shopping',        '', undefined],
  ['read:prescription',    '', undefined],
  ['book:appointment',     '', undefined],
  ['print:statement',      '', undefined],
])('%s looks high-value with `%s` by the word %s', (scope, audit, word) => {
  const [, covered] = standings([scope], audit)
  const expected =
    word === undefined ? { standing: 'everyday' } : { standing: 'looks-high-value', word }
  expect(covered).toEqual({ audience: NEWS, scope, ...expected })
})

test('a high-value word counts for nothing where somebody listed the scope as an everyday one', () => {
  const audit = `audit: { everyday: [{ audience: ${NEWS}, scopes: [write:news], reason: Drafts }] }`
  expect(standings(['write:news', 'delete:news'], audit).slice(1)).toEqual([
    { audience: NEWS, scope: 'write:news', standing: 'everyday', reason: 'Drafts' },
    { audience: NEWS, scope: 'delete:news', standing: 'looks-high-value', word: 'delete:' },
  ])
})

// prettier-ignore
test.each([
  ['one of two rules is only reported',    '2027-01-31', '2026-11-24', { standing: 'protected', rules: ['two'] }],
  ['both rules are only reported',         '2027-02-28', '2027-01-31', { standing: 'not-enforced', rules: ['one', 'two'], until: '2027-01-31' }],
  ['the reports of both rules are over',   '2026-11-24', '2020-01-01', { standing: 'protected', rules: ['one', 'two'] }],
])('what %s', (_name, one, two, standing) => {
  const [covered] = standings([], '', [one, two])
  expect(covered).toEqual({ audience: BANKING, scope: 'transfer:funds', ...standing })
})
