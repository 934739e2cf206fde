import { createHash } from 'node:crypto'
import { ERROR_CODES, FINDING_CODES } from '../../scripts/policy/audit-names.ts'
import { explain, FINDINGS, type Finding } from '../../scripts/audit/findings/finding.ts'
import { CODE_FINDINGS } from '../../scripts/audit/findings/code.ts'
import type { ResourceServerFacts } from '../../scripts/audit/tenant/facts.ts'
import {
  AGREED,
  all,
  client,
  deployed,
  factors,
  findingsOf,
  flow,
  grant,
  MY_ACCOUNT,
  other,
  OURS,
  server,
  type Given,
} from '../support/audited-tenant.ts'
import { BANKING } from '../support/event.ts'

const at = (line: number, column: number) => ({ file: 'policy.yaml', line, column })
const OTP_ONLY = { requires: 'requires: { factors: [otp] }' }
const OTP_OR_KEY = { requires: 'requires: { factors: [otp, webauthn-roaming] }' }

const exception = (exempt: string, expires = '2027-01-31') => ({
  x: `exceptions: [{ ${exempt}, reason: x, expires: ${expires}, ${AGREED} }]`,
})
const report = (until: string) => ({
  x: `report: { until: ${until}, reason: users enrol first, ${AGREED} }`,
})
const second = (rest: string) =>
  `- { id: second, reason: x, protects: { audience: ${BANKING}, scopes: [transfer:funds] }, ${rest} }`
const acr = (rest: string) =>
  `- { id: page, reason: x, protects: { acr: mfa }, requires: { factors: any }, ${rest} }`
/** The part of the policy that accepts a finding, which stays a finding here. */
const accepts = (finding: string, subject?: string, expires = '2027-01-31') =>
  `audit:
  accepted:
    - finding: ${finding}
${subject === undefined ? '' : `      subject: ${subject}\n`}      reason: x\n      expires: ${expires}\n      approvedBy: R. Lead\n      ticket: SEC-12`
const withMyAccount = (changes: Partial<ResourceServerFacts>) =>
  all([
    ...knownServers(),
    {
      identifier: MY_ACCOUNT,
      isSystem: true,
      scopes: [
        ...['create', 'read', 'update', 'delete'].map(
          (verb) => `${verb}:me:authentication_methods`,
        ),
      ],
      tokenLifetimeSeconds: 600,
      ...changes,
    },
  ])

/** @param besides codes of what is found as well, there and where it does not fire */
type Row = readonly [fires: Given, finding: Finding, doesNot: Given, besides?: readonly string[]]

// prettier-ignore
const TABLE: readonly Row[] = [
  [{ resourceServers: server({ scopes: ['transfer:funds', 'users.write'] }) },
    { code: 'high-value-scope-unprotected', severity: 'warning', subject: `users.write on ${BANKING}`, args: { audience: BANKING, scope: 'users.write', word: 'write:' } },
    { resourceServers: server({ scopes: ['transfer:funds', 'rewrite:users'] }) }],
  [{ rule: { protects: 'protects: { audience: https://old.fabrikam.example, scopes: [transfer:funds] }' }, resourceServers: server({ scopes: ['read:accounts'], identifier: 'https://old.fabrikam.exampel' }) },
    { code: 'rule-for-missing-audience', severity: 'error', subject: 'https://old.fabrikam.example', args: { rule: 'transfer-funds', audience: 'https://old.fabrikam.example', nearest: 'https://old.fabrikam.exampel' }, where: at(7, 27) },
    { rule: { protects: 'protects: { audience: https://old.fabrikam.example, scopes: [transfer:funds] }' }, resourceServers: server({ identifier: 'https://old.fabrikam.example' }) }],
  [{ rule: { protects: `protects: { audience: ${BANKING}, scopes: [transfer:fund] }` }, resourceServers: server({ scopes: ['read:accounts'] }) },
    { code: 'rule-for-missing-scope', severity: 'error', subject: `transfer:fund on ${BANKING}`, args: { rule: 'transfer-funds', audience: BANKING, scope: 'transfer:fund' }, where: at(7, 70) },
    { rule: { protects: `protects: { audience: ${BANKING}, scopes: [transfer:fund] }` }, resourceServers: server({ scopes: ['transfer:fund'] }) }],
  [{ rule: report('2027-01-31') },
    { code: 'rule-not-enforced', severity: 'warning', subject: 'transfer-funds', args: { rule: 'transfer-funds', until: '2027-01-31', reason: 'users enrol first' }, where: at(9, 13) },
    {}],
  [{ rule: exception('client: batch') },
    { code: 'exception-for-missing-client', severity: 'warning', subject: 'batch', args: { rule: 'transfer-funds', client: 'batch' }, where: at(9, 28) },
    { rule: exception('client: web') }],
  [{ rule: exception('organization: org_2') },
    { code: 'exception-for-missing-organization', severity: 'warning', subject: 'org_2', args: { rule: 'transfer-funds', organization: 'org_2', because: 'not-there' }, where: at(9, 34) },
    { rule: exception('organization: org_1') }],

  [{ rule: { requires: 'requires: { factors: [otp, webauthn-roaming] }', x: `whenConfidenceIsLow: { factors: [otp] }\n  ${second('requires: { factors: [otp, webauthn-roaming] }, whenConfidenceIsLow: { factors: [webauthn-roaming] }')}` }, enabledFactors: factors('otp', 'webauthn-roaming') },
    { code: 'no-common-factor-on-low-confidence', severity: 'error', subject: `transfer:funds on ${BANKING}`, args: { target: `transfer:funds on ${BANKING}`, rules: ['transfer-funds', 'second'] }, where: at(5, 5) },
    { rule: { requires: 'requires: { factors: [otp, webauthn-roaming] }', x: `whenConfidenceIsLow: { factors: [otp] }\n  ${second('requires: { factors: any }, withoutBrowser: { others: deny }')}` }, enabledFactors: factors('otp', 'webauthn-roaming') }],
  [{ rule: { requires: 'requires: { factors: any, maxAge: 300 }', x: `\n  ${second('requires: { factors: any }')}` } },
    { code: 'rule-shadowed', severity: 'note', subject: 'transfer-funds', args: { rule: 'transfer-funds', by: ['second'] }, where: at(5, 5) },
    { rule: { requires: 'requires: { factors: any, maxAge: 300 }', x: `withoutBrowser: { others: deny }\n  ${second('requires: { factors: any }')}` } }],
  [{ rule: { requires: 'requires: { factors: any }', x: `\n  ${acr('whenNotEnrolled: enroll')}` } },
    { code: 'denial-undone', severity: 'warning', subject: 'page', args: { rule: 'page', denying: ['transfer-funds'] }, where: at(10, 5) },
    { rule: { requires: 'requires: { factors: any }', x: `whenNotEnrolled: enroll\n  ${acr('whenNotEnrolled: enroll')}` } }],
  [{ rule: { requires: 'requires: { factors: any, maxAge: 300 }', x: `withoutBrowser: { oauth2-password: remove, others: deny }\n  ${second('requires: { factors: any }, withoutBrowser: { oauth2-password: deny }')}` } },
    { code: 'answer-without-effect', severity: 'warning', subject: 'oauth2-password in transfer-funds', args: { rule: 'transfer-funds', protocol: 'oauth2-password', answer: 'remove', deniedBy: ['second'] }, where: at(9, 40) },
    { rule: { requires: 'requires: { factors: any, maxAge: 300 }', x: `withoutBrowser: { oauth2-password: remove, others: deny }\n  ${second('requires: { factors: any }, withoutBrowser: { oauth2-password: challenge }')}` } }],

  [{ rule: exception('organization: org_1', '2026-12-24') },
    { code: 'exception-expires-soon', severity: 'warning', subject: 'org_1 in transfer-funds', args: { what: 'the exception of rule `transfer-funds` for organization `org_1`', expires: '2026-12-24', daysLeft: 30 }, where: at(9, 61) },
    { rule: exception('organization: org_1', '2026-12-25') }],
  [{ rule: exception('client: web', '2026-11-24') },
    { code: 'exception-expired', severity: 'error', subject: 'web in transfer-funds', args: { what: 'the exception of rule `transfer-funds` for client `web`', expires: '2026-11-24' }, where: at(9, 53) },
    { rule: exception('client: web') }],
  [{ rule: report('2026-12-24') },
    { code: 'report-ends-soon', severity: 'warning', subject: 'transfer-funds', args: { what: 'the report mode of rule `transfer-funds`', expires: '2026-12-24', daysLeft: 30 }, where: at(9, 22) },
    { rule: report('2027-01-31') }, ['rule-not-enforced']],
  [{ rule: report('2026-11-24') },
    { code: 'report-ended', severity: 'error', subject: 'transfer-funds', args: { what: 'the report mode of rule `transfer-funds`', expires: '2026-11-24' }, where: at(9, 22) },
    {}],
  [{ audit: accepts('mfa-policy-never', 'tenant', '2026-12-24') },
    { code: 'acceptance-expires-soon', severity: 'warning', subject: 'mfa-policy-never of tenant', args: { what: 'the acceptance of `mfa-policy-never` of `tenant`', expires: '2026-12-24', daysLeft: 30 }, where: at(7, 16) },
    { audit: accepts('mfa-policy-never', 'tenant', '2026-12-25') }],
  [{ audit: accepts('mfa-policy-never', 'tenant', '2026-11-24') },
    { code: 'acceptance-expired', severity: 'error', subject: 'mfa-policy-never of tenant', args: { what: 'the acceptance of `mfa-policy-never` of `tenant`', expires: '2026-11-24' }, where: at(7, 16) },
    { audit: accepts('mfa-policy-never', 'tenant', '2026-12-25') }],
  [{ rule: exception('client: web', '2027-05-24') },
    { code: 'lasts-long', severity: 'warning', subject: 'web in transfer-funds', args: { what: 'the exception of rule `transfer-funds` for client `web`', expires: '2027-05-24', daysLeft: 181 }, where: at(9, 53) },
    { rule: exception('client: web', '2027-05-23') }],
  [{ rule: { x: 'exceptions: [{ client: web, reason: x, expires: 2027-01-31, ticket: SEC-12 }]' } },
    { code: 'not-approved', severity: 'warning', subject: 'web in transfer-funds', args: { what: 'the exception of rule `transfer-funds` for client `web`', lacks: ['approvedBy'] }, where: at(9, 18) },
    { rule: exception('client: web') }],
  [{ audit: accepts('mfa-policy-never') },
    { code: 'acceptance-without-subject', severity: 'warning', subject: 'mfa-policy-never', args: { finding: 'mfa-policy-never' }, where: at(4, 7) },
    { audit: accepts('mfa-policy-never', 'tenant') }],

  [{ resourceServers: server({ tokenDialect: 'rfc9068_profile_authz' }) },
    { code: 'permissions-in-access-token', severity: 'error', subject: BANKING, args: { audience: BANKING, dialect: 'rfc9068_profile_authz' } },
    { resourceServers: server({ tokenDialect: 'rfc9068_profile_authz', enforcePolicies: false }) }],
  [{ resourceServers: server({ allowOfflineAccess: true }) },
    { code: 'refresh-tokens-allowed', severity: 'warning', subject: BANKING, args: { audience: BANKING, settings: ['allow_offline_access'], answers: ['remove'] } },
    { resourceServers: { seen: 'all', value: [...knownServers(), { identifier: 'https://everyday.example', isSystem: false, scopes: ['read:news'], allowOfflineAccess: true }] } }],
  [{ resourceServers: server({ tokenLifetimeSeconds: 3601 }) },
    { code: 'long-token-lifetime', severity: 'warning', subject: BANKING, args: { audience: BANKING, setting: 'token_lifetime', seconds: 3601 } },
    { resourceServers: server({ tokenLifetimeSeconds: 3600, tokenLifetimeForWebSeconds: 3600 }) }],
  [{ resourceServers: server({ signingAlg: 'HS256' }) },
    { code: 'token-signed-with-shared-secret', severity: 'warning', subject: BANKING, args: { audience: BANKING, alg: 'HS256' } },
    { resourceServers: server({ signingAlg: 'PS256' }) }],
  [{ resourceServers: server({ tokenDialect: 'access_token' }) },
    { code: 'token-without-jti', severity: 'warning', subject: BANKING, args: { audience: BANKING, dialect: 'access_token' } },
    { resourceServers: server({ tokenDialect: 'rfc9068_profile' }) }],

  [{ clientGrants: grant({}) },
    { code: 'protected-scope-in-machine-grant', severity: 'error', subject: 'Web App', args: { client: 'Web App', audience: BANKING, scopes: ['transfer:funds'] } },
    { clientGrants: grant({ scopes: ['read:accounts'] }) }],
  [{ clients: client({ refreshPolicies: [{ audience: BANKING, scopes: ['read:accounts', 'transfer:funds'] }] }) },
    { code: 'protected-scope-in-refresh-policy', severity: 'warning', subject: 'Web App', args: { client: 'Web App', audience: BANKING, scopes: ['transfer:funds'] } },
    { clients: client({ refreshPolicies: [{ audience: BANKING, scopes: ['read:accounts'] }] }) }, ['step-up-not-offered']],
  [{ clients: client({ grantTypes: ['http://auth0.com/oauth/grant-type/password-realm'] }) },
    { code: 'password-grant-enabled', severity: 'warning', subject: 'Web App', args: { client: 'Web App', grants: ['http://auth0.com/oauth/grant-type/password-realm'], scopes: ['transfer:funds'] } },
    { clients: client({ grantTypes: ['password'] }), resourceServers: server({ userAccess: 'deny_all' }) }],
  [{ clients: client({ grantTypes: ['urn:ietf:params:oauth:grant-type:token-exchange'] }), clientGrants: grant({ subject: 'user', scopes: [], allowsAllScopes: true }), resourceServers: server({ userAccess: 'require_client_grant' }) },
    { code: 'token-exchange-grant-enabled', severity: 'warning', subject: 'Web App', args: { client: 'Web App', grants: ['urn:ietf:params:oauth:grant-type:token-exchange'], scopes: ['transfer:funds'] } },
    { clients: client({ grantTypes: ['urn:ietf:params:oauth:grant-type:token-exchange'] }), clientGrants: grant({ subject: 'user', scopes: ['read:accounts'] }), resourceServers: server({ userAccess: 'require_client_grant' }) }],
  [{ clients: client({ grantTypes: ['urn:ietf:params:oauth:grant-type:device_code'] }) },
    { code: 'device-code-grant-enabled', severity: 'warning', subject: 'Web App', args: { client: 'Web App', grants: ['urn:ietf:params:oauth:grant-type:device_code'], scopes: ['transfer:funds'] } },
    { clients: client({ grantTypes: ['authorization_code'] }) }],

  ...([
    ['ciba-grant-enabled', { grantTypes: ['urn:openid:params:grant-type:ciba'] }],
    ['passwordless-grant-enabled', { grantTypes: ['http://auth0.com/oauth/grant-type/passwordless/otp'] }],
    ['passkey-grant-enabled', { grantTypes: ['urn:okta:params:oauth:grant-type:webauthn'] }],
    ['native-social-login-enabled', { switches: ['native_social_login: google'] }],
    ['cross-app-access-enabled', { grantTypes: ['urn:ietf:params:oauth:grant-type:jwt-bearer'] }],
    ['legacy-grant-enabled', { grantTypes: ['http://auth0.com/oauth/legacy/grant-type/ro', 'http://auth0.com/oauth/legacy/grant-type/access_token'] }],
  ] as const).map(([code, changes]): Row => [
    { clients: client(changes) },
    { code, severity: 'warning', subject: 'Web App', args: { client: 'Web App', grants: Object.values(changes).flat(), scopes: ['transfer:funds'] } },
    { clients: client(changes), resourceServers: server({ userAccess: 'deny_all' }) },
  ]),
  [{ clientGrants: grant({ subject: 'anonymous_user' }) },
    { code: 'protected-scope-in-anonymous-grant', severity: 'error', subject: 'Web App', args: { client: 'Web App', audience: BANKING, scopes: ['transfer:funds'] } },
    { clientGrants: grant({ subject: 'anonymous_user', scopes: ['read:accounts'] }) }],
  [{ clientGrants: grant({ subject: 'agent' }) },
    { code: 'protected-scope-in-unknown-grant', severity: 'error', subject: 'Web App', args: { client: 'Web App', audience: BANKING, scopes: ['transfer:funds'], subjectType: 'agent' } },
    { clientGrants: grant({ subject: 'user' }) }],
  [{ clients: client({ isOidcConformant: false }) },
    { code: 'client-not-oidc-conformant', severity: 'warning', subject: 'Web App', args: { client: 'Web App', scopes: ['transfer:funds'] } },
    { clients: client({ isOidcConformant: false, grantTypes: ['client_credentials'] }) }],
  [{ clients: client({ grantTypes: ['authorization_code', 'urn:x:mind-reading'], unknownSettings: ['mind_reading'] }) },
    { code: 'client-setting-unknown', severity: 'warning', subject: 'Web App', args: { client: 'Web App', settings: ['urn:x:mind-reading', 'mind_reading'] } },
    { clients: client({ grantTypes: ['authorization_code', 'implicit', 'client_credentials', 'http://auth0.com/oauth/grant-type/mfa-oob'] }) }],

  [{ resourceServers: withMyAccount({ userAccess: 'allow_all' }) },
    { code: 'enrolment-open', severity: 'error', subject: MY_ACCOUNT, args: { audience: MY_ACCOUNT, scopes: ['create:me:authentication_methods', 'delete:me:authentication_methods'], clients: 'every' } },
    { resourceServers: withMyAccount({ userAccess: 'require_client_grant' }) }],
  [{ resourceServers: withMyAccount({ userAccess: 'allow_all', builtInPolicy: 'pol_1' }) },
    { code: 'enrolment-by-first-comer', severity: 'warning', subject: MY_ACCOUNT, args: { audience: MY_ACCOUNT, scopes: ['create:me:authentication_methods', 'delete:me:authentication_methods'], clients: 'every' } },
    { resourceServers: withMyAccount({ userAccess: 'deny_all', builtInPolicy: 'pol_1' }) }, ['built-in-authentication-policy']],
  [{ resourceServers: withMyAccount({ userAccess: 'deny_all', builtInPolicy: 'pol_1' }) },
    { code: 'built-in-authentication-policy', severity: 'note', subject: MY_ACCOUNT, args: { audience: MY_ACCOUNT, policy: 'pol_1', rules: [] } },
    { resourceServers: withMyAccount({ userAccess: 'deny_all' }) }],
  [{ resourceServers: server({ isSystem: true }) },
    { code: 'remove-without-effect', severity: 'error', subject: 'transfer-funds', args: { rule: 'transfer-funds', audience: BANKING, answers: ['others'] }, where: at(5, 5) },
    { resourceServers: server({}) }],


  [{ enabledFactors: factors('webauthn-platform', 'recovery-code') },
    { code: 'no-factor-enabled', severity: 'error', subject: 'tenant', args: { enabled: ['webauthn-platform', 'recovery-code'] } },
    { enabledFactors: factors('otp') }],
  [{ rule: OTP_ONLY, enabledFactors: factors('sms', 'webauthn-roaming') },
    { code: 'no-listed-factor-enabled', severity: 'error', subject: 'transfer-funds', args: { rule: 'transfer-funds', requirement: 'requires', factors: ['otp'] }, where: at(8, 26) },
    { rule: OTP_ONLY, enabledFactors: factors('otp') }],
  [{ rule: OTP_OR_KEY },
    { code: 'listed-factor-not-enabled', severity: 'warning', subject: 'transfer-funds', args: { rule: 'transfer-funds', requirement: 'requires', factors: ['webauthn-roaming'] }, where: at(8, 26) },
    { rule: OTP_OR_KEY, enabledFactors: factors('otp', 'webauthn-roaming') }],
  [{ enabledFactors: factors('sms', 'email', 'recovery-code') },
    { code: 'only-weak-factors', severity: 'warning', subject: 'transfer-funds', args: { rule: 'transfer-funds', requirement: 'requires', factors: ['phone', 'email'] }, where: at(8, 26) },
    { rule: { requires: 'requires: { factors: [phone, otp] }' }, enabledFactors: factors('sms', 'otp') }],
  [{ enabledFactors: factors('otp', 'sms', 'recovery-code') },
    { code: 'weak-factor-accepted', severity: 'warning', subject: 'transfer-funds', args: { rule: 'transfer-funds', requirement: 'requires', any: ['otp', 'phone'], weak: ['phone'] }, where: at(8, 26) },
    { rule: OTP_ONLY, enabledFactors: factors('otp', 'sms') }],
  [{ rule: OTP_ONLY, loginExperience: all('classic') },
    { code: 'classic-login', severity: 'error', subject: 'tenant', args: { experience: 'classic', rules: ['transfer-funds'] } },
    { rule: { x: 'whenNotEnrolled: enroll' }, loginExperience: all('classic') }],
  [{ rule: OTP_ONLY, customizeMfa: all(false) },
    { code: 'customize-mfa-off', severity: 'error', subject: 'tenant', args: { rules: ['transfer-funds'] } },
    { rule: { x: 'whenNotEnrolled: enroll' }, customizeMfa: all(false) }],
  [{ clients: client({ grantTypes: ['authorization_code', 'refresh_token'] }) },
    { code: 'mfa-policy-always', severity: 'warning', subject: 'tenant', args: { clients: ['Web App'] } },
    { clients: client({ grantTypes: ['authorization_code'] }) }],
  [{ mfaPolicy: all('adaptive') },
    { code: 'mfa-policy-adaptive', severity: 'note', subject: 'tenant', args: { rules: ['transfer-funds'] } },
    { mfaPolicy: all('always') }],
  [{ mfaPolicy: all('never') },
    { code: 'mfa-policy-never', severity: 'note', subject: 'tenant', args: { rules: ['transfer-funds'] } },
    { mfaPolicy: all('always') }],

  [{ clients: client({ appType: 'spa' }) },
    { code: 'silent-logins-under-always', severity: 'warning', subject: 'tenant', args: { clients: ['Web App'] } },
    { clients: client({ appType: 'native' }) }],
  [{ clients: client({ refreshPolicies: [{ audience: BANKING, scopes: ['read:accounts'] }] }) },
    { code: 'step-up-not-offered', severity: 'note', subject: 'Web App', args: { client: 'Web App', rule: 'transfer-funds', scopes: ['transfer:funds'], way: 'multi-resource refresh', better: 'refreshTokens: challenge' } },
    { rule: { x: 'withoutBrowser: { refreshTokens: challenge }' }, clients: client({ refreshPolicies: [{ audience: BANKING, scopes: ['read:accounts'] }] }) }],

  [{ ourAction: all({ name: 'Step-up', state: 'missing' }) },
    { code: 'action-not-deployed', severity: 'error', subject: 'Step-up', args: { action: 'Step-up', state: 'missing' } },
    { ourAction: all({ name: 'Step-up', state: 'planned', runtime: 'node22' }) }],
  [{ flow: flow() },
    { code: 'action-not-bound', severity: 'error', subject: 'Step-up', args: { action: 'Step-up' } },
    { flow: flow(other(''), OURS) }],
  [{ ourAction: all({ ...deployed, code: '// theirs' }) },
    { code: 'deployed-code-differs', severity: 'error', subject: 'Step-up', args: { action: 'Step-up', expected: sha256('// ours'), deployed: sha256('// theirs') } },
    { ourAction: all(deployed) }],
  [{ flow: flow(OURS, { ...other(''), runtime: 'node18-actions' }) },
    { code: 'action-on-old-runtime', severity: 'warning', subject: 'Other', args: { action: 'Other', runtime: 'node18-actions' } },
    { flow: flow(OURS, { ...other(''), runtime: 'node24' }) }],
  [{ flow: flow(OURS, other("api.multifactor.enable(event.x ? 'none' : 'any')")) },
    { code: 'later-action-switches-mfa-off', severity: 'error', subject: 'Other', args: { action: 'Other', call: 'multifactor.enable(event.x?"none":"any")' } },
    { flow: flow(other("api.multifactor.enable('none')"), OURS) },
    ['action-lets-enrol']],
  [{ flow: flow(OURS, other("api.redirect.sendUserTo('https://x.example')")) },
    { code: 'later-action-redirects', severity: 'warning', subject: 'Other', args: { action: 'Other', call: 'redirect.sendUserTo("https://x.example")' } },
    { flow: flow(other("api.redirect.sendUserTo('https://x.example')"), OURS) }],
  [{ flow: flow(other("for (const s of ['transfer:funds']) api.accessToken.addScope(s)"), OURS) },
    { code: 'action-adds-protected-scope', severity: 'error', subject: 'Other', args: { action: 'Other', call: 'accessToken.addScope(s)', scopes: ['transfer:funds'] } },
    { flow: flow(other("api.accessToken.addScope('read:accounts') /* never 'transfer:funds' */"), OURS) }],
  [{ flow: flow(other('api.accessToken.addScope(event.user.app_metadata.scope)'), OURS) },
    { code: 'action-adds-unknown-scope', severity: 'warning', subject: 'Other', args: { action: 'Other', call: 'accessToken.addScope(event.user.app_metadata.scope)' } },
    { flow: flow(other("api.accessToken.addScope('read:accounts')"), OURS) }],
  [{ flow: flow(other('api.transaction.setTargetScopes(x)'), OURS) },
    { code: 'action-sets-target-scopes', severity: 'error', subject: 'Other', args: { action: 'Other', call: 'transaction.setTargetScopes(x)' } },
    { flow: flow(other('/* api.transaction.setTargetScopes(x) */'), OURS) }],
  [{ flow: flow(OURS, other("api.multifactor.enable('any', { allowRememberBrowser: true })")) },
    { code: 'later-action-remembers-browser', severity: 'error', subject: 'Other', args: { action: 'Other', call: 'multifactor.enable("any",{allowRememberBrowser:!0})' } },
    { flow: flow(OURS, other("api.multifactor.enable('any', { allowRememberBrowser: false })")) },
    ['action-lets-enrol']],
  [{ flow: flow(other("if (event.transaction?.requested_scopes?.includes('transfer:funds')) api.multifactor.enable('any', { allowRememberBrowser: true })"), OURS) },
    { code: 'other-step-up', severity: 'warning', subject: 'Other', args: { action: 'Other', call: 'multifactor.enable("any",{allowRememberBrowser:!0})', names: ['transfer:funds'] } },
    { flow: flow(other("if (event.transaction?.requested_scopes?.includes('read:accounts')) api.multifactor.enable('any', { allowRememberBrowser: true })"), OURS) },
    ['action-lets-enrol']],
  [{ audit: 'claim: https://fabrikam.example/step-up', flow: flow(other("api.accessToken.setCustomClaim('https://fabrikam.example/step-up', { time: 1 })"), OURS) },
    { code: 'action-sets-our-claim', severity: 'error', subject: 'Other', args: { action: 'Other', call: 'accessToken.setCustomClaim("https://fabrikam.example/step-up",{time:1})', claim: 'https://fabrikam.example/step-up' } },
    { audit: 'claim: https://fabrikam.example/step-up', flow: flow(other("api.accessToken.setCustomClaim('https://fabrikam.example/tier', 'gold')"), OURS) }],
  [{ flow: flow(other("if (event.stats.logins_count > 3) api.authentication.enrollWith({ type: 'otp' })"), OURS) },
    { code: 'action-lets-enrol', severity: 'warning', subject: 'Other', args: { action: 'Other', call: 'authentication.enrollWith({type:"otp"})', rules: ['transfer-funds'] } },
    { rule: { x: 'whenNotEnrolled: enroll' }, flow: flow(other("api.authentication.enrollWith({ type: 'otp' })"), OURS) }],
  [{ flow: flow(OURS, other('api[event.secrets.PART].enable(event.secrets.PROVIDER)')) },
    { code: 'action-not-followed', severity: 'warning', subject: 'Other', args: { action: 'Other', unclear: ['it picks from `api` by a computed name, in `api[event.secrets.PART]`'] } },
    { flow: flow(OURS, other("const { user } = api; user.setAppMetadata('tier', event.secrets.TIER)")) }],
  [{ flow: flow({ ...other(''), code: '' }, OURS) },
    { code: 'action-source-hidden', severity: 'warning', subject: 'Other', args: { action: 'Other', modules: [] } },
    { flow: flow(other("require('axios')"), OURS) }],
  [{ rule: { ...OTP_ONLY, x: 'whenNotEnrolled: enroll' }, flow: flow(other('const a = api.authentication; a.challengeWith(x); a.challengeWithAny(x); a.enrollWith(x)'), OURS) },
    { code: 'too-many-challenge-commands', severity: 'warning', subject: 'post-login', args: { ours: 2, others: [{ action: 'Other', commands: 3 }] } },
    { rule: OTP_ONLY, flow: flow(other('const a = api.authentication; a.challengeWith(x); a.challengeWithAny(x); a.enrollWith(x)'), OURS) },
    ['action-lets-enrol']],

  [{ source: { kind: 'tenant-file', file: 'tenant.yaml' }, mfaPolicy: { seen: 'nothing' } },
    { code: 'part-not-seen', severity: 'note', subject: 'the MFA policy', args: { part: 'the MFA policy', seen: 'nothing', file: 'tenant.yaml' } },
    { source: { kind: 'tenant-file', file: 'tenant.yaml' } }],
  [{ source: { kind: 'tenant', domain: 'acme.eu.auth0.com' }, unknownSettings: ['MFA factor: telepathy'] },
    { code: 'setting-unknown', severity: 'warning', subject: 'tenant', args: { what: 'the tenant', settings: ['MFA factor: telepathy'] } },
    { unknownSettings: [] }],
  [{ flow: flow(other("event.transaction.requested_scopes = []"), OURS) },
    { code: 'earlier-action-changes-event', severity: 'warning', subject: 'Other', args: { action: 'Other', places: ['event.transaction.requested_scopes=[]'] } },
    { flow: flow(OURS, other("event.transaction.requested_scopes = []")) }],
  [{ clientGrants: { seen: 'nothing', lacks: 'read:client_grants' } },
    { code: 'part-not-readable', severity: 'warning', subject: 'client grants', args: { part: 'client grants', domain: 'acme.eu.auth0.com', lacks: 'read:client_grants' } },
    { clientGrants: all([]) }],
  [{ resourceServers: { seen: 'listed', value: knownServers() } },
    { code: 'part-not-complete', severity: 'warning', subject: 'resource servers', args: { part: 'resource servers', domain: 'acme.eu.auth0.com' } },
    { resourceServers: server() }],
]

function knownServers(): readonly ResourceServerFacts[] {
  const servers = server()
  return servers.seen === 'nothing' ? [] : servers.value
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** One line without a full stop, in which every value was put in. */
const SENTENCE = /^(?!.*(?:undefined|\[object|``|  ))\S.*[^\s.]$/

test('nothing is found in a good tenant', () => {
  expect(findingsOf({})).toEqual([])
})

describe.each(
  TABLE.map(([fires, finding, doesNot, besides = []]) => ({ fires, finding, doesNot, besides })),
)('$finding.code', ({ fires, finding, doesNot, besides }) => {
  const found = (given: Given) => findingsOf(given).filter(({ code }) => !besides.includes(code))

  test('is found, and nothing else', () => {
    expect(found(fires)).toEqual([finding])
  })

  test('is put into words', () => {
    expect(explain(finding)).toEqual({
      title: expect.stringMatching(SENTENCE) as string,
      explanation: expect.stringMatching(SENTENCE) as string,
      remedy: expect.stringMatching(SENTENCE) as string,
      source: expect.stringMatching(/^https:\/\/auth0\.com\/docs\/\S+$/) as string,
    })
  })

  test('is not found where it is not', () => {
    expect(found(doesNot)).toEqual([])
  })
})

test('a policy accepts errors one by one: it knows which findings are errors', () => {
  const errors = Object.entries(FINDINGS).filter(([, { severity }]) => severity === 'error')
  expect(errors.map(([code]) => code).toSorted()).toEqual([...ERROR_CODES].toSorted())
})

test('every kind of finding about a tenant stands in the table', () => {
  const ofTenants = FINDING_CODES.filter((code) => !(code in CODE_FINDINGS))
  expect(TABLE.map(([, { code }]) => code).toSorted()).toEqual(ofTenants.toSorted())
})

// prettier-ignore
test.each<[Finding, string, string]>([
  [{ code: 'rule-for-missing-scope', severity: 'error', subject: 'x', args: { rule: 'transfer-funds', audience: BANKING, scope: 'transfer:fund', nearest: 'transfer:funds' } },
    `rule \`transfer-funds\` is for \`transfer:fund\`, which \`${BANKING}\` does not declare; a scope that is spelt differently there is not protected`,
    'did you mean `transfer:funds`?'],
  [{ code: 'listed-factor-not-enabled', severity: 'warning', subject: 'x', args: { rule: 'transfer-funds', requirement: 'requires', factors: ['otp', 'phone', 'email'] } },
    'rule `transfer-funds` lists `otp`, `phone` and `email`, which the tenant does not have enabled: Auth0 leaves them out of the challenge',
    'enable `otp`, `phone` and `email`, or take them out of the rule'],
  [{ code: 'no-listed-factor-enabled', severity: 'error', subject: 'x', args: { rule: 'transfer-funds', requirement: 'whenConfidenceIsLow', factors: ['otp'] } },
    'on low confidence rule `transfer-funds` accepts `otp` only, and the tenant has none of them enabled, so nobody gets what it protects',
    'enable one of `otp`, or change the rule'],
  [{ code: 'exception-expires-soon', severity: 'warning', subject: 'x', args: { what: 'the exception of rule `transfer-funds` for client `batch`', expires: '2026-11-25', daysLeft: 1 } },
    'the exception of rule `transfer-funds` for client `batch` ends on 2026-11-25, in 1 day; from then on its users are challenged like everybody else',
    'make them ready for step-up and remove the exception, or have it reviewed and give it a new day'],
  [{ code: 'action-on-old-runtime', severity: 'warning', subject: 'x', args: { action: 'Other', runtime: '' } },
    '`Other` runs on a runtime that the tenant does not show; an Action that stops working takes the login and its step-up with it',
    'move it to `node22`'],
  [{ code: 'part-not-seen', severity: 'note', subject: 'x', args: { part: 'clients', seen: 'listed', file: 'tenant.yaml' } },
    'tenant.yaml lists some clients; the tenant may have more, which were not looked at',
    'audit the tenant itself with `--tenant`'],
])('%j', (finding, explanation, remedy) => {
  expect(explain(finding)).toMatchObject({ explanation, remedy })
})
