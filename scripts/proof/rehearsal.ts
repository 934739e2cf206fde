import type { Policy, Rule, ScopeRule } from '../../actions/step-up/policy.ts'
import { newExplorer } from './explorer.ts'
import { MORE_REHEARSAL, REHEARSAL, planUnits, type Unit } from './units.ts'
import { moreFor, NO_LITERALS } from './more-values.ts'
import { loadBundle } from './run-bundle.ts'
import type { Target } from './target.ts'
import { watchingHooks, type Seen, type WatchedCode } from './guard.ts'

// An engine holds code for whatever a policy may say, and most policies say little of it. These say
// everything, so that each turn of a sound engine is taken both ways on some login under one of them.

const API = 'https://rehearsal.example'
const UNTIL = Date.UTC(2027, 0, 1)

function scopeRule(id: string, changes: Partial<ScopeRule> = {}): ScopeRule {
  return {
    id,
    audience: API,
    scopes: [`do:${id}`],
    requires: { factors: 'any', maxAgeSeconds: 0 },
    withoutBrowser: { others: 'remove' },
    ...changes,
  }
}

const ENROL = { whenNotEnrolled: 'enroll' } as const
const KEYS = { factors: ['webauthn-roaming', 'webauthn-platform'], maxAgeSeconds: 300 } as const
const PUSH = { factors: ['push-notification', 'otp'], maxAgeSeconds: 300 } as const
const RECENT = { factors: 'any', maxAgeSeconds: 300 } as const
const CHALLENGE = { others: 'challenge' } as const

const acrRule: Rule = {
  id: 'acr',
  acr: 'urn:rehearsal:acr',
  requires: RECENT,
  withoutBrowser: { others: 'deny', 'oauth2-password': 'challenge' },
}

/** Turns watched code with another policy into watched code with this one. */
export type WithPolicy = (policy: Policy) => WatchedCode

/**
 * Runs an engine with policies that say everything, and on commands that fail.
 * @returns which way it has gone at each of its turns
 */
export async function rehearse(withPolicy: WithPolicy): Promise<Seen> {
  const all: Seen[] = []
  for (const policy of REHEARSALS) {
    const watched = withPolicy(policy)
    const { explore } = newExplorer({ code: watched.code, watched, policy, invariants: [] })
    for (const [number, unit] of unitsFor(policy).entries()) {
      const { seen } = await explore(unit, number)
      if (seen !== undefined) all.push(seen.slice())
    }
    all.push(await runWithFailures(watched, policy))
  }
  const [first = new Uint8Array(), ...others] = all
  return others.reduce((seen, more) => seen.map((each, i) => each | (more[i] ?? 0)), first)
}

function unitsFor(policy: Policy): readonly Unit[] {
  return planUnits(policy, [], 'quick').flatMap((unit) => [
    { ...unit, attempts: [REHEARSAL], limit: Infinity },
    { ...unit, attempts: [MORE_REHEARSAL], limit: Infinity, target: withMore(policy, unit.target) },
  ])
}

function withMore(policy: Policy, target: Target): Target {
  const given = { todayMs: UNTIL, literals: NO_LITERALS, variants: false, isBrief: false }
  return { ...target, more: moreFor(policy, target, given) }
}

/** Runs code where commands fail: each of them, and then even the denial that follows. */
async function runWithFailures(watched: WatchedCode, { rules }: Policy): Promise<Seen> {
  const seen = new Uint8Array(2 * watched.points)
  const onUnknown = () => undefined
  for (const isEven of [false, true]) {
    const fails = (command: string) => isEven || command !== 'access.deny'
    const surroundings = { now: () => UNTIL, onUnknown, fails }
    const bundle = loadBundle(watched.code, surroundings, watchingHooks(seen, onUnknown))
    const runs = rules.flatMap((rule) =>
      ['oidc-basic-profile', 'oauth2-refresh-token']
        .flatMap((protocol) => [asking(rule, protocol), askingInBody(rule, protocol)])
        .map((event) => bundle.run(event)),
    )
    await bundle.settle(runs.map(({ promise }) => promise))
  }
  return seen
}

function asking(rule: Rule, protocol: string) {
  const isAcr = 'acr' in rule
  return {
    transaction: {
      protocol,
      requested_scopes: isAcr ? [] : rule.scopes,
      acr_values: isAcr ? [rule.acr] : [],
    },
    resource_server: { identifier: isAcr ? API : rule.audience },
    request: { body: isAcr ? {} : { scope: rule.scopes.join(' ') } },
  }
}

/** The same, where the request alone names the API. */
function askingInBody(rule: Rule, protocol: string): object {
  const { resource_server: server, ...event } = asking(rule, protocol)
  return { ...event, request: { body: { ...event.request.body, audience: server.identifier } } }
}

/** Policies under which a sound engine has nothing left that is never run. */
export const REHEARSALS: readonly Policy[] = [
  { rules: [] },
  { rules: [acrRule] },
  { rules: [scopeRule('transfer', ENROL), scopeRule('close', { requires: RECENT }), acrRule] },
  {
    claim: 'https://rehearsal.example/step-up',
    rules: [
      scopeRule('recent', { requires: RECENT, ...ENROL }),
      scopeRule('keys', { requires: KEYS, ...ENROL, scopes: ['do:recent', 'do:keys'] }),
    ],
  },
  { rules: [scopeRule('push', { requires: PUSH, ...ENROL, withoutBrowser: CHALLENGE })] },
  {
    rules: [
      scopeRule('keys', { requires: KEYS, scopes: ['do:it'] }),
      scopeRule('push', { requires: PUSH, scopes: ['do:it'] }),
    ],
  },
  {
    rules: [
      scopeRule('email', {
        requires: { factors: ['email'], maxAgeSeconds: 60 },
        ...ENROL,
        whenConfidenceIsLow: { factors: ['email', 'otp'], maxAgeSeconds: 0 },
      }),
      scopeRule('other', {
        requires: { factors: ['email', 'phone'], maxAgeSeconds: 60 },
        ...ENROL,
      }),
    ],
  },
  {
    rules: [
      scopeRule('excepted', {
        requires: RECENT,
        ...ENROL,
        withoutBrowser: {
          others: 'challenge',
          'oauth2-refresh-token': 'deny',
          'oauth2-password': 'remove',
        },
        exceptions: [
          { client: 'rehearsing-client', untilMs: UNTIL },
          { organization: 'rehearsing-organization', untilMs: UNTIL },
        ],
      }),
      scopeRule('denied', {
        withoutBrowser: {
          others: 'deny',
          'oauth2-token-exchange': 'challenge',
          'oauth2-device-code': 'challenge',
        },
      }),
    ],
  },
  {
    rules: [
      scopeRule('reported', { reportUntilMs: UNTIL }),
      scopeRule('enforced', { ...ENROL, requires: RECENT, withoutBrowser: CHALLENGE }),
    ],
  },
  {
    claim: 'https://rehearsal.example/step-up',
    idTokenClaim: 'https://rehearsal.example/rules',
    rules: [
      scopeRule('silent', { requires: RECENT, whenSilent: 'remove' }),
      scopeRule('asked', { requires: RECENT }),
      acrRule,
    ],
  },
  {
    rules: [
      scopeRule('own', { ...ENROL, withoutBrowser: { others: 'deny' }, cannotRemove: true }),
      scopeRule('removed', ENROL),
    ],
  },
]

/** A bundle of an engine and another policy than it came with. */
export function withPolicy(engine: string, { rules, ...rest }: Policy): string {
  const claims = Object.entries(rest).map(([name, value]) => `, ${name}: ${JSON.stringify(value)}`)
  const list = `var rules = ${JSON.stringify(rules)};`
  const given = `{ rules${claims.join('')} }`
  return `${engine}\n// policy\n${list}\nexports.onExecutePostLogin = postLogin(${given});\n`
}
