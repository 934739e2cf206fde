// Every cell of the matrix equals the weakest that the bundle does on the events of that cell, for
// policies that nobody thought of. The events are made here, and not by the code that is tested.
import fc from 'fast-check'
import { FACTORS, type Policy, type Rule } from '../../actions/step-up/policy.ts'
import { matrixOf, type Matrix } from '../../scripts/audit/matrix/matrix.ts'
import { differencesFrom } from '../../scripts/audit/matrix/hold.ts'
import { bundlePolicy } from '../../scripts/policy/bundle.ts'
import { loadBundle, type Call } from '../../scripts/proof/run-bundle.ts'
import { BANKING, eventOf, NOW_MS, type Given } from '../support/event.ts'

const DAY_MS = 86_400_000
/** The same policies in every pipeline. */
const SEED = 20_261_127
const ACR = 'urn:fabrikam:salaries'
const SCOPES = ['transfer:funds', 'close:account'] as const

const factors = fc.oneof(
  fc.constant('any' as const),
  // Email alone is of no use to try here: nobody can be asked to set it up.
  fc
    .uniqueArray(fc.constantFrom(...FACTORS), { minLength: 1, maxLength: 3 })
    .filter((list) => list.join() !== 'email'),
)
const requirement = fc.record({ factors, maxAgeSeconds: fc.constantFrom(0, 60, 300) })
const answer = fc.constantFrom('remove' as const, 'challenge' as const, 'deny' as const)
const untilMs = fc.constantFrom(-DAY_MS, DAY_MS, 9 * DAY_MS).map((offset) => NOW_MS + offset)
const exception = fc.oneof(
  fc.record({ client: fc.constantFrom('batch', 'kiosk'), untilMs }),
  fc.record({ organization: fc.constantFrom('org_1', 'org_2'), untilMs }),
)
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })

const rule = fc
  .record({
    isAcr: fc.boolean(),
    scopes: fc.uniqueArray(fc.constantFrom(...SCOPES), { minLength: 1 }),
    requires: requirement,
    low: optional(requirement),
    whenNotEnrolled: fc.constantFrom('enroll' as const, 'deny' as const),
    whenSilent: optional(fc.constant('remove' as const)),
    answers: fc.record({
      'oauth2-refresh-token': answer,
      'oauth2-password': answer,
      'oauth2-device-code': answer,
      others: answer,
    }),
    exceptions: fc.array(exception, { maxLength: 2 }),
    reportUntilMs: optional(untilMs),
  })
  .map(({ isAcr, scopes, low, answers, reportUntilMs, whenSilent, ...rest }): Omit<Rule, 'id'> => ({
    ...rest,
    ...(low && { whenConfidenceIsLow: low }),
    ...(reportUntilMs !== undefined && { reportUntilMs }),
    ...(!isAcr && whenSilent && { whenSilent }),
    // An acr rule has no scope to remove, and the check of a policy refuses that answer.
    ...(isAcr
      ? {
          acr: ACR,
          withoutBrowser: { others: answers.others === 'remove' ? 'deny' : answers.others },
        }
      : { audience: BANKING, scopes, withoutBrowser: answers }),
  }))

const policies = fc
  .array(rule, { minLength: 1, maxLength: 2 })
  .map((list): Policy => ({ rules: list.map((each, i) => ({ ...each, id: `rule-${i}` }) as Rule) }))
  // Plain objects: the bundle is written from them as text.
  .map((policy) => JSON.parse(JSON.stringify(policy)) as Policy)

/** How each row is asked for, by its title; the rows of who acts and of exceptions are tried below. */
const REQUESTS: Readonly<
  Record<string, readonly (Given & { readonly in: 'transaction' | 'body' })[]>
> = {
  'Browser login': [
    'oidc-basic-profile',
    'oidc-implicit-profile',
    'oidc-hybrid-profile',
    'oidc-ciba-web-link',
  ].map((protocol) => ({ protocol, in: 'transaction' as const })),
  'SAML login': [{ protocol: 'samlp', in: 'transaction' }],
  'WS-Federation login': [{ protocol: 'wsfed', in: 'transaction' }],
  'Silent login (`prompt=none`)': [
    { protocol: 'oidc-basic-profile', prompt: ['none'], in: 'transaction' },
  ],
  'Refresh token': [{ protocol: 'oauth2-refresh-token', in: 'body' }],
  Password: [{ protocol: 'oauth2-password', in: 'body' }],
  'Device code': [
    { protocol: 'oauth2-device-code', in: 'transaction' },
    { protocol: 'oauth2-device-code', in: 'body', scopes: [] },
  ],
  'Token exchange': [{ protocol: 'oauth2-token-exchange', in: 'body' }],
  CIBA: [{ protocol: 'oidc-ciba', in: 'transaction' }],
  'A protocol that is not known': [
    { protocol: 'telepathy', in: 'transaction' },
    { in: 'transaction' },
  ],
}

const AGES = [0, 59, 60, 61, 299, 300, 301]
const SESSIONS: readonly NonNullable<Given['mfa']>[] = [
  [],
  ...AGES.map((age) => FACTORS.map((factor) => [age, factor] as const)),
  // Two demands may be met by two factors, of which one is older.
  ...FACTORS.flatMap((factor) => [60, 300].map((age) => [[age, factor] as const])),
  ...FACTORS.flatMap((young) => [[[0, young] as const, [60, 'otp'] as const]]),
]
const ENROLMENTS = [[], ['email'], ['webauthn-roaming'], [...FACTORS]]
const CONFIDENCES = ['high', 'low', undefined]

type Tone = 'open' | 'caution' | 'proven' | 'asked' | 'safe'
const WEAKEST_FIRST: readonly Tone[] = ['open', 'caution', 'proven', 'asked', 'safe']

interface Weakest {
  readonly tone: Tone
  /** The oldest MFA, all factors alike, on which it is issued. */
  readonly ageSeconds: number | undefined
}

function toneOf(calls: readonly Call[], given: Given, scope: string | undefined): Tone {
  const made = (name: string) => calls.some(({ command }) => command === name)
  const isRemoved = calls.some(
    ({ command, arguments: [name] }) => command === 'accessToken.removeScope' && name === scope,
  )
  if (made('access.deny') || isRemoved) return 'safe'
  const isFree = !made('authentication.challengeWithAny')
  const isAsked = !isFree || made('multifactor.enable') || made('authentication.enrollWithAny')
  if (!isAsked) return given.mfa?.length === 0 ? 'open' : 'proven'
  if (given.prompt !== undefined) return 'safe'
  return isFree && given.enrolled?.length === 0 ? 'caution' : 'asked'
}

function weakestDone(
  run: (given: Given) => readonly Call[],
  given: Given,
  scope: string | undefined,
) {
  let tone: Tone = 'safe'
  let ageSeconds: number | undefined
  for (const mfa of SESSIONS) {
    for (const enrolled of ENROLMENTS) {
      for (const confidence of CONFIDENCES) {
        const login = { ...given, mfa, enrolled, ...(confidence && { confidence }) }
        const found = toneOf(run(login), login, scope)
        if (WEAKEST_FIRST.indexOf(found) < WEAKEST_FIRST.indexOf(tone)) tone = found
        const [age] = mfa[0] ?? []
        if (found === 'proven' && mfa.length === FACTORS.length && age !== undefined) {
          ageSeconds = Math.max(ageSeconds ?? 0, age)
        }
      }
    }
  }
  return { tone, ageSeconds: tone === 'open' ? undefined : ageSeconds }
}

/** The age of the MFA on which a cell says that a request is issued; of several demands the youngest. */
function ageSaid(says: readonly string[]): number | undefined {
  const now = says.slice(0, says.findIndex((line) => line.startsWith('from ')) >>> 0)
  const ages = now.flatMap((line) => {
    const found = [...line.matchAll(/≤ (\d+)([sm])/g)].map(
      ([, age, unit]) => Number(age) * (unit === 'm' ? 60 : 1),
    )
    return found.length === 0 ? [] : [Math.min(...found)]
  })
  return ages.length === 0 ? undefined : Math.max(...ages)
}

function requestOf(
  thing: Matrix['columns'][number]['things'][number]['protects'],
  shape: (typeof REQUESTS)[string][number],
): Given {
  const { in: place, ...given } = shape
  if ('acr' in thing) return { ...given, scopes: ['openid'], bodyScope: 'openid', acr: [thing.acr] }
  const asked =
    place === 'transaction'
      ? { scopes: ['openid', thing.scope] }
      : { bodyScope: `openid ${thing.scope}` }
  return { ...given, ...asked, audience: thing.audience }
}

test('each cell is the weakest that the bundle does', async () => {
  const seen: Partial<Record<Tone, number>> = {}
  await fc.assert(
    fc.asyncProperty(policies, async (policy) => {
      const bundle = loadBundle(await bundlePolicy(policy, ''), {
        now: () => NOW_MS,
        onUnknown: () => undefined,
      })
      const matrix = matrixOf({
        ...{ policy, atMs: NOW_MS, running: { state: 'as-audited' } },
        facts: {
          ...{ clientGrants: { seen: 'nothing' }, clients: { seen: 'nothing' } },
          resourceServers: { seen: 'nothing' },
          enabledFactors: { seen: 'nothing' },
        },
      })
      for (const [i, { things }] of matrix.columns.entries()) {
        for (const { protects } of things) {
          for (const { title, cells } of matrix.rows) {
            const cell = cells[i]
            if (cell === undefined || cell.tone === 'none') continue
            const done = (REQUESTS[title] ?? []).map((shape): Weakest => {
              const run = (given: Given) => bundle.run(eventOf(given)).calls
              return weakestDone(
                run,
                requestOf(protects, shape),
                'acr' in protects ? undefined : protects.scope,
              )
            })
            if (done.length === 0) continue
            for (const { tone } of done) seen[tone] = (seen[tone] ?? 0) + 1
            const said = { title, tone: cell.tone, ageSeconds: ageSaid(cell.says) }
            expect(done.map((each) => ({ title, ...each }))).toEqual(done.map(() => said))
          }
        }
      }
    }),
    // Enough of them that each kind of cell is met.
    { numRuns: 40, seed: SEED },
  )
  // A test that meets only one kind of cell would show nothing.
  expect(Object.keys(seen).toSorted()).toEqual([...WEAKEST_FIRST].toSorted())
}, 120_000)

test('the bundle does what every cell says, at any time and for whoever is named', async () => {
  await fc.assert(
    fc.asyncProperty(policies, async (policy) => {
      expect(await differencesFrom(policy, await bundlePolicy(policy, ''))).toEqual([])
    }),
    { numRuns: 12, seed: SEED },
  )
}, 120_000)
