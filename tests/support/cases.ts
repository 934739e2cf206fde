import type { Policy, ScopeRule } from '../../actions/step-up/policy.ts'
import type { Call } from './api.ts'
import {
  type CaseGroup,
  ENABLE,
  challengeWith,
  enrollWith,
  held,
  removeScope,
  denied,
  deniedFor,
  NOT_ENROLLED,
  PASS,
  pass,
  remove,
  deny,
  challenge,
  TRANSFER,
  EVERYDAY,
  BROWSER,
  OTP,
  REFRESH,
  PASSWORD,
  EVERY_TIME,
  REMOVED,
} from './case-rows.ts'
import { BANKING, MULTI_FACTOR, NOW_MS } from './event.ts'
import { ID_TOKEN_CLAIM, scopeRule } from './policies.ts'
import { SHIPPED_POLICY_CASES } from './shipped-policy-cases.ts'

const one = (changes: Partial<ScopeRule>): Policy => ({ rules: [scopeRule(changes)] })

const MY_ACCOUNT = 'https://fabrikam.eu.auth0.com/me/'
const CLAIM = 'https://fabrikam.example/step_up'
const recorded = (secondsAgo: number, factor: string | undefined): Call => [
  'api.accessToken.setCustomClaim',
  CLAIM,
  { time: NOW_MS / 1000 - secondsAgo, factor },
]

/** The decision tables: the same rows judge `decide`, the adapter and the built bundle. */
// prettier-ignore
export const CASES: readonly CaseGroup[] = [
  ...SHIPPED_POLICY_CASES,
  {
    title: 'an earlier MFA of at most 300 seconds',
    policy: { claim: CLAIM, ...one({ requires: { factors: 'any', maxAgeSeconds: 300 } }) },
    cases: [
      ['none',                                  { ...BROWSER, ...TRANSFER },                                      challenge('mfa-missing'), [ENABLE]],
      ['10 s old',                              { ...BROWSER, ...TRANSFER, mfa: [[10, 'otp']] },                  pass('transfer-funds', 10, 'otp'), [recorded(10, 'otp')]],
      ['10 s old, prompt=none',                 { ...BROWSER, ...TRANSFER, prompt: ['none'], mfa: [[10]] },       pass('transfer-funds', 10), [recorded(10, undefined)]],
      ['exactly 300 s old',                     { ...BROWSER, ...TRANSFER, mfa: [[300, 'otp']] },                 pass('transfer-funds', 300, 'otp'), [recorded(300, 'otp')]],
      ['300.001 s old',                         { ...BROWSER, ...TRANSFER, mfa: [[300.001, 'otp']] },             challenge('mfa-too-old'), [ENABLE]],
      ['300.001 s old, prompt=none',            { ...BROWSER, ...TRANSFER, prompt: ['none'], mfa: [[300.001]] },  challenge('mfa-too-old'), [ENABLE]],
      ['old, then new',                         { ...BROWSER, ...TRANSFER, mfa: [[9000, 'otp'], [10, 'phone']] }, pass('transfer-funds', 10, 'phone'), [recorded(10, 'phone')]],
      ['new, then old',                         { ...BROWSER, ...TRANSFER, mfa: [[10, 'phone'], [9000, 'otp']] }, pass('transfer-funds', 10, 'phone'), [recorded(10, 'phone')]],
      ['30 s in the future: clock skew',        { ...BROWSER, ...TRANSFER, mfa: [[-30, 'otp']] },                 pass('transfer-funds', -30, 'otp'), [recorded(-30, 'otp')]],
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
      ['one enrolled',                          { ...BROWSER, ...TRANSFER, ...OTP },                              challenge('mfa-every-time', { challengeWith: ['otp'] }), [ENABLE, challengeWith({ type: 'otp' })]],
      ['two enrolled, and a recovery code',     { ...BROWSER, ...TRANSFER, enrolled: ['recovery-code', 'phone', 'otp'] }, challenge('mfa-every-time', { challengeWith: ['otp', 'phone'] }), [ENABLE, challengeWith({ type: 'otp' }, { type: 'phone' })]],
      ['one enrolled, prompt=none',             { ...BROWSER, ...TRANSFER, prompt: ['none'], ...OTP },            EVERY_TIME, [ENABLE]],
      ['none and login as prompt: not silent',  { ...BROWSER, ...TRANSFER, prompt: ['none', 'login'], ...OTP },   challenge('mfa-every-time', { challengeWith: ['otp'] }), [ENABLE, challengeWith({ type: 'otp' })]],
      ['none enrolled',                         { ...BROWSER, ...TRANSFER, enrolled: [] },                        deny('not-enrolled', 'transfer-funds'), [NOT_ENROLLED]],
      ['none enrolled, prompt=none',            { ...BROWSER, ...TRANSFER, prompt: ['none'], enrolled: [] },      deny('not-enrolled', 'transfer-funds'), [NOT_ENROLLED]],
      ['a recovery code alone',                 { ...BROWSER, ...TRANSFER, enrolled: ['recovery-code'] },         deny('not-enrolled', 'transfer-funds'), [NOT_ENROLLED]],
      ['a passkey alone',                       { ...BROWSER, ...TRANSFER, enrolled: ['passkey'] },               deny('not-enrolled', 'transfer-funds'), [NOT_ENROLLED]],
      ['a type that is new to us',              { ...BROWSER, ...TRANSFER, enrolled: ['palm-reading'] },          deny('not-enrolled', 'transfer-funds'), [NOT_ENROLLED]],
      ['enrolments missing',                    { ...BROWSER, ...TRANSFER },                                      deny('not-enrolled', 'transfer-funds'), [NOT_ENROLLED]],
    ],
  },
  {
    title: 'any factor, with enrolment under one rule and denial under another',
    policy: { rules: [scopeRule(), scopeRule({ id: 'close-account', scopes: ['close:account'], whenNotEnrolled: 'deny' })] },
    cases: [
      ['the rule that enrols, a recovery code', { ...BROWSER, ...TRANSFER, enrolled: ['recovery-code'] },         EVERY_TIME, [ENABLE]],
      ['both, one enrolled',                    { ...BROWSER, audience: BANKING, scopes: ['transfer:funds', 'close:account'], ...OTP }, challenge('mfa-every-time', { challengeWith: ['otp'], heldTo: ['close-account', 'transfer-funds'] }), [ENABLE, challengeWith({ type: 'otp' })]],
      ['both, none enrolled',                   { ...BROWSER, audience: BANKING, scopes: ['transfer:funds', 'close:account'] }, deny('not-enrolled', 'transfer-funds'), [NOT_ENROLLED]],
    ],
  },
  {
    title: 'an acr rule with a factor list, of which the ID token tells',
    policy: {
      idTokenClaim: ID_TOKEN_CLAIM,
      rules: [
        scopeRule({ requires: { factors: 'any', maxAgeSeconds: 300 }, exceptions: [{ client: 'batch', untilMs: NOW_MS + 1 }] }),
        { id: 'salary-page', acr: MULTI_FACTOR, requires: { factors: ['webauthn-roaming'], maxAgeSeconds: 300 }, withoutBrowser: { others: 'challenge' } },
      ],
    },
    cases: [
      ['challenged by the acr value',           { ...BROWSER, scopes: ['openid'], acr: [MULTI_FACTOR], enrolled: ['otp', 'webauthn-roaming'] }, challenge('mfa-missing', { rule: 'salary-page', challengeWith: ['webauthn-roaming'] }), [held('salary-page'), ENABLE, challengeWith({ type: 'webauthn-roaming' })]],
      ['the acr value swapped',                 { ...BROWSER, scopes: ['openid'], acr: ['urn:x'], mfa: [[10, 'otp']] }, PASS, []],
      ['a weaker scope in its place',           { ...BROWSER, ...TRANSFER, mfa: [[10, 'otp']] },                  pass('transfer-funds', 10, 'otp'), [held('transfer-funds')]],
      ['passed by a fresh MFA',                 { ...BROWSER, scopes: ['openid'], acr: [MULTI_FACTOR], mfa: [[10, 'webauthn-roaming']] }, pass('salary-page', 10, 'webauthn-roaming'), [held('salary-page')]],
      ['both passed by a fresh MFA',            { ...BROWSER, ...TRANSFER, acr: [MULTI_FACTOR], mfa: [[10, 'webauthn-roaming']] }, { ...pass('transfer-funds', 10, 'webauthn-roaming'), heldTo: ['salary-page', 'transfer-funds'] }, [held('salary-page', 'transfer-funds')]],
      ['one passed, the other challenged',      { ...BROWSER, ...TRANSFER, acr: [MULTI_FACTOR], mfa: [[10, 'otp']], enrolled: ['webauthn-roaming'] }, challenge('mfa-missing', { rule: 'salary-page', challengeWith: ['webauthn-roaming'], heldTo: ['salary-page', 'transfer-funds'] }), [held('salary-page', 'transfer-funds'), ENABLE, challengeWith({ type: 'webauthn-roaming' })]],
      ['one of them excepted',                  { ...BROWSER, ...TRANSFER, client: 'batch', acr: [MULTI_FACTOR], mfa: [[10, 'webauthn-roaming']] }, pass('salary-page', 10, 'webauthn-roaming'), [held('salary-page')]],
      ['excepted from all',                     { ...BROWSER, ...TRANSFER, client: 'batch' },                     { outcome: 'pass', reason: 'exception' }, []],
      ['without a browser',                     { ...PASSWORD, bodyScope: 'transfer:funds' },                     remove('no-browser', 'transfer:funds'), [REMOVED]],
    ],
  },
  {
    title: 'silent logins that stay logged in',
    policy: {
      claim: CLAIM,
      idTokenClaim: ID_TOKEN_CLAIM,
      rules: [
        scopeRule({ requires: { factors: 'any', maxAgeSeconds: 300 }, whenSilent: 'remove', whenNotEnrolled: 'deny' }),
        scopeRule({ id: 'see-limits', scopes: ['read:limits'], requires: { factors: 'any', maxAgeSeconds: 900 }, whenSilent: 'remove' }),
        scopeRule({ id: 'close-account', scopes: ['close:account'] }),
      ],
    },
    cases: [
      ['no MFA, prompt=none',                   { ...BROWSER, ...TRANSFER, prompt: ['none'] },                    { ...remove('silent', 'transfer:funds'), heldTo: [] }, [REMOVED]],
      ['old MFA, prompt=none',                  { ...BROWSER, ...TRANSFER, prompt: ['none'], mfa: [[301, 'otp']] }, { ...remove('silent', 'transfer:funds'), heldTo: [] }, [REMOVED]],
      ['fresh MFA, prompt=none',                { ...BROWSER, ...TRANSFER, prompt: ['none'], mfa: [[10, 'otp']] }, pass('transfer-funds', 10, 'otp'), [recorded(10, 'otp'), held('transfer-funds')]],
      ['fresh MFA, a prompt of no known type',  { ...BROWSER, ...TRANSFER, prompt: 5 as never, mfa: [[10, 'otp']] }, pass('transfer-funds', 10, 'otp'), [recorded(10, 'otp'), held('transfer-funds')]],
      ['no MFA, a prompt of no known type',     { ...BROWSER, ...TRANSFER, prompt: 5 as never, ...OTP },          { outcome: 'deny', reason: 'request-unreadable' }, [denied('this request could not be checked (step-up: request-unreadable)')]],
      ['no MFA, with a page',                   { ...BROWSER, ...TRANSFER, ...OTP },                              challenge('mfa-missing', { challengeWith: ['otp'] }), [held('transfer-funds'), ENABLE, challengeWith({ type: 'otp' })]],
      ['none and login as prompt: not silent',  { ...BROWSER, ...TRANSFER, prompt: ['none', 'login'], ...OTP },   challenge('mfa-missing', { challengeWith: ['otp'] }), [held('transfer-funds'), ENABLE, challengeWith({ type: 'otp' })]],
      ['one met, the other removed',            { ...BROWSER, audience: BANKING, scopes: ['transfer:funds', 'read:limits'], prompt: ['none'], mfa: [[600, 'otp']] }, { ...remove('silent', 'transfer:funds'), mfa: { atMs: NOW_MS - 600_000, factor: 'otp' }, heldTo: ['see-limits'] }, [REMOVED, recorded(600, 'otp'), held('see-limits')]],
      ['both removed',                          { ...BROWSER, audience: BANKING, scopes: ['transfer:funds', 'read:limits'], prompt: ['none'] }, { ...remove('silent', 'transfer:funds', 'read:limits'), heldTo: [] }, [REMOVED, removeScope('read:limits')]],
      ['beside a rule that challenges',         { ...BROWSER, audience: BANKING, scopes: ['transfer:funds', 'close:account'], prompt: ['none'] }, challenge('mfa-every-time', { rule: 'close-account', removeScopes: ['transfer:funds'] }), [REMOVED, held('close-account'), ENABLE]],
      ['delegated, prompt=none',                { ...BROWSER, ...TRANSFER, prompt: ['none'], sessionActor: {} },  remove('no-browser', 'transfer:funds'), [REMOVED]],
      ['prompt=none on a refresh says nothing', { ...REFRESH, bodyScope: 'close:account', prompt: ['none'], granted: [{ audience: BANKING, scopes: 'openid' }], multiResource: [] }, { ...remove('refresh-token', 'close:account'), rule: 'close-account' }, [removeScope('close:account')]],
    ],
  },
  {
    title: "an API of Auth0's own, from whose tokens nothing can be removed",
    policy: { rules: [scopeRule({ audience: MY_ACCOUNT, scopes: ['create:me:authentication_methods', 'delete:me:authentication_methods'], cannotRemove: true, withoutBrowser: { 'oauth2-refresh-token': 'challenge', others: 'deny' } }), scopeRule({ id: 'banking' })] },
    cases: [
      ['asked for in a browser',                { ...BROWSER, audience: MY_ACCOUNT, scopes: ['create:me:authentication_methods'] }, EVERY_TIME, [ENABLE]],
      ['another of its scopes',                 { ...BROWSER, audience: MY_ACCOUNT, scopes: ['read:me:factors'] }, PASS, []],
      ['scopes missing from the event',         { ...BROWSER, audience: MY_ACCOUNT },                              EVERY_TIME, [ENABLE]],
      ['neither scopes nor an API in the event', { ...BROWSER },                                                  { ...remove('scopes-unknown', 'transfer:funds'), rule: 'banking' }, [REMOVED]],
      ['refresh, another of its scopes',        { ...REFRESH, audience: MY_ACCOUNT, bodyScope: 'read:me:factors', ...OTP }, challenge('refresh-token'), [ENABLE]],
      ['refresh that was granted nothing of it', { ...REFRESH, audience: MY_ACCOUNT, bodyScope: 'read:me:factors', granted: [{ audience: MY_ACCOUNT, scopes: 'read:me:factors' }], multiResource: [] }, PASS, []],
      ['refresh that was granted one unasked',  { ...REFRESH, audience: MY_ACCOUNT, bodyScope: 'read:me:factors', granted: [{ audience: MY_ACCOUNT, scopes: 'delete:me:authentication_methods' }], multiResource: [], ...OTP }, challenge('refresh-token'), [ENABLE]],
      ['password, another of its scopes',       { ...PASSWORD, audience: MY_ACCOUNT, bodyScope: 'read:me:factors' }, deny('no-browser', 'transfer-funds'), [deniedFor('no-browser')]],
      ['password, no scope',                    { ...PASSWORD, audience: MY_ACCOUNT },                            deny('no-browser', 'transfer-funds'), [deniedFor('no-browser')]],
      ['password for an API beside it',         { ...PASSWORD, bodyScope: 'read:accounts' },                      { ...remove('scopes-unknown', 'transfer:funds'), rule: 'banking' }, [REMOVED]],
      ['password for no API',                   { protocol: 'oauth2-password' },                                  { ...remove('scopes-unknown', 'transfer:funds'), rule: 'banking' }, [REMOVED]],
      ['refresh for no API',                    { protocol: 'oauth2-refresh-token' },                             PASS, []],
      ['refresh for an API only the request names', { protocol: 'oauth2-refresh-token', bodyAudience: MY_ACCOUNT, ...OTP }, challenge('refresh-token', { removeScopes: ['transfer:funds'] }), [REMOVED, ENABLE]],
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
    title: 'a challenge in a device login, which has a page on which a factor can be set up',
    policy: { rules: [scopeRule({ withoutBrowser: { others: 'challenge' } }), scopeRule({ id: 'close-account', scopes: ['close:account'], whenNotEnrolled: 'deny', withoutBrowser: { others: 'challenge' } })] },
    cases: [
      ['the rule that enrols',                  { protocol: 'oauth2-device-code', ...TRANSFER },                  challenge('no-browser', { removeScopes: ['close:account'] }), [removeScope('close:account'), ENABLE]],
      ['the rule that denies, one enrolled',    { protocol: 'oauth2-device-code', audience: BANKING, scopes: ['close:account'], ...OTP }, deny('no-browser', 'close-account'), [deniedFor('no-browser')]],
      ['both, one enrolled',                    { protocol: 'oauth2-device-code', audience: BANKING, scopes: ['transfer:funds', 'close:account'], ...OTP }, deny('no-browser', 'close-account'), [deniedFor('no-browser')]],
    ],
  },
  {
    title: 'answers without a browser',
    policy: one({ whenNotEnrolled: 'deny', withoutBrowser: { 'oauth2-refresh-token': 'challenge', 'oauth2-password': 'challenge', 'oauth2-token-exchange': 'challenge', 'oidc-ciba': 'challenge', 'oauth2-device-code': 'remove', others: 'deny' } }),
    cases: [
      ['refresh: challenge',                    { ...REFRESH, bodyScope: 'transfer:funds', ...OTP },              challenge('refresh-token'), [ENABLE]],
      ['refresh of unknown scopes: remove',     { ...REFRESH, ...OTP },                                           remove('scopes-unknown', 'transfer:funds'), [REMOVED]],
      ['refresh: challenge, not enrolled',      { ...REFRESH, bodyScope: 'transfer:funds', enrolled: [] },        deny('not-enrolled', 'transfer-funds'), [NOT_ENROLLED]],
      ['refresh: challenge, a recovery code',   { ...REFRESH, bodyScope: 'transfer:funds', enrolled: ['recovery-code'] }, deny('not-enrolled', 'transfer-funds'), [NOT_ENROLLED]],
      ['refresh: challenge, factors that the MFA API may not count', { ...REFRESH, bodyScope: 'transfer:funds', enrolled: ['email', 'webauthn-roaming', 'webauthn-platform'] }, deny('not-enrolled', 'transfer-funds'), [NOT_ENROLLED]],
      ['refresh: challenge, one that it counts', { ...REFRESH, bodyScope: 'transfer:funds', enrolled: ['email', 'phone'] }, challenge('refresh-token'), [ENABLE]],
      ['refresh of another scope: remove',      { ...REFRESH, bodyScope: 'read:accounts', ...OTP },               remove('scopes-unknown', 'transfer:funds'), [REMOVED]],
      ['password: challenge',                   { ...PASSWORD, ...OTP },                                          challenge('no-browser'), [ENABLE]],
      ['token exchange: challenge',             { protocol: 'oauth2-token-exchange', audience: BANKING, ...OTP }, challenge('no-browser'), [ENABLE]],
      ['token exchange with an organization',   { protocol: 'oauth2-token-exchange', audience: BANKING, organization: 'org_1', ...OTP }, deny('no-browser', 'transfer-funds'), [deniedFor('no-browser')]],
      ['password with an organization',         { protocol: 'oauth2-password', audience: BANKING, organization: 'org_1', ...OTP }, challenge('no-browser'), [ENABLE]],
      ['token exchange with an actor',          { protocol: 'oauth2-token-exchange', audience: BANKING, exchangeActor: { sub: 'a' }, ...OTP }, deny('no-browser', 'transfer-funds'), [deniedFor('no-browser')]],
      ['CIBA cannot challenge: deny',           { protocol: 'oidc-ciba', ...TRANSFER, ...OTP },                   deny('no-browser', 'transfer-funds'), [deniedFor('no-browser')]],
      ['device code: remove',                   { protocol: 'oauth2-device-code', ...TRANSFER, ...OTP },          remove('no-browser', 'transfer:funds'), [REMOVED]],
      ['others: deny',                          { protocol: 'oauth2-webauthn', ...TRANSFER, ...OTP },             deny('no-browser', 'transfer-funds'), [deniedFor('no-browser')]],
      ['unknown protocol: deny',                { protocol: 'oidc-telepathy', ...TRANSFER, ...OTP },              deny('no-browser', 'transfer-funds'), [deniedFor('no-browser')]],
      ['delegated refresh: deny',               { ...REFRESH, bodyScope: 'transfer:funds', sessionActor: {}, ...OTP }, deny('refresh-token', 'transfer-funds'), [deniedFor('refresh-token')]],
    ],
  },
  {
    title: 'listed factors that a challenge without a browser cannot insist on',
    policy: one({ requires: { factors: ['otp'], maxAgeSeconds: 0 }, withoutBrowser: { others: 'challenge' } }),
    cases: [
      ['password',                              { ...PASSWORD, ...OTP },                                          deny('no-browser', 'transfer-funds'), [deniedFor('no-browser')]],
    ],
  },
  {
    title: 'a challenge without a browser that may lead to an enrolment',
    policy: one({ withoutBrowser: { others: 'challenge' } }),
    cases: [
      ['refresh, nothing enrolled',             { ...REFRESH, bodyScope: 'transfer:funds', enrolled: [] },        challenge('refresh-token'), [ENABLE]],
    ],
  },
  {
    title: 'a challenge where Auth0 is not known to wait for one',
    policy: one({ withoutBrowser: { others: 'challenge' } }),
    cases: [
      ['unknown protocol',                      { protocol: 'oidc-telepathy', ...TRANSFER, ...OTP },              deny('no-browser', 'transfer-funds'), [deniedFor('no-browser')]],
      ['legacy grant',                          { protocol: 'oauth2-access-token', audience: BANKING, ...OTP },   deny('no-browser', 'transfer-funds'), [deniedFor('no-browser')]],
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
      ['the scope of both, met by one rule',    { ...BROWSER, ...TRANSFER, mfa: [[10, 'otp']], enrolled: ['webauthn-roaming'] }, challenge('mfa-missing', { rule: 'anti-phishing', heldTo: ['anti-phishing', 'transfer-funds'], challengeWith: ['webauthn-roaming'] }), [ENABLE, challengeWith({ type: 'webauthn-roaming' })]],
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
      ['common factor',                         { ...BROWSER, audience: BANKING, scopes: ['transfer:funds', 'close:account'], enrolled: ['otp', 'phone', 'webauthn-roaming'] }, challenge('mfa-missing', { heldTo: ['close-account', 'transfer-funds'], challengeWith: ['webauthn-roaming'] }), [ENABLE, challengeWith({ type: 'webauthn-roaming' })]],
      ['the stricter denial',                   { ...BROWSER, audience: BANKING, scopes: ['transfer:funds', 'close:account'], ...OTP }, deny('not-enrolled', 'transfer-funds'), [NOT_ENROLLED]],
      ['any narrows to the list',               { ...BROWSER, audience: BANKING, scopes: ['read:limits', 'transfer:funds'], ...OTP }, challenge('mfa-missing', { rule: 'see-limits', heldTo: ['see-limits', 'transfer-funds'], challengeWith: ['otp'] }), [ENABLE, challengeWith({ type: 'otp' })]],
      ['the list stays under any',              { ...BROWSER, audience: BANKING, scopes: ['transfer:funds', 'read:limits'], ...OTP }, challenge('mfa-missing', { heldTo: ['see-limits', 'transfer-funds'], challengeWith: ['otp'] }), [ENABLE, challengeWith({ type: 'otp' })]],
      ['no common factor',                      { ...BROWSER, audience: BANKING, scopes: ['transfer:funds', 'sign:contract'], enrolled: ['otp', 'phone'] }, deny('rules-disagree', 'transfer-funds'), [denied('these scopes need different factors, request them one at a time (step-up: rules-disagree)')]],
      ['one MFA meets one rule',                { ...BROWSER, audience: BANKING, scopes: ['transfer:funds', 'close:account'], mfa: [[100, 'webauthn-roaming']], enrolled: ['webauthn-roaming'] }, challenge('mfa-too-old', { rule: 'close-account', heldTo: ['close-account', 'transfer-funds'], challengeWith: ['webauthn-roaming'] }), [ENABLE, challengeWith({ type: 'webauthn-roaming' })]],
      ['two MFAs meet two rules',               { ...BROWSER, audience: BANKING, scopes: ['close:account', 'transfer:funds'], mfa: [[10, 'phone'], [200, 'otp']] }, { ...pass('transfer-funds', 200, 'otp'), heldTo: ['close-account', 'transfer-funds'] }, []],
      ['two MFAs, the older first',             { ...BROWSER, audience: BANKING, scopes: ['transfer:funds', 'close:account'], mfa: [[10, 'phone'], [200, 'otp']] }, { ...pass('transfer-funds', 200, 'otp'), heldTo: ['close-account', 'transfer-funds'] }, []],
      ['refresh: remove and deny',              { ...REFRESH, bodyScope: 'transfer:funds close:account' },        deny('refresh-token', 'close-account'), [deniedFor('refresh-token')]],
      ['refresh: remove and challenge',         { ...REFRESH, bodyScope: 'transfer:funds read:limits' },          challenge('refresh-token', { rule: 'see-limits', removeScopes: ['transfer:funds', 'close:account', 'sign:contract'] }), [REMOVED, removeScope('close:account'), removeScope('sign:contract'), ENABLE]],
      ['refresh: known and unknown scopes',     { ...REFRESH, granted: [{ audience: BANKING, scopes: 'read:limits' }] }, challenge('refresh-token', { rule: 'see-limits', removeScopes: ['transfer:funds', 'close:account', 'sign:contract'] }), [REMOVED, removeScope('close:account'), removeScope('sign:contract'), ENABLE]],
      ['refresh: denied although unknown',      { ...REFRESH, granted: [{ audience: BANKING, scopes: 'close:account' }] }, deny('refresh-token', 'close-account'), [deniedFor('refresh-token')]],
      ['CIBA: challenge impossible',            { protocol: 'oidc-ciba', audience: BANKING, scopes: ['transfer:funds', 'read:limits'] }, deny('no-browser', 'see-limits'), [deniedFor('no-browser')]],
    ],
  },
]
