import { isDeepStrictEqual } from 'node:util'
import { checkBundle } from '../../scripts/proof/check-bundle.ts'
import { BAD_ACTIONS } from '../support/bad-actions.ts'

/** The least event on which each Action breaks its promise, at noon of 15 January 2026 if it has times. */
const EVENTS: Readonly<Record<string, object>> = {
  'the published sample for APIs': { client: {} },
  'the published sample for web apps': {},
  'ignores the protocol': {
    transaction: { protocol: 'oauth2-access-token' },
    resource_server: { identifier: 'https://banking.fabrikam.example' },
  },
  'lets a refresh inherit a step-up': {
    transaction: { protocol: 'oauth2-refresh-token' },
    request: { body: { scope: 'transfer:funds' } },
    authentication: {
      methods: [{ name: 'mfa', timestamp: '2026-01-15T11:59:59.000Z', type: 'otp' }],
    },
  },
  'ignores freshness': {
    transaction: { protocol: 'oidc-basic-profile', requested_scopes: ['transfer:funds'] },
    authentication: {
      methods: [{ name: 'mfa', timestamp: '2026-01-15T11:54:59.999Z', type: 'otp' }],
    },
  },
  'takes the first MFA, not the newest': {
    transaction: { protocol: 'oidc-basic-profile', requested_scopes: ['transfer:funds'] },
    authentication: {
      methods: [
        { name: 'mfa', timestamp: '2026-01-15T11:54:59.999Z', type: 'otp' },
        { name: 'mfa', timestamp: '2026-01-15T11:59:59.000Z', type: 'otp' },
      ],
    },
  },
  'accepts MFA in the future': {
    transaction: { protocol: 'oidc-basic-profile', requested_scopes: ['transfer:funds'] },
    authentication: {
      methods: [{ name: 'mfa', timestamp: '2026-01-15T12:00:30.001Z', type: 'otp' }],
    },
  },
  'accepts MFA one second too old': {
    transaction: { protocol: 'oidc-basic-profile', requested_scopes: ['transfer:funds'] },
    authentication: {
      methods: [{ name: 'mfa', timestamp: '2026-01-15T11:54:59.999Z', type: 'otp' }],
    },
  },
  'accepts any factor': {
    transaction: { protocol: 'oidc-basic-profile', requested_scopes: ['transfer:funds'] },
    authentication: { methods: [{ name: 'mfa', timestamp: '2026-01-15T11:59:59.000Z' }] },
  },
  'challenges with every factor': {
    transaction: { protocol: 'oidc-basic-profile', requested_scopes: ['transfer:funds'] },
    user: { enrolledFactors: [{ type: 'otp' }] },
  },
  'remembers the browser': {
    transaction: { protocol: 'oidc-basic-profile', requested_scopes: ['transfer:funds'] },
  },
  'remembers the browser by a list': {
    transaction: { protocol: 'oidc-basic-profile', requested_scopes: ['transfer:funds'] },
  },
  'removes a list in place of a scope': {},
  'denies with no reason that is text': {
    transaction: { requested_scopes: ['transfer:funds'] },
  },
  'challenges with a list of types': {
    transaction: { protocol: 'oidc-basic-profile', requested_scopes: ['transfer:funds'] },
  },
  'applies to listed clients only': {},
  'throws where acr_values are missing': { transaction: {} },
  'challenges everyday scopes': { transaction: { requested_scopes: ['TRANSFER:FUNDS'] } },
  'matches scopes by prefix': { transaction: { requested_scopes: ['transfer:funds:all'] } },
  'no scope in a password grant: none': { transaction: { protocol: 'oauth2-password' } },
  'forgets the audience': { resource_server: { identifier: 'https://another.example' } },
  'has a back door': { user: {} },
  'keeps state between runs': {},
  'honours expired exceptions': { client: { client_id: 'batch' } },
  'enrols where the rule denies': {
    transaction: { protocol: 'oidc-basic-profile', requested_scopes: ['transfer:funds'] },
    user: { enrolledFactors: [{ type: 'otp' }] },
  },
  'enrols at the page of a device': {
    transaction: { protocol: 'oauth2-device-code', requested_scopes: ['transfer:funds'] },
    user: { enrolledFactors: [{ type: 'otp' }] },
  },
  'makes six challenges': {
    transaction: { protocol: 'oidc-basic-profile', requested_scopes: ['transfer:funds'] },
    user: { enrolledFactors: [{ type: 'otp' }] },
  },
  'lets go when more is asked': {
    transaction: { requested_scopes: ['transfer:funds', 'close:account'] },
  },
  'tells the audience in its denial': {
    transaction: { requested_scopes: ['transfer:funds'] },
  },
}

test.each(BAD_ACTIONS.map((bad) => [bad.name, bad] as const))('%s', async (name, bad) => {
  const subject = { code: await bad.code(), policy: bad.policy, invariants: [] }
  const { violations } = await checkBundle(subject, { where: 'this-thread', depth: 'quick' })
  const alike = violations.filter(({ invariant }) => invariant === bad.invariant)
  const found =
    alike.findLast(({ event }) => isDeepStrictEqual(event, EVENTS[name])) ?? alike.at(-1)
  expect({ invariant: found?.invariant, event: found?.event }).toEqual({
    invariant: bad.invariant,
    event: EVENTS[name],
  })
})
