import type { Decision } from '../../actions/step-up/decide.ts'
import type { Policy, ScopeRule } from '../../actions/step-up/policy.ts'
import type { Call } from './api.ts'
import { BANKING, MULTI_FACTOR, NOW_MS, type Given } from './event.ts'
import { FABRIKAM, scopeRule } from './policies.ts'

/**
 * What each login must come to: the decision, and the calls on `api` in order. The same rows judge
 * `decide`, the adapter and the built bundle.
 */
export type Case = readonly [name: string, given: Given, decision: Decision, calls: readonly Call[]]

export interface CaseGroup {
  readonly title: string
  readonly policy: Policy
  readonly cases: readonly Case[]
}

const ENABLE: Call = ['api.multifactor.enable', 'any', { allowRememberBrowser: false }]
const challengeWith = (...types: object[]): Call => ['api.authentication.challengeWithAny', types]
const enrollWith = (...types: object[]): Call => ['api.authentication.enrollWithAny', types]
const removeScope = (scope: string): Call => ['api.accessToken.removeScope', scope]
const denied = (message: string): Call => ['api.access.deny', message]

const NO_BROWSER_DENIED =
  'this request needs multifactor authentication, which cannot be asked for here'
const NOT_ENROLLED = denied(
  'this request needs an authentication factor that is not set up (step-up: not-enrolled)',
)

const PASS: Decision = { outcome: 'pass', reason: 'no-rule-applies' }
const pass = (rule: string, secondsAgo: number, factor?: string): Decision => ({
  outcome: 'pass',
  reason: 'mfa-fresh',
  rule,
  mfa: { atMs: NOW_MS - secondsAgo * 1000, factor },
})
const remove = (
  reason: 'no-browser' | 'refresh-token' | 'scopes-unknown',
  ...removeScopes: string[]
) => ({ outcome: 'remove', reason, rule: 'transfer-funds', removeScopes }) as const
const deny = (
  reason: 'no-browser' | 'refresh-token' | 'not-enrolled' | 'rules-disagree',
  rule: string,
) => ({ outcome: 'deny', reason, rule }) as const
const challenge = (
  reason: 'mfa-every-time' | 'mfa-missing' | 'mfa-too-old' | 'no-browser' | 'refresh-token',
  more: Partial<Extract<Decision, { outcome: 'challenge' }>> = {},
): Decision => ({
  outcome: 'challenge',
  reason,
  rule: 'transfer-funds',
  challengeWith: [],
  enrollWith: [],
  removeScopes: [],
  ...more,
})

const TRANSFER = { audience: BANKING, scopes: ['openid', 'transfer:funds'] }
const EVERYDAY = { audience: BANKING, scopes: ['openid', 'read:accounts'] }
const BROWSER = { protocol: 'oidc-basic-profile' }
const OTP = { enrolled: ['otp'] }
const REFRESH = { protocol: 'oauth2-refresh-token', audience: BANKING }
const PASSWORD = { protocol: 'oauth2-password', audience: BANKING }

const EVERY_TIME = challenge('mfa-every-time')
const REMOVED = removeScope('transfer:funds')

const one = (changes: Partial<ScopeRule>): Policy => ({ rules: [scopeRule(changes)] })

// prettier-ignore
export const CASES: readonly CaseGroup[] = [
  {
    title: 'the shipped policy in a browser',
    policy: FABRIKAM,
    cases: [
      ['everyday scope',                        { ...BROWSER, ...EVERYDAY },                                      PASS,       []],
      ['high-value scope',                      { ...BROWSER, ...TRANSFER },                                      EVERY_TIME, [ENABLE]],
      ['high-value scope, enrolled',            { ...BROWSER, ...TRANSFER, ...OTP },                              EVERY_TIME, [ENABLE]],
      ['high-value scope, implicit flow',       { protocol: 'oidc-implicit-profile', ...TRANSFER },               EVERY_TIME, [ENABLE]],
      ['high-value scope, hybrid flow',         { protocol: 'oidc-hybrid-profile', ...TRANSFER },                 EVERY_TIME, [ENABLE]],
      ['high-value scope, CIBA web link',       { protocol: 'oidc-ciba-web-link', ...TRANSFER },                  EVERY_TIME, [ENABLE]],
      ['high-value scope, MFA a second ago',    { ...BROWSER, ...TRANSFER, mfa: [[1, 'otp']] },                   EVERY_TIME, [ENABLE]],
      ['high-value scope, prompt=none',         { ...BROWSER, ...TRANSFER, prompt: ['none'] },                    EVERY_TIME, [ENABLE]],
      ['high-value scope twice',                { ...BROWSER, audience: BANKING, scopes: ['transfer:funds', 'transfer:funds'] }, EVERY_TIME, [ENABLE]],
      ['scopes in one string',                  { ...BROWSER, audience: BANKING, scopes: ['openid transfer:funds'] }, EVERY_TIME, [ENABLE]],
      ['same scope of another API',             { ...BROWSER, ...TRANSFER, audience: 'https://other.example' },   PASS,       []],
      ['high-value scope without an audience',  { ...BROWSER, scopes: ['transfer:funds'] },                       EVERY_TIME, [ENABLE]],
      ['everyday scope without an audience',    { ...BROWSER, scopes: ['read:accounts'] },                        PASS,       []],
      ['no scopes at all',                      { ...BROWSER, audience: BANKING, scopes: [] },                    PASS,       []],
      ['scopes missing from the event',         { ...BROWSER, audience: BANKING },                                remove('scopes-unknown', 'transfer:funds'), [REMOVED]],
      ['scopes and audience missing',           { ...BROWSER },                                                   remove('scopes-unknown', 'transfer:funds'), [REMOVED]],
      ['a name of Object.prototype as scope',   { ...BROWSER, audience: BANKING, scopes: ['constructor', '__proto__'] }, PASS, []],
      ['another case of the scope',             { ...BROWSER, audience: BANKING, scopes: ['Transfer:Funds'] },    PASS,       []],
      ['acr value',                             { ...BROWSER, scopes: ['openid'], acr: [MULTI_FACTOR] },          challenge('mfa-every-time', { rule: 'salary-page' }), [ENABLE]],
      ['acr value among others',                { ...BROWSER, scopes: ['openid'], acr: ['urn:x', MULTI_FACTOR] }, challenge('mfa-every-time', { rule: 'salary-page' }), [ENABLE]],
      ['acr value, prompt=none',                { ...BROWSER, scopes: ['openid'], acr: [MULTI_FACTOR], prompt: ['none'] }, challenge('mfa-every-time', { rule: 'salary-page' }), [ENABLE]],
      ['another acr value',                     { ...BROWSER, scopes: ['openid'], acr: ['urn:x'] },               PASS,       []],
      ['acr value, scopes missing',             { ...BROWSER, audience: BANKING, acr: [MULTI_FACTOR] },           challenge('mfa-every-time', { rule: 'salary-page', removeScopes: ['transfer:funds'] }), [REMOVED, ENABLE]],
      ['an MFA of this very moment',            { ...BROWSER, ...TRANSFER, mfa: [[0]] },                          EVERY_TIME, [ENABLE]],
      ['a scope in the body, which is not for browsers', { ...BROWSER, ...EVERYDAY, bodyScope: 'transfer:funds' }, PASS, []],
      ['SAML login',                            { protocol: 'samlp' },                                            PASS,       []],
      ['WS-Fed login',                          { protocol: 'wsfed' },                                            PASS,       []],
      ['SAML login that carries the scope',     { protocol: 'samlp', ...TRANSFER },                               EVERY_TIME, [ENABLE]],
      ['delegated session',                     { ...BROWSER, ...TRANSFER, sessionActor: { sub: 'admin' } },      remove('no-browser', 'transfer:funds'), [REMOVED]],
      ['delegated session, acr value',          { ...BROWSER, scopes: [], acr: [MULTI_FACTOR], sessionActor: { sub: 'admin' } }, deny('no-browser', 'salary-page'), [denied(`${NO_BROWSER_DENIED} (step-up: no-browser)`)]],
    ],
  },
  {
    title: 'the shipped policy without a browser',
    policy: FABRIKAM,
    cases: [
      ['password, everyday scope',              { ...PASSWORD, bodyScope: 'openid read:accounts' },               PASS, []],
      ['password, high-value scope',            { ...PASSWORD, bodyScope: 'openid transfer:funds' },              remove('no-browser', 'transfer:funds'), [REMOVED]],
      ['password, no scope: all of them',       { ...PASSWORD },                                                  remove('no-browser', 'transfer:funds'), [REMOVED]],
      ['password, empty scope: all of them',    { ...PASSWORD, bodyScope: ' ' },                                  remove('no-browser', 'transfer:funds'), [REMOVED]],
      ['password, requested_scopes do not count', { ...PASSWORD, scopes: ['read:accounts'] },                     remove('no-browser', 'transfer:funds'), [REMOVED]],
      ['password, no scope, no audience',       { protocol: 'oauth2-password' },                                  remove('scopes-unknown', 'transfer:funds'), [REMOVED]],
      ['password, no scope, another API',       { protocol: 'oauth2-password', audience: 'https://other.example' }, PASS, []],
      ['password after MFA in the session',     { ...PASSWORD, bodyScope: 'transfer:funds', mfa: [[1, 'otp']] },  remove('no-browser', 'transfer:funds'), [REMOVED]],
      ['legacy password grant',                 { protocol: 'oauth2-resource-owner', audience: BANKING },         remove('no-browser', 'transfer:funds'), [REMOVED]],
      ['legacy JWT bearer',                     { protocol: 'oauth2-resource-owner-jwt-bearer', audience: BANKING }, remove('no-browser', 'transfer:funds'), [REMOVED]],
      ['native social token exchange',          { protocol: 'oauth2-access-token', audience: BANKING },           remove('no-browser', 'transfer:funds'), [REMOVED]],
      ['token exchange, no scope',              { protocol: 'oauth2-token-exchange', audience: BANKING },         remove('no-browser', 'transfer:funds'), [REMOVED]],
      ['token exchange, everyday scope',        { protocol: 'oauth2-token-exchange', audience: BANKING, bodyScope: 'read:accounts' }, PASS, []],
      ['token exchange, high-value scope',      { protocol: 'oauth2-token-exchange', audience: BANKING, bodyScope: 'transfer:funds' }, remove('no-browser', 'transfer:funds'), [REMOVED]],
      ['WebAuthn grant',                        { protocol: 'oauth2-webauthn', audience: BANKING },               remove('no-browser', 'transfer:funds'), [REMOVED]],
      ['device code, everyday scope',           { protocol: 'oauth2-device-code', ...EVERYDAY },                  PASS, []],
      ['device code, high-value scope',         { protocol: 'oauth2-device-code', ...TRANSFER },                  remove('no-browser', 'transfer:funds'), [REMOVED]],
      ['device code, scopes missing',           { protocol: 'oauth2-device-code', audience: BANKING },            remove('scopes-unknown', 'transfer:funds'), [REMOVED]],
      ['CIBA, high-value scope',                { protocol: 'oidc-ciba', ...TRANSFER },                           remove('no-browser', 'transfer:funds'), [REMOVED]],
      ['WS-Trust, no scope',                    { protocol: 'wstrust-usernamemixed' },                            PASS, []],
      ['unknown protocol, high-value scope',    { protocol: 'oidc-telepathy', ...TRANSFER },                      remove('no-browser', 'transfer:funds'), [REMOVED]],
      ['unknown protocol, scope in the body',   { protocol: 'oidc-telepathy', audience: BANKING, scopes: ['openid'], bodyScope: 'transfer:funds' }, remove('no-browser', 'transfer:funds'), [REMOVED]],
      ['unknown protocol, only the body lists', { protocol: 'oidc-telepathy', audience: BANKING, bodyScope: 'read:accounts' }, remove('scopes-unknown', 'transfer:funds'), [REMOVED]],
      ['unknown protocol, everyday scope',      { protocol: 'oidc-telepathy', ...EVERYDAY },                      PASS, []],
      ['unknown protocol, acr value',           { protocol: 'oidc-telepathy', scopes: ['openid'], acr: [MULTI_FACTOR] }, deny('no-browser', 'salary-page'), [denied(`${NO_BROWSER_DENIED} (step-up: no-browser)`)]],
      ['missing protocol, high-value scope',    { ...TRANSFER },                                                  remove('no-browser', 'transfer:funds'), [REMOVED]],
      ['missing protocol, everyday scope',      { ...EVERYDAY },                                                  PASS, []],
    ],
  },
  {
    title: 'the shipped policy on a refresh token',
    policy: FABRIKAM,
    cases: [
      ['everyday scope in the body',            { ...REFRESH, bodyScope: 'read:accounts' },                       PASS, []],
      ['high-value scope in the body',          { ...REFRESH, bodyScope: 'read:accounts transfer:funds' },        remove('refresh-token', 'transfer:funds'), [REMOVED]],
      ['no scope, grant unknown',               { ...REFRESH },                                                   remove('scopes-unknown', 'transfer:funds'), [REMOVED]],
      ['no scope, granted with a step-up',      { ...REFRESH, granted: [{ audience: BANKING, scopes: 'read:accounts transfer:funds' }], mfa: [[1, 'otp']] }, remove('refresh-token', 'transfer:funds'), [REMOVED]],
      ['no scope, granted everyday, no policy', { ...REFRESH, granted: [{ audience: BANKING, scopes: 'read:accounts' }], multiResource: [] }, PASS, []],
      ['no scope, policies not in the event',   { ...REFRESH, granted: [{ audience: BANKING, scopes: 'read:accounts' }] }, remove('scopes-unknown', 'transfer:funds'), [REMOVED]],
      ['no scope, granted for another API',     { ...REFRESH, granted: [{ audience: 'https://other.example', scopes: 'x' }], multiResource: [] }, remove('scopes-unknown', 'transfer:funds'), [REMOVED]],
      ['multi-resource policy adds the scope',  { ...REFRESH, granted: [{ audience: BANKING, scopes: 'read:accounts' }], multiResource: [{ audience: BANKING, scope: ['transfer:funds'] }] }, remove('refresh-token', 'transfer:funds'), [REMOVED]],
      ['multi-resource policy of another API',  { ...REFRESH, granted: [{ audience: BANKING, scopes: 'read:accounts' }], multiResource: [{ audience: 'https://other.example', scope: ['transfer:funds'] }] }, PASS, []],
      ['requested_scopes of the login are stale', { ...REFRESH, scopes: ['transfer:funds'], bodyScope: 'read:accounts' }, PASS, []],
      ['another API',                           { protocol: 'oauth2-refresh-token', audience: 'https://other.example' }, PASS, []],
      ['acr value of the login',                { ...REFRESH, bodyScope: 'openid', acr: [MULTI_FACTOR] },         PASS, []],
      ['delegated',                             { ...REFRESH, bodyScope: 'transfer:funds', sessionActor: {} },    remove('refresh-token', 'transfer:funds'), [REMOVED]],
    ],
  },
  {
    title: 'an earlier MFA of at most 300 seconds',
    policy: { claim: 'https://fabrikam.example/step_up', ...one({ requires: { factors: 'any', maxAgeSeconds: 300 } }) },
    cases: [
      ['none',                                  { ...BROWSER, ...TRANSFER },                                      challenge('mfa-missing'), [ENABLE]],
      ['10 s old',                              { ...BROWSER, ...TRANSFER, mfa: [[10, 'otp']] },                  pass('transfer-funds', 10, 'otp'), [['api.accessToken.setCustomClaim', 'https://fabrikam.example/step_up', { time: NOW_MS / 1000 - 10, factor: 'otp' }]]],
      ['10 s old, prompt=none',                 { ...BROWSER, ...TRANSFER, prompt: ['none'], mfa: [[10]] },       pass('transfer-funds', 10), [['api.accessToken.setCustomClaim', 'https://fabrikam.example/step_up', { time: NOW_MS / 1000 - 10, factor: undefined }]]],
      ['exactly 300 s old',                     { ...BROWSER, ...TRANSFER, mfa: [[300, 'otp']] },                 pass('transfer-funds', 300, 'otp'), [['api.accessToken.setCustomClaim', 'https://fabrikam.example/step_up', { time: NOW_MS / 1000 - 300, factor: 'otp' }]]],
      ['300.001 s old',                         { ...BROWSER, ...TRANSFER, mfa: [[300.001, 'otp']] },             challenge('mfa-too-old'), [ENABLE]],
      ['300.001 s old, prompt=none',            { ...BROWSER, ...TRANSFER, prompt: ['none'], mfa: [[300.001]] },  challenge('mfa-too-old'), [ENABLE]],
      ['old, then new',                         { ...BROWSER, ...TRANSFER, mfa: [[9000, 'otp'], [10, 'phone']] }, pass('transfer-funds', 10, 'phone'), [['api.accessToken.setCustomClaim', 'https://fabrikam.example/step_up', { time: NOW_MS / 1000 - 10, factor: 'phone' }]]],
      ['new, then old',                         { ...BROWSER, ...TRANSFER, mfa: [[10, 'phone'], [9000, 'otp']] }, pass('transfer-funds', 10, 'phone'), [['api.accessToken.setCustomClaim', 'https://fabrikam.example/step_up', { time: NOW_MS / 1000 - 10, factor: 'phone' }]]],
      ['30 s in the future: clock skew',        { ...BROWSER, ...TRANSFER, mfa: [[-30, 'otp']] },                 pass('transfer-funds', -30, 'otp'), [['api.accessToken.setCustomClaim', 'https://fabrikam.example/step_up', { time: NOW_MS / 1000 + 30, factor: 'otp' }]]],
      ['31 s in the future: no clock skew',     { ...BROWSER, ...TRANSFER, mfa: [[-31, 'otp']] },                 challenge('mfa-missing'), [ENABLE]],
      ['in the future, and too old',            { ...BROWSER, ...TRANSFER, mfa: [[-31, 'otp'], [400, 'otp']] },   challenge('mfa-too-old'), [ENABLE]],
      ['everyday scope after MFA',              { ...BROWSER, ...EVERYDAY, mfa: [[10, 'otp']] },                  PASS, []],
      ['refresh after MFA',                     { ...REFRESH, bodyScope: 'transfer:funds', mfa: [[10, 'otp']] },  remove('refresh-token', 'transfer:funds'), [REMOVED]],
      ['delegated session after MFA',           { ...BROWSER, ...TRANSFER, mfa: [[10]], sessionActor: {} },       remove('no-browser', 'transfer:funds'), [REMOVED]],
    ],
  },
  {
    title: 'listed factors, and denial without them',
    policy: one({ requires: { factors: ['webauthn-roaming', 'webauthn-platform'], maxAgeSeconds: 300 }, whenNotEnrolled: 'deny' }),
    cases: [
      ['one enrolled',                          { ...BROWSER, ...TRANSFER, enrolled: ['otp', 'webauthn-platform'] }, challenge('mfa-missing', { challengeWith: ['webauthn-platform'] }), [ENABLE, challengeWith({ type: 'webauthn-platform' })]],
      ['both enrolled',                         { ...BROWSER, ...TRANSFER, enrolled: ['webauthn-platform', 'webauthn-roaming'] }, challenge('mfa-missing', { challengeWith: ['webauthn-roaming', 'webauthn-platform'] }), [ENABLE, challengeWith({ type: 'webauthn-roaming' }, { type: 'webauthn-platform' })]],
      ['enrolled, prompt=none',                 { ...BROWSER, ...TRANSFER, prompt: ['none'], enrolled: ['webauthn-platform'] }, challenge('mfa-missing'), [ENABLE]],
      ['another enrolled',                      { ...BROWSER, ...TRANSFER, enrolled: ['otp'] },                   deny('not-enrolled', 'transfer-funds'), [NOT_ENROLLED]],
      ['none enrolled',                         { ...BROWSER, ...TRANSFER, enrolled: [] },                        deny('not-enrolled', 'transfer-funds'), [NOT_ENROLLED]],
      ['enrolments missing',                    { ...BROWSER, ...TRANSFER },                                      deny('not-enrolled', 'transfer-funds'), [NOT_ENROLLED]],
      ['fresh MFA of a listed factor',          { ...BROWSER, ...TRANSFER, mfa: [[10, 'webauthn-platform']] },    pass('transfer-funds', 10, 'webauthn-platform'), []],
      ['fresh MFA of another factor',           { ...BROWSER, ...TRANSFER, mfa: [[10, 'otp']], enrolled: ['webauthn-roaming'] }, challenge('mfa-missing', { challengeWith: ['webauthn-roaming'] }), [ENABLE, challengeWith({ type: 'webauthn-roaming' })]],
      ['fresh MFA of an unnamed factor',        { ...BROWSER, ...TRANSFER, mfa: [[10]], enrolled: ['webauthn-roaming'] }, challenge('mfa-missing', { challengeWith: ['webauthn-roaming'] }), [ENABLE, challengeWith({ type: 'webauthn-roaming' })]],
      ['old listed, fresh other',               { ...BROWSER, ...TRANSFER, mfa: [[400, 'webauthn-roaming'], [10, 'otp']], enrolled: ['webauthn-roaming'] }, challenge('mfa-too-old', { challengeWith: ['webauthn-roaming'] }), [ENABLE, challengeWith({ type: 'webauthn-roaming' })]],
    ],
  },
  {
    title: 'any factor, and denial without one',
    policy: one({ whenNotEnrolled: 'deny' }),
    cases: [
      ['one enrolled',                          { ...BROWSER, ...TRANSFER, ...OTP },                              EVERY_TIME, [ENABLE]],
      ['none enrolled',                         { ...BROWSER, ...TRANSFER, enrolled: [] },                        deny('not-enrolled', 'transfer-funds'), [NOT_ENROLLED]],
      ['enrolments missing',                    { ...BROWSER, ...TRANSFER },                                      deny('not-enrolled', 'transfer-funds'), [NOT_ENROLLED]],
    ],
  },
  {
    title: 'listed factors, and enrolment',
    policy: one({ requires: { factors: ['push-notification', 'email', 'webauthn-roaming'], maxAgeSeconds: 0 } }),
    cases: [
      ['a listed factor enrolled',              { ...BROWSER, ...TRANSFER, enrolled: ['email'] },                 challenge('mfa-every-time', { challengeWith: ['email'] }), [ENABLE, challengeWith({ type: 'email' })]],
      ['push enrolled: no code in its place',   { ...BROWSER, ...TRANSFER, enrolled: ['push-notification', 'otp'] }, challenge('mfa-every-time', { challengeWith: ['push-notification'] }), [ENABLE, challengeWith({ type: 'push-notification', options: { otpFallback: false } })]],
      ['another factor: pass it, then enrol',   { ...BROWSER, ...TRANSFER, enrolled: ['recovery-code', 'phone', 'otp'] }, challenge('mfa-every-time', { challengeWith: ['otp', 'phone'], enrollWith: ['push-notification', 'webauthn-roaming'] }), [ENABLE, challengeWith({ type: 'otp' }, { type: 'phone' }), enrollWith({ type: 'push-notification', options: { otpFallback: false } }, { type: 'webauthn-roaming' })]],
      ['none: enrol',                           { ...BROWSER, ...TRANSFER, enrolled: [] },                        challenge('mfa-every-time', { enrollWith: ['push-notification', 'webauthn-roaming'] }), [ENABLE, enrollWith({ type: 'push-notification', options: { otpFallback: false } }, { type: 'webauthn-roaming' })]],
    ],
  },
  {
    title: 'email alone, which nobody can enrol',
    policy: one({ requires: { factors: ['email'], maxAgeSeconds: 0 } }),
    cases: [
      ['not enrolled',                          { ...BROWSER, ...TRANSFER, ...OTP },                              deny('not-enrolled', 'transfer-funds'), [NOT_ENROLLED]],
    ],
  },
  {
    title: 'push with one-time passwords',
    policy: one({ requires: { factors: ['push-notification', 'otp'], maxAgeSeconds: 0 } }),
    cases: [
      ['both enrolled: a code may replace push', { ...BROWSER, ...TRANSFER, enrolled: ['otp', 'push-notification'] }, challenge('mfa-every-time', { challengeWith: ['push-notification', 'otp'] }), [ENABLE, challengeWith({ type: 'push-notification', options: { otpFallback: true } }, { type: 'otp' })]],
    ],
  },
  {
    title: 'answers without a browser',
    policy: one({ whenNotEnrolled: 'deny', withoutBrowser: { 'oauth2-refresh-token': 'challenge', 'oauth2-password': 'challenge', 'oauth2-token-exchange': 'challenge', 'oidc-ciba': 'challenge', 'oauth2-device-code': 'remove', others: 'deny' } }),
    cases: [
      ['refresh: challenge',                    { ...REFRESH, bodyScope: 'transfer:funds', ...OTP },              challenge('refresh-token'), [ENABLE]],
      ['refresh of unknown scopes: remove',     { ...REFRESH, ...OTP },                                           remove('scopes-unknown', 'transfer:funds'), [REMOVED]],
      ['refresh: challenge, not enrolled',      { ...REFRESH, bodyScope: 'transfer:funds', enrolled: [] },        deny('not-enrolled', 'transfer-funds'), [NOT_ENROLLED]],
      ['password: challenge',                   { ...PASSWORD, ...OTP },                                          challenge('no-browser'), [ENABLE]],
      ['token exchange: challenge',             { protocol: 'oauth2-token-exchange', audience: BANKING, ...OTP }, challenge('no-browser'), [ENABLE]],
      ['token exchange with an organization',   { protocol: 'oauth2-token-exchange', audience: BANKING, organization: 'org_1', ...OTP }, deny('no-browser', 'transfer-funds'), [denied(`${NO_BROWSER_DENIED} (step-up: no-browser)`)]],
      ['password with an organization',         { protocol: 'oauth2-password', audience: BANKING, organization: 'org_1', ...OTP }, challenge('no-browser'), [ENABLE]],
      ['token exchange with an actor',          { protocol: 'oauth2-token-exchange', audience: BANKING, exchangeActor: { sub: 'a' }, ...OTP }, deny('no-browser', 'transfer-funds'), [denied(`${NO_BROWSER_DENIED} (step-up: no-browser)`)]],
      ['CIBA cannot challenge: deny',           { protocol: 'oidc-ciba', ...TRANSFER, ...OTP },                   deny('no-browser', 'transfer-funds'), [denied(`${NO_BROWSER_DENIED} (step-up: no-browser)`)]],
      ['device code: remove',                   { protocol: 'oauth2-device-code', ...TRANSFER, ...OTP },          remove('no-browser', 'transfer:funds'), [REMOVED]],
      ['others: deny',                          { protocol: 'oauth2-webauthn', ...TRANSFER, ...OTP },             deny('no-browser', 'transfer-funds'), [denied(`${NO_BROWSER_DENIED} (step-up: no-browser)`)]],
      ['unknown protocol: deny',                { protocol: 'oidc-telepathy', ...TRANSFER, ...OTP },              deny('no-browser', 'transfer-funds'), [denied(`${NO_BROWSER_DENIED} (step-up: no-browser)`)]],
      ['delegated refresh: deny',               { ...REFRESH, bodyScope: 'transfer:funds', sessionActor: {}, ...OTP }, deny('refresh-token', 'transfer-funds'), [denied(`${NO_BROWSER_DENIED} (step-up: refresh-token)`)]],
    ],
  },
  {
    title: 'listed factors that a challenge without a browser cannot insist on',
    policy: one({ requires: { factors: ['otp'], maxAgeSeconds: 0 }, withoutBrowser: { others: 'challenge' } }),
    cases: [
      ['password',                              { ...PASSWORD, ...OTP },                                          deny('no-browser', 'transfer-funds'), [denied(`${NO_BROWSER_DENIED} (step-up: no-browser)`)]],
    ],
  },
  {
    title: 'a challenge where Auth0 is not known to wait for one',
    policy: one({ withoutBrowser: { others: 'challenge' } }),
    cases: [
      ['unknown protocol',                      { protocol: 'oidc-telepathy', ...TRANSFER, ...OTP },              deny('no-browser', 'transfer-funds'), [denied(`${NO_BROWSER_DENIED} (step-up: no-browser)`)]],
      ['legacy grant',                          { protocol: 'oauth2-access-token', audience: BANKING, ...OTP },   deny('no-browser', 'transfer-funds'), [denied(`${NO_BROWSER_DENIED} (step-up: no-browser)`)]],
    ],
  },
  {
    title: 'exceptions',
    policy: one({ exceptions: [{ client: 'batch', untilMs: NOW_MS + 1 }, { client: 'old-batch', untilMs: NOW_MS }, { organization: 'org_partner', untilMs: NOW_MS + 1 }] }),
    cases: [
      ['client',                                { ...BROWSER, ...TRANSFER, client: 'batch' },                     { outcome: 'pass', reason: 'exception' }, []],
      ['client, expired',                       { ...BROWSER, ...TRANSFER, client: 'old-batch' },                 EVERY_TIME, [ENABLE]],
      ['organization',                          { ...BROWSER, ...TRANSFER, organization: 'org_partner' },         { outcome: 'pass', reason: 'exception' }, []],
      ['organization id as client id',          { ...BROWSER, ...TRANSFER, client: 'org_partner' },               EVERY_TIME, [ENABLE]],
      ['another client',                        { ...BROWSER, ...TRANSFER },                                      EVERY_TIME, [ENABLE]],
      ['client, scopes unknown',                { ...BROWSER, audience: BANKING, client: 'batch' },               PASS, []],
    ],
  },
  {
    title: 'stricter on low confidence',
    policy: one({ requires: { factors: 'any', maxAgeSeconds: 300 }, whenConfidenceIsLow: { factors: ['webauthn-roaming'], maxAgeSeconds: 0 }, whenNotEnrolled: 'deny' }),
    cases: [
      ['high',                                  { ...BROWSER, ...TRANSFER, confidence: 'high', mfa: [[10, 'otp']] }, pass('transfer-funds', 10, 'otp'), []],
      ['medium',                                { ...BROWSER, ...TRANSFER, confidence: 'medium', mfa: [[10, 'otp']] }, pass('transfer-funds', 10, 'otp'), []],
      ['low',                                   { ...BROWSER, ...TRANSFER, confidence: 'low', mfa: [[10, 'webauthn-roaming']], enrolled: ['webauthn-roaming'] }, challenge('mfa-every-time', { challengeWith: ['webauthn-roaming'] }), [ENABLE, challengeWith({ type: 'webauthn-roaming' })]],
      ['neutral',                               { ...BROWSER, ...TRANSFER, confidence: 'neutral', ...OTP },       deny('not-enrolled', 'transfer-funds'), [NOT_ENROLLED]],
      ['not assessed',                          { ...BROWSER, ...TRANSFER, mfa: [[10, 'otp']], ...OTP },          deny('not-enrolled', 'transfer-funds'), [NOT_ENROLLED]],
    ],
  },
  {
    title: 'two rules for one scope, and two scopes of one rule',
    policy: {
      rules: [
        scopeRule({ scopes: ['transfer:funds', 'close:account'], requires: { factors: 'any', maxAgeSeconds: 300 } }),
        scopeRule({ id: 'anti-phishing', requires: { factors: ['webauthn-roaming'], maxAgeSeconds: 300 } }),
      ],
    },
    cases: [
      ['the scope of both, met by one rule',    { ...BROWSER, ...TRANSFER, mfa: [[10, 'otp']], enrolled: ['webauthn-roaming'] }, challenge('mfa-missing', { rule: 'anti-phishing', challengeWith: ['webauthn-roaming'] }), [ENABLE, challengeWith({ type: 'webauthn-roaming' })]],
      ['the scope of one rule',                 { ...BROWSER, audience: BANKING, scopes: ['close:account'], mfa: [[10, 'otp']] }, pass('transfer-funds', 10, 'otp'), []],
      ['both scopes on a refresh token',        { ...REFRESH, bodyScope: 'close:account transfer:funds' },        remove('refresh-token', 'close:account', 'transfer:funds'), [removeScope('close:account'), REMOVED]],
    ],
  },
  {
    title: 'several rules at once',
    policy: {
      rules: [
        scopeRule({ requires: { factors: ['otp', 'webauthn-roaming'], maxAgeSeconds: 300 } }),
        scopeRule({ id: 'close-account', scopes: ['close:account'], requires: { factors: ['webauthn-roaming', 'phone'], maxAgeSeconds: 60 }, whenNotEnrolled: 'deny', withoutBrowser: { 'oauth2-refresh-token': 'deny', others: 'remove' } }),
        scopeRule({ id: 'see-limits', scopes: ['read:limits'], requires: { factors: 'any', maxAgeSeconds: 900 }, withoutBrowser: { 'oauth2-refresh-token': 'challenge', others: 'challenge' } }),
        scopeRule({ id: 'sign', scopes: ['sign:contract'], requires: { factors: ['phone'], maxAgeSeconds: 0 } }),
      ],
    },
    cases: [
      ['common factor',                         { ...BROWSER, audience: BANKING, scopes: ['transfer:funds', 'close:account'], enrolled: ['otp', 'phone', 'webauthn-roaming'] }, challenge('mfa-missing', { challengeWith: ['webauthn-roaming'] }), [ENABLE, challengeWith({ type: 'webauthn-roaming' })]],
      ['the stricter denial',                   { ...BROWSER, audience: BANKING, scopes: ['transfer:funds', 'close:account'], ...OTP }, deny('not-enrolled', 'transfer-funds'), [NOT_ENROLLED]],
      ['any narrows to the list',               { ...BROWSER, audience: BANKING, scopes: ['read:limits', 'transfer:funds'], ...OTP }, challenge('mfa-missing', { rule: 'see-limits', challengeWith: ['otp'] }), [ENABLE, challengeWith({ type: 'otp' })]],
      ['the list stays under any',              { ...BROWSER, audience: BANKING, scopes: ['transfer:funds', 'read:limits'], ...OTP }, challenge('mfa-missing', { challengeWith: ['otp'] }), [ENABLE, challengeWith({ type: 'otp' })]],
      ['no common factor',                      { ...BROWSER, audience: BANKING, scopes: ['transfer:funds', 'sign:contract'], enrolled: ['otp', 'phone'] }, deny('rules-disagree', 'transfer-funds'), [denied('these scopes need different factors, request them one at a time (step-up: rules-disagree)')]],
      ['one MFA meets one rule',                { ...BROWSER, audience: BANKING, scopes: ['transfer:funds', 'close:account'], mfa: [[100, 'webauthn-roaming']], enrolled: ['webauthn-roaming'] }, challenge('mfa-too-old', { rule: 'close-account', challengeWith: ['webauthn-roaming'] }), [ENABLE, challengeWith({ type: 'webauthn-roaming' })]],
      ['two MFAs meet two rules',               { ...BROWSER, audience: BANKING, scopes: ['close:account', 'transfer:funds'], mfa: [[10, 'phone'], [200, 'otp']] }, pass('transfer-funds', 200, 'otp'), []],
      ['two MFAs, the older first',             { ...BROWSER, audience: BANKING, scopes: ['transfer:funds', 'close:account'], mfa: [[10, 'phone'], [200, 'otp']] }, pass('transfer-funds', 200, 'otp'), []],
      ['refresh: remove and deny',              { ...REFRESH, bodyScope: 'transfer:funds close:account' },        deny('refresh-token', 'close-account'), [denied(`${NO_BROWSER_DENIED} (step-up: refresh-token)`)]],
      ['refresh: remove and challenge',         { ...REFRESH, bodyScope: 'transfer:funds read:limits' },          challenge('refresh-token', { rule: 'see-limits', removeScopes: ['transfer:funds'] }), [REMOVED, ENABLE]],
      ['refresh: known and unknown scopes',     { ...REFRESH, granted: [{ audience: BANKING, scopes: 'read:limits' }] }, challenge('refresh-token', { rule: 'see-limits', removeScopes: ['transfer:funds', 'close:account', 'read:limits', 'sign:contract'] }), [REMOVED, removeScope('close:account'), removeScope('read:limits'), removeScope('sign:contract'), ENABLE]],
      ['refresh: denied although unknown',      { ...REFRESH, granted: [{ audience: BANKING, scopes: 'close:account' }] }, deny('refresh-token', 'close-account'), [denied(`${NO_BROWSER_DENIED} (step-up: refresh-token)`)]],
      ['CIBA: challenge impossible',            { protocol: 'oidc-ciba', audience: BANKING, scopes: ['transfer:funds', 'read:limits'] }, deny('no-browser', 'see-limits'), [denied(`${NO_BROWSER_DENIED} (step-up: no-browser)`)]],
    ],
  },
]
