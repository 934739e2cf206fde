import {
  AGREED,
  all,
  client,
  deployed,
  factors,
  findingsOf,
  flow,
  grant,
  other,
  OURS,
  server,
  type Given,
} from '../support/audited-tenant.ts'
import { explain } from '../../scripts/audit/findings/finding.ts'
import { BANKING } from '../support/event.ts'

const UNREADABLE = (lacks: string) => ({ seen: 'nothing', lacks }) as const
const PASSWORD = client({ grantTypes: ['password'] })
const NEEDS_GRANT = server({ userAccess: 'require_client_grant' })
const FIVE = other(
  'const a = api.authentication; a.challengeWith(1, a.challengeWith(2)); a.enrollWith(3); a.enrollWithAny(4); a.challengeWithAny(5)',
)
const SILENT_REMOVE = { x: 'withoutBrowser: { silent: remove }' }
const MULTI_RESOURCE = client({ refreshPolicies: [{ audience: BANKING, scopes: [] }] })
const CHALLENGES = `- { id: second, reason: x, protects: { audience: ${BANKING}, scopes: [transfer:funds] }, requires: { factors: any }, withoutBrowser: { refreshTokens: challenge } }`
const KEY_ONLY = 'requires: { factors: [otp] }'
const ID_CLAIM = 'idTokenClaim: https://x.example/rules'
const ENROLS = { x: 'whenNotEnrolled: enroll' }
const FILE = { kind: 'tenant-file', file: 'tenant.yaml' } as const

// prettier-ignore
test.each<[name: string, Given, found: (readonly [code: string, subject: string])[]]>([
  ['an exception where only some clients are known', { rule: { x: `exceptions: [{ client: batch, reason: x, expires: 2027-01-31, ${AGREED} }]` }, clients: { seen: 'listed', value: [] } },
    [['part-not-complete', 'clients']]],
  ['an exception for the rest of the day', { rule: { x: `exceptions: [{ client: web, reason: x, expires: 2026-11-25, ${AGREED} }]` } },
    [['exception-expires-soon', 'web in transfer-funds']]],
  ['scopes of the Management API',               { resourceServers: server({ isSystem: true, scopes: ['transfer:funds', 'delete:users'] }) }, [['remove-without-effect', 'transfer-funds']]],
  ['refresh tokens that are bound to a session', { resourceServers: server({ allowOnlineAccess: true }) }, [['refresh-tokens-allowed', BANKING]]],
  ['tokens that live long in both ways',         { resourceServers: server({ tokenLifetimeSeconds: 86_400, tokenLifetimeForWebSeconds: 7200 }) },
    [['long-token-lifetime', BANKING], ['long-token-lifetime', BANKING]]],
  ['permissions where RBAC is not known',        { resourceServers: { seen: 'all', value: [{ identifier: BANKING, isSystem: false, scopes: ['transfer:funds'], tokenDialect: 'rfc9068_profile_authz' }] } },
    [['permissions-in-access-token', BANKING]]],

  ['a machine grant of all scopes',              { clientGrants: grant({ scopes: [], allowsAllScopes: true }) }, [['protected-scope-in-machine-grant', 'Web App']]],
  ['a machine grant to all third parties',       { clientGrants: all([{ audience: BANKING, scopes: ['transfer:funds'], subject: 'client', allowsAllScopes: false }]) }, [['protected-scope-in-machine-grant', 'every third-party client']]],
  ['a machine grant to a client not known',      { clientGrants: grant({ clientId: 'gone' }) }, [['protected-scope-in-machine-grant', 'gone']]],
  ['a machine grant of an API that takes no machine', { clientGrants: grant({}), resourceServers: server({ machineAccess: 'deny_all' }) }, []],
  ['a machine grant of another audience',        { clientGrants: grant({ audience: 'https://x.example' }) }, []],
  ['a grant in the name of users',               { clientGrants: grant({ subject: 'user' }) }, []],
  ['a client that needs a grant and has one',    { clients: PASSWORD, resourceServers: NEEDS_GRANT, clientGrants: grant({ subject: 'user' }) }, [['password-grant-enabled', 'Web App']]],
  ['a client that needs a grant and has none',   { clients: PASSWORD, resourceServers: NEEDS_GRANT }, []],
  ['a grant of another client',                  { clients: PASSWORD, resourceServers: NEEDS_GRANT, clientGrants: grant({ subject: 'user', clientId: 'other' }) }, []],
  ['a grant of another audience',                { clients: PASSWORD, resourceServers: NEEDS_GRANT, clientGrants: grant({ subject: 'user', audience: 'https://x.example' }) }, []],
  ['a machine grant, which is none for users',   { clients: PASSWORD, resourceServers: NEEDS_GRANT, clientGrants: grant({}) }, [['protected-scope-in-machine-grant', 'Web App']]],
  ['a client where resource servers are not known', { clients: PASSWORD, resourceServers: UNREADABLE('read:resource_servers') },
    [['password-grant-enabled', 'Web App'], ['part-not-readable', 'resource servers']]],
  ['a client that asks for what is not there',   { clients: PASSWORD, resourceServers: all([]) }, [['rule-for-missing-audience', BANKING]]],
  ['a client whose grants are not known',        { clients: PASSWORD, resourceServers: NEEDS_GRANT, clientGrants: UNREADABLE('read:client_grants') },
    [['password-grant-enabled', 'Web App'], ['part-not-readable', 'client grants']]],
  ['a client whose grants are listed in part',   { clients: PASSWORD, resourceServers: NEEDS_GRANT, clientGrants: { seen: 'listed', value: [] } },
    [['password-grant-enabled', 'Web App'], ['part-not-complete', 'client grants']]],
  ['a client where APIs are listed in part',     { clients: PASSWORD, resourceServers: { seen: 'listed', value: [] } },
    [['password-grant-enabled', 'Web App'], ['part-not-complete', 'resource servers']]],
  ['a grant with a setting not known',           { clientGrants: all([{ audience: BANKING, clientId: 'web', scopes: [], subject: 'user', allowsAllScopes: false, unknownSettings: ['x'] }]) }, [['setting-unknown', 'Web App']]],
  ['an MFA policy not known',                    { mfaPolicy: { seen: 'nothing' }, unknownSettings: ['MFA policy: x'] }, [['setting-unknown', 'tenant']]],

  ['weak factors where none is known',           { rule: { requires: 'requires: { factors: [phone, email] }' }, enabledFactors: UNREADABLE('read:guardian_factors') },
    [['only-weak-factors', 'transfer-funds'], ['part-not-readable', 'MFA factors']]],
  ['any factor where none is known',             { enabledFactors: UNREADABLE('read:guardian_factors') }, [['part-not-readable', 'MFA factors']]],
  ['a factor that a file does not list',         { rule: { requires: 'requires: { factors: [otp, phone] }' }, source: FILE, enabledFactors: { seen: 'listed', value: ['otp'] } },
    [['part-not-seen', 'MFA factors']]],
  ['no factor that a file lists',                { rule: { requires: KEY_ONLY }, source: FILE, enabledFactors: { seen: 'listed', value: ['recovery-code'] } },
    [['part-not-seen', 'MFA factors']]],
  ['a factor that a file switches off',          { rule: { requires: KEY_ONLY }, source: FILE, enabledFactors: { seen: 'listed', value: ['email'] }, disabledFactors: ['otp'] },
    [['no-listed-factor-enabled', 'transfer-funds'], ['part-not-seen', 'MFA factors']]],
  ['a file that switches off what MFA needs',    { source: FILE, enabledFactors: { seen: 'listed', value: [] }, disabledFactors: ['otp', 'sms', 'duo', 'push-notification', 'webauthn-roaming'] },
    [['no-factor-enabled', 'tenant'], ['part-not-seen', 'MFA factors']]],
  ['weak factors on low confidence',             { rule: { requires: 'requires: { factors: [otp, email] }', x: 'whenConfidenceIsLow: { factors: [email] }' }, enabledFactors: factors('otp', 'email') }, [['only-weak-factors', 'transfer-funds']]],
  ['a factor that is not enabled, on low confidence', { rule: { x: 'whenConfidenceIsLow: { factors: [webauthn-roaming] }' } }, [['no-listed-factor-enabled', 'transfer-funds']]],
  ['any factor, and denial without one',         { customizeMfa: all(false) }, [['customize-mfa-off', 'tenant']]],
  ['factors listed on low confidence alone',     { rule: { x: 'whenConfidenceIsLow: { factors: [otp] }' }, customizeMfa: all(false) }, [['customize-mfa-off', 'tenant']]],
  ['listed factors where the switch is unknown', { rule: { requires: KEY_ONLY }, customizeMfa: UNREADABLE('read:tenant_settings') }, [['part-not-readable', '"Customize MFA Factors using Actions"']]],
  ['no factor at all',                           { enabledFactors: factors() }, [['no-factor-enabled', 'tenant']]],
  ['MFA always, clients not known',              { clients: UNREADABLE('read:clients') }, [['mfa-policy-always', 'tenant'], ['part-not-readable', 'clients']]],
  ['MFA always, grants of a client not known',   { clients: all([{ name: 'Web App' }]) }, [['mfa-policy-always', 'tenant']]],
  ['MFA never, a single-page app',               { mfaPolicy: all('never'), clients: client({ appType: 'spa' }) }, [['mfa-policy-never', 'tenant']]],
  ['a page where silent logins lose the scope',  { rule: SILENT_REMOVE, mfaPolicy: all('adaptive'), clients: client({ appType: 'spa' }) }, [['mfa-policy-adaptive', 'tenant'], ['step-up-not-offered', 'Web App']]],
  ['another app where they do',                  { rule: SILENT_REMOVE }, []],
  ['a page that may not ask for the scope',      { rule: SILENT_REMOVE, mfaPolicy: all('adaptive'), clients: client({ appType: 'spa' }), resourceServers: server({ userAccess: 'deny_all' }) }, [['mfa-policy-adaptive', 'tenant']]],
  ['two rules, of which one answers',            { rule: { x: `\n  ${CHALLENGES}` }, clients: MULTI_RESOURCE }, []],
  ['a refresh policy of another API',            { clients: client({ refreshPolicies: [{ audience: 'https://x.example', scopes: ['read:x'] }] }) }, []],

  ['our Action not deployed nor bound',          { ourAction: all({ name: 'Step-up', state: 'not-deployed' }), flow: flow() }, [['action-not-deployed', 'Step-up']]],
  ['our Action not bound, others are',           { flow: flow(other("api.multifactor.enable('none')")) }, [['action-not-bound', 'Step-up']]],
  ['our Action on an old runtime',               { ourAction: all({ ...deployed, runtime: 'node18' }) }, [['action-on-old-runtime', 'Step-up']]],
  ['an Action on a runtime not known',           { flow: flow(OURS, { ...other(''), runtime: '' }) }, [['action-on-old-runtime', 'Other']]],
  ['calls of our own',                           { flow: flow({ ...OURS, code: "api.multifactor.enable('none'); api.accessToken.addScope('transfer:funds')" }) }, []],
  ['a later Action that enables any',            { rule: ENROLS, flow: flow(OURS, other("api.multifactor.enable('any')")) }, []],
  ['a later Action that enables any by default', { rule: ENROLS, flow: flow(OURS, other("api.multifactor.enable(event.secrets.PROVIDER || 'any')")) }, [['later-action-switches-mfa-off', 'Other']]],
  ['a later Action that enables what it works out', { rule: ENROLS, flow: flow(OURS, other("api.multifactor.enable(pick('any', event))")) }, [['later-action-switches-mfa-off', 'Other']]],
  ['a later Action that enables a variable',     { rule: ENROLS, flow: flow(OURS, other('api.multifactor.enable(event.secrets.PROVIDER)')) }, [['later-action-switches-mfa-off', 'Other']]],
  ['a protected scope added after ours',         { flow: flow(OURS, other("api.accessToken.addScope('transfer:funds')")) }, [['action-adds-protected-scope', 'Other']]],
  ['an everyday scope beside a protected name',  { flow: flow(OURS, other("f('transfer:funds'); api.accessToken.addScope('read:accounts')")) }, []],
  ['a scope put together',                       { flow: flow(OURS, other('api.accessToken.addScope(`transfer:${event.x}`)')) }, [['action-adds-unknown-scope', 'Other']]],
  ['five challenges, and ours never lists',      { rule: ENROLS, flow: flow(FIVE, OURS) }, []],
  ['the claim of an ID token, set by another Action', { audit: ID_CLAIM, flow: flow(other("api.idToken.setCustomClaim('https://x.example/rules', ['transfer-funds'])"), OURS) },
    [['action-sets-our-claim', 'Other']]],
  ['a claim whose name ends as ours does',       { audit: ID_CLAIM, flow: flow(other('api.idToken.setCustomClaim(`${event.secrets.NAMESPACE}/rules`, [])'), OURS) },
    [['action-sets-our-claim', 'Other']]],
  ['a claim whose name ends otherwise',          { audit: ID_CLAIM, flow: flow(other('api.idToken.setCustomClaim(`${event.secrets.NAMESPACE}/tier`, 1); api.idToken.setCustomClaim(event.secrets.NAMESPACE + "/tier", 1)'), OURS) }, []],
  ['a claim of the other token',                 { audit: ID_CLAIM, flow: flow(other("api.accessToken.setCustomClaim('https://x.example/rules', 1)"), OURS) }, []],
  ['MFA of another Action under a rule that denies', { flow: flow(other("api.multifactor.enable('any')"), OURS) }, [['action-lets-enrol', 'Other']]],
  ['an Action that only switches MFA off, before ours', { flow: flow(other("api.multifactor.enable('none')"), OURS) }, []],
  ['five challenges, and ours lists',            { rule: { requires: KEY_ONLY, ...ENROLS }, flow: flow(FIVE, OURS) }, [['too-many-challenge-commands', 'post-login']]],
  ['an Action that uses a module',               { flow: flow(OURS, other("require('actions:roles')")) }, [['action-source-hidden', 'Other']]],

  ['settings that tenant.yaml does not name',    { source: { kind: 'tenant-file', file: 'tenant.yaml' }, resourceServers: all([{ identifier: BANKING, isSystem: false, scopes: ['transfer:funds'] }]), clients: all([{ name: 'Web App', refreshPolicies: [] }]) },
    [['mfa-policy-always', 'tenant'], ...['signing_alg', 'token_dialect', 'allow_offline_access', 'token_lifetime', 'token_lifetime_for_web'].map((setting) => ['part-not-seen', `\`${setting}\` of \`${BANKING}\``] as const), ['part-not-seen', '`app_type` of `Web App`'], ['part-not-seen', '`grant_types` of `Web App`'], ['part-not-seen', '`oidc_conformant` of `Web App`']]],
])('%s', (_name, given, found) => {
  expect(findingsOf(given).map(({ code, subject }) => [code, subject])).toEqual(found)
})

test('where grants were seen in part, what a client may ask for is said with an if', () => {
  const clientGrants = { seen: 'listed', value: [] } as const
  const [found] = findingsOf({ clients: PASSWORD, resourceServers: NEEDS_GRANT, clientGrants })
  expect(found && explain(found).explanation).toBe(
    '`Web App` has `password` and may ask for `transfer:funds`, if a client grant says so (not all were seen): in this grant a request without scopes asks for all of them, and no browser shows a challenge, so all depends on what the Action answers',
  )
})

test('a scope under two rules is named once', () => {
  const protects = `protects: { audience: ${BANKING}, scopes: [transfer:funds] }`
  const second = `- { id: second, reason: x, ${protects}, requires: { factors: any } }`
  const [found] = findingsOf({ clientGrants: grant({}), rule: { x: `\n  ${second}` } })
  expect(found?.args).toEqual({ client: 'Web App', audience: BANKING, scopes: ['transfer:funds'] })
})

test('a client may ask for the scopes of the audience that its grant is for, and of no other', () => {
  const old = 'https://old.fabrikam.example'
  const protects = `protects: { audience: ${old}, scopes: [transfer:funds] }`
  const second = `- { id: second, reason: x, ${protects}, requires: { factors: any } }`
  const servers = [BANKING, old].map((identifier) => ({
    identifier,
    isSystem: false,
    scopes: ['transfer:funds'],
    userAccess: 'require_client_grant',
  }))
  const [found, ...rest] = findingsOf({
    rule: { x: `\n  ${second}` },
    clients: PASSWORD,
    resourceServers: all(servers),
    clientGrants: grant({ subject: 'user', audience: old }),
  })
  expect(rest).toEqual([])
  expect(found?.args).toEqual({
    client: 'Web App',
    grants: ['password'],
    scopes: ['transfer:funds'],
  })
})
