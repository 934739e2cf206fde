import type { Policy, ScopeRule } from '../../actions/step-up/policy.ts'
import type { Call } from './api.ts'
import {
  type CaseGroup,
  ENABLE,
  challengeWith,
  enrollWith,
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
import { BANKING, NOW_MS } from './event.ts'
import { scopeRule } from './policies.ts'
import { SHIPPED_POLICY_CASES } from './shipped-policy-cases.ts'

const one = (changes: Partial<ScopeRule>): Policy => ({ rules: [scopeRule(changes)] })

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
      ['refresh: remove and deny',              { ...REFRESH, bodyScope: 'transfer:funds close:account' },        deny('refresh-token', 'close-account'), [deniedFor('refresh-token')]],
      ['refresh: remove and challenge',         { ...REFRESH, bodyScope: 'transfer:funds read:limits' },          challenge('refresh-token', { rule: 'see-limits', removeScopes: ['transfer:funds'] }), [REMOVED, ENABLE]],
      ['refresh: known and unknown scopes',     { ...REFRESH, granted: [{ audience: BANKING, scopes: 'read:limits' }] }, challenge('refresh-token', { rule: 'see-limits', removeScopes: ['transfer:funds', 'close:account', 'read:limits', 'sign:contract'] }), [REMOVED, removeScope('close:account'), removeScope('read:limits'), removeScope('sign:contract'), ENABLE]],
      ['refresh: denied although unknown',      { ...REFRESH, granted: [{ audience: BANKING, scopes: 'close:account' }] }, deny('refresh-token', 'close-account'), [deniedFor('refresh-token')]],
      ['CIBA: challenge impossible',            { protocol: 'oidc-ciba', audience: BANKING, scopes: ['transfer:funds', 'read:limits'] }, deny('no-browser', 'see-limits'), [deniedFor('no-browser')]],
    ],
  },
]
