import type { Reading } from '../../scripts/tenant/reading.ts'
import { renderDrift } from '../../scripts/deploy/render-drift.ts'
import type { Terminal } from '../../scripts/terminal/command.ts'

const TERMINAL = { paint: (_style, text) => text } as Pick<Terminal, 'paint'> as Terminal
const RULES = [{ id: 'transfer-funds', protects: 'transfer:funds on https://banking.example' }]

const FINE = { refusals: [], unknown: [] }

const DEPLOYED = {
  ...{ id: 'a', trigger: { id: 'post-login', version: 'v3' }, runtime: 'node22' },
  ...{ code: '', status: 'built', secrets: [] },
  deployed: { number: 1, runtime: 'node22', code: '' },
}

const reading = (changes: Reading['plan']['changes']): Reading => ({
  domain: 'acme.eu.auth0.com',
  snapshot: { bindings: [], twins: [], settings: [], action: DEPLOYED },
  plan: { version: 1, environment: 'prod', changes, kept: [], twins: [], notes: [] },
  basis: '',
  wanted: '',
})

test('a guard that is not bound is said first, with what is unprotected', () => {
  const fields = [{ field: 'post-login', before: ['Enrich'], after: ['Enrich', 'Step-up'] }]
  const drift = reading([{ op: 'add', section: 'triggers', name: 'Step-up', fields }])
  const recent = { log: 'read', writes: [] } as const
  expect(renderDrift({ reading: drift, recent, unbound: [], rules: RULES, ...FINE }, TERMINAL))
    .toBe(`Unprotected in prod (acme.eu.auth0.com)
  not bound: \`Step-up\` runs in no login, so whatever the rules protect is issued without step-up, unless another Action does the same; the tool that writes the list of bindings has to include it
  transfer-funds: transfer:funds on https://banking.example

Drift in prod (acme.eu.auth0.com): what it is → what it should be
  + binding Step-up
      post-login: Enrich, Step-up

1 to change. Bring it back with: npm run deploy -- --env prod`)
})

test('a plain import of our tenant.yaml unbinds Actions of other teams: they are named', () => {
  const recent = { log: 'read', writes: [] } as const
  const verified = {
    reading: reading([]),
    recent,
    unbound: ['Enrich profile'],
    rules: RULES,
    ...FINE,
  }
  expect(renderDrift(verified, TERMINAL))
    .toBe(`Deployed for post-login and not bound: if one of them ran before, an import by auth0-deploy-cli has unbound it
  Enrich profile

prod (acme.eu.auth0.com) is as this repository says: deployed code, bindings, settings.`)
})
