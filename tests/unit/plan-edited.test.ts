import { sideOf } from '../../scripts/diff/deployed-policy.ts'
import { authorshipOf, withBanner } from '../../scripts/policy/banner.ts'
import type { Desired } from '../../scripts/tenant/desired.ts'
import { findEdited } from '../../scripts/tenant/edited.ts'
import { assemblePlan, sha256, type ActionSnapshot } from '../../scripts/tenant/plan.ts'

const BANNER = { version: '0.1.0', policyHash: 'f'.repeat(64) }
const OURS = withBanner('exports.x = 1\n', BANNER)
const WANTED = withBanner('exports.x = 2\n', BANNER)
const OLDER = '// auth0-step-up 0.1.0, policy 00\n// Generated: do not edit here.\nexports.x = 1\n'
const FOREIGN = 'exports.x = 1\n'

// prettier-ignore
test.each([
  ['as it was built',                  OURS,                                       'ours'],
  ['without a digest, as older ones',  OLDER,                                      'ours'],
  ['with a changed line',              OURS.replace('x = 1', 'x = 3'),             'edited'],
  ['with a line at its end',           `${OURS}// mine\n`,                         'edited'],
  ['with nothing after the banner',    OURS.replace('exports.x = 1\n', ''),        'edited'],
  ['with a line before the digest',    OURS.replace('// SHA', '// mine\n// SHA'),  'edited'],
  ['with another digest',              OURS.replace(/(?<=follows: )\w/, '_'),      'edited'],
  ['with the line ends of Windows',    OURS.replaceAll('\n', '\r\n'),              'edited'],
  ['without the mark',                 FOREIGN,                                    'foreign'],
  ['with the mark on another line',    `\n${OURS}`,                                'foreign'],
  ['that is empty',                    '',                                         'foreign'],
])('code %s', (_name, code, expected) => {
  expect(authorshipOf(code)).toBe(expected)
})

test('a policy is compared with no code that was edited, because a comparison runs it', () => {
  expect(() => sideOf(OURS.replace('x = 1', 'x = 3'), 'Step-up')).toThrow(
    'the deployed code was edited\n  see the edit with `npm run plan`',
  )
})

const DESIRED: Desired = {
  environment: 'staging',
  action: {
    name: 'Step-up',
    displayName: 'Step-up',
    runtime: 'node22',
    code: WANTED,
    sha256: sha256(WANTED),
  },
  position: 'last',
  settings: [],
}

function reading(draft: string, live: string | undefined) {
  const action: ActionSnapshot = {
    id: '1',
    trigger: { id: 'post-login', version: 'v3' },
    runtime: 'node22',
    code: draft,
    status: 'built',
    secrets: [],
    ...(live !== undefined && { deployed: { number: 1, runtime: 'node22', code: live } }),
  }
  const snapshot = { action, bindings: [], twins: [], settings: [] }
  return { domain: '', snapshot, plan: assemblePlan(snapshot, DESIRED), basis: '', wanted: '' }
}

const EDITED = OURS.replace('x = 1', 'x = 3')

// prettier-ignore
test.each<[string, string, string | undefined, string | undefined]>([
  ['nothing',                                  OURS,    OURS,      undefined],
  ['older code of ours',                       OLDER,   OLDER,     undefined],
  ['live code that was edited',                OURS,    EDITED,    'live code'],
  ['live code before the draft',               EDITED,  EDITED,    'live code'],
  ['a draft that was edited',                  EDITED,  OURS,      'draft'],
  ['a draft of somebody else',                 FOREIGN, OURS,      'draft'],
  ['a draft that was edited and never live',   EDITED,  undefined, 'draft'],
  ['no draft that is empty',                   '',      undefined, undefined],
  ['no draft that a deploy leaves alone',      EDITED,  WANTED,    undefined],
  ['no draft that is as wanted already',       WANTED,  OURS,      undefined],
])('a deploy would replace %s', (_name, draft, live, expected) => {
  expect(findEdited(reading(draft, live))?.what).toBe(expected)
})
