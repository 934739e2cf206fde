import type { Desired } from '../../scripts/tenant/desired.ts'
import {
  assemblePlan,
  type ActionSnapshot,
  type Plan,
  type Snapshot,
} from '../../scripts/tenant/plan.ts'
import type { Setting } from '../../scripts/tenant/setting.ts'

const OLD = '// auth0-step-up 0.1.0, policy 00\nold'
const NEW = '// auth0-step-up 0.1.0, policy 00\nnew'
const OLD_SHA256 = '8d832338586ae8d041806c264361ca38cc97e510ab0e1a14e5aad9101fdf9771'
const NEW_SHA256 = 'e7e38cae26be58534134aed073f5d13dc19aa96970d65116c202fe9af9274599'

const factor = (name: string, enabled: boolean): Setting => ({
  section: 'guardianFactors',
  name,
  values: { name, enabled },
})

const DESIRED: Desired = {
  environment: 'staging',
  action: {
    name: 'Step-up',
    displayName: 'Step-up',
    runtime: 'node22',
    code: NEW,
    sha256: NEW_SHA256,
  },
  position: 'last',
  settings: [factor('otp', true)],
}

const bound = (...names: string[]) =>
  names.map((name) => ({ actionId: `id of ${name}`, actionName: name, displayName: name }))

const DRAFT: ActionSnapshot = {
  id: 'id of Step-up',
  trigger: { id: 'post-login', version: 'v3' },
  runtime: 'node22',
  code: NEW,
  status: 'built',
  secrets: [],
}
const DEPLOYED = { number: 3, runtime: 'node22', code: NEW }
const ACTION: ActionSnapshot = { ...DRAFT, deployed: DEPLOYED }

const IN_STEP: Snapshot = {
  action: ACTION,
  bindings: bound('Step-up'),
  twins: [],
  settings: [factor('otp', true)],
}

const EMPTY: Snapshot = { bindings: [], twins: [], settings: [] }

const tenant = (changes: Partial<Snapshot>): Snapshot => ({ ...IN_STEP, ...changes })
const withAction = (changes: Partial<ActionSnapshot>): Snapshot =>
  tenant({ action: { ...ACTION, ...changes } })
const withDraft = (changes: Partial<ActionSnapshot>): Snapshot =>
  tenant({ action: { ...DRAFT, ...changes } })

const text = (value: unknown) => [value].flat().join(',')

/** Each change in a line: what, and for the Action how its draft is written. */
function changesOf({ changes }: Plan): string[] {
  return changes.map(({ op, section, name, fields, ...rest }) => {
    const differences = fields.map(({ field, after, ...earlier }) =>
      'before' in earlier
        ? `${field} ${text(earlier.before)} → ${text(after)}`
        : `${field} ${text(after)}`,
    )
    const write = 'write' in rest ? ` (${rest.write})` : ''
    return `${op} ${section} ${name}${write}: ${differences.join('; ')}`
  })
}

const NEW_CODE = `code ${NEW_SHA256}; runtime node22`
const CHANGED_CODE = `code ${OLD_SHA256} → ${NEW_SHA256}`
const OLD_VERSION = { ...DEPLOYED, code: OLD }

// prettier-ignore
test.each<[string, Snapshot, string[]]>([
  ['everything as wanted',           IN_STEP,                                    []],
  ['an empty tenant',                EMPTY,             [`add actions Step-up (create): ${NEW_CODE}`,
                                                                                  'add triggers Step-up: post-login  → Step-up',
                                                                                  'add guardianFactors otp: name otp; enabled true']],
  ['old code is live',               withAction({ code: OLD, deployed: OLD_VERSION }),                     [`change actions Step-up (update): ${CHANGED_CODE}`]],
  ['the draft is new, old code live', withAction({ deployed: OLD_VERSION }),                               [`change actions Step-up (none): ${CHANGED_CODE}`]],
  ['the draft is new but failed',    withAction({ deployed: OLD_VERSION, status: 'failed' }),              [`change actions Step-up (update): ${CHANGED_CODE}`]],
  ['the draft is still building',    withAction({ deployed: OLD_VERSION, status: 'building' }),            [`change actions Step-up (update): ${CHANGED_CODE}`]],
  ['the draft has an old trigger',   withAction({ deployed: OLD_VERSION, trigger: { id: 'post-login', version: 'v2' } }), [`change actions Step-up (update): ${CHANGED_CODE}`]],
  ['the draft was never deployed',   withDraft({}),                              [`add actions Step-up (none): ${NEW_CODE}`]],
  ['an empty draft',                 withDraft({ code: '' }),                    [`add actions Step-up (update): ${NEW_CODE}`]],
  ['an old runtime is live',         withAction({ runtime: 'node18', deployed: { ...DEPLOYED, runtime: 'node18' } }), ['change actions Step-up (update): runtime node18 → node22']],
  ['a draft edited but not deployed', withAction({ code: `${NEW}!` }),           []],
  ['live but not bound',             tenant({ bindings: bound('Enrich') }),      ['add triggers Step-up: post-login Enrich → Enrich,Step-up']],
  ['bound before another',           tenant({ bindings: bound('Step-up', 'Enrich') }), ['change triggers Step-up: post-login Step-up,Enrich → Enrich,Step-up']],
  ['a factor is off',                tenant({ settings: [factor('otp', false)] }), ['change guardianFactors otp: enabled false → true']],
  ['a factor is unknown',            tenant({ settings: [] }),                   ['add guardianFactors otp: name otp; enabled true']],
])('%s', (_name, snapshot, expected) => {
  expect(changesOf(assemblePlan(snapshot, DESIRED))).toEqual(expected)
})

// prettier-ignore
test.each<[string, Snapshot, Plan['kept']]>([
  ['nothing but ours',          IN_STEP,                                              []],
  ['nothing of an empty tenant', EMPTY,                      []],
  ['bindings of other Actions', tenant({ bindings: bound('A', 'B', 'Step-up') }),     [{ what: 'binding', name: 'A' }, { what: 'binding', name: 'B' }]],
  ['secrets of our Action',     withAction({ secrets: ['API_KEY'] }),                 [{ what: 'secret', name: 'API_KEY', of: 'Step-up' }]],
  ['an edited draft',           withAction({ code: `${NEW}!` }),                      [{ what: 'draft', name: 'Step-up' }]],
  ['no draft that is replaced', withAction({ code: `${NEW}!`, deployed: OLD_VERSION }), []],
  ['factors that are on',       tenant({ settings: [factor('otp', true), factor('sms', true), factor('duo', false)] }), [{ what: 'factor', name: 'sms' }]],
])('keeps %s', (_name, snapshot, expected) => {
  expect(assemblePlan(snapshot, DESIRED).kept).toEqual(expected)
})

const setting = (
  section: Setting['section'],
  name: string,
  values: Setting['values'] = {},
): Setting => ({ section, name, values })

test('a setting is compared with the one of its own section and name', () => {
  const wanted = [setting('clients', 'web', { a: 1 }), setting('resourceServers', 'app', { a: 2 })]
  const others = [setting('clients', 'app', { a: 3 }), setting('resourceServers', 'web', { a: 4 })]
  const snapshot = tenant({ settings: [...others, ...wanted] })
  expect(assemblePlan(snapshot, { ...DESIRED, settings: wanted }).changes).toEqual([])
})

test('of factors that are on, those are kept that nobody names', () => {
  const named = [factor('otp', true), factor('email', true), setting('clients', 'sms')]
  const elsewhere = setting('clients', 'phone', { enabled: true })
  const snapshot = tenant({ settings: [...named, factor('sms', true), elsewhere] })
  expect(assemblePlan(snapshot, { ...DESIRED, settings: named }).kept).toEqual([
    { what: 'factor', name: 'sms' },
  ])
})

test('keeps the scopes of other teams, and sends ours', () => {
  const api = (...scopes: object[]): Setting => ({
    section: 'resourceServers',
    name: 'https://api',
    values: { name: 'API', identifier: 'https://api', scopes },
  })
  const plan = assemblePlan(
    tenant({ settings: [api({ value: 'write:reports', description: 'Theirs' })] }),
    { ...DESIRED, settings: [api({ value: 'transfer:funds', description: 'Ours' })] },
  )
  expect(plan).toStrictEqual({
    version: 1,
    environment: 'staging',
    changes: [
      {
        op: 'change',
        section: 'resourceServers',
        name: 'https://api',
        fields: [{ field: 'scope transfer:funds', after: 'Ours' }],
        values: {
          name: 'API',
          identifier: 'https://api',
          scopes: [{ value: 'transfer:funds', description: 'Ours' }],
        },
      },
    ],
    kept: [{ what: 'scope', name: 'write:reports', of: 'https://api' }],
    notes: [],
    twins: [],
  })
})

// prettier-ignore
test.each<[string, Snapshot, Desired['position'], string]>([
  ['live code of another package', withAction({ deployed: { ...DEPLOYED, code: 'exports.x = 1' } }), 'last',
    'the tenant has an Action `Step-up` that was not deployed by this package\n  its code does not begin with `// auth0-step-up`: rename it, or give ours another name in tenant.yaml'],
  ['a draft of another package',   withDraft({ code: 'exports.x = 1' }), 'last',
    'the tenant has an Action `Step-up` that was not deployed by this package\n  its code does not begin with `// auth0-step-up`: rename it, or give ours another name in tenant.yaml'],
  ['an Action of another trigger', withAction({ trigger: { id: 'credentials-exchange', version: 'v2' } }), 'last',
    'the tenant has an Action `Step-up` for the trigger `credentials-exchange`, and an Action keeps its trigger\n  rename one of the two'],
  ['a place after nobody',         IN_STEP, { after: 'Enrich' },
    'no Action `Enrich` is bound to post-login, so there is no place after it\n  bound are: none'],
  ['a place before nobody',        tenant({ bindings: bound('A', 'B') }), { before: 'Enrich' },
    'no Action `Enrich` is bound to post-login, so there is no place before it\n  bound are: A, B'],
])('refuses %s', (_name, snapshot, position, message) => {
  expect(() => assemblePlan(snapshot, { ...DESIRED, position })).toThrow(new Error(message))
})
