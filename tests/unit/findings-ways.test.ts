// Every way to a token that Auth0 documents has its row, and every client that goes around is found.
import { readFileSync } from 'node:fs'
import { PROTOCOL_TABLE } from '../../actions/step-up/protocols.ts'
import { explain } from '../../scripts/audit/findings/finding.ts'
import {
  clientFacts,
  resourceServerFacts,
  type Entity,
} from '../../scripts/audit/tenant/entities.ts'
import type { TenantFacts } from '../../scripts/audit/tenant/facts.ts'
import { WAYS, waysIn } from '../../scripts/audit/tenant/ways.ts'
import { all, findingsOf, grant, MY_ACCOUNT, type Given } from '../support/audited-tenant.ts'
import { BANKING } from '../support/event.ts'

const documented = JSON.parse(readFileSync('tests/support/documented-ways.json', 'utf8')) as {
  readonly logTypes: { readonly codes: readonly string[] }
  readonly grantTypes: { readonly types: readonly string[] }
}
const sortedOnce = (names: readonly string[]) => [...new Set(names)].toSorted()
const isGrantType = (opens: string) => !SWITCHES.test(opens)
const SWITCHES =
  /^(addons|fedcm_login|session_transfer|native_social_login|token_exchange|cross_origin_authentication|identity_assertion_authorization_grant|anonymous_sessions)\b/

describe('the table of ways', () => {
  test('has every success of a login or an exchange that the log of Auth0 knows, and no other', () => {
    expect(sortedOnce(WAYS.flatMap(({ logTypes }) => logTypes))).toEqual(documented.logTypes.codes)
  })

  test('has every documented grant type, and no other', () => {
    const opens = WAYS.flatMap((way) => way.opens).filter(isGrantType)
    expect(sortedOnce(opens)).toEqual(documented.grantTypes.types)
  })

  test('has every protocol that the Action knows, and no other', () => {
    const protocols = sortedOnce(WAYS.flatMap((way) => way.protocols))
    expect(protocols).toEqual(PROTOCOL_TABLE.map(([name]) => name).toSorted())
  })

  test('has a finding for every way on which nobody is challenged and that a client can have', () => {
    const silent = WAYS.filter(({ verdict }) => verdict === 'answered' || verdict === 'no-action')
    expect(silent.filter(({ finding }) => finding === undefined).map(({ name }) => name)).toEqual([
      'Delegated session, in which nobody can be challenged',
    ])
  })

  test('names the clients that have a way open', () => {
    const ways = (clients: TenantFacts['clients']) =>
      waysIn({ clients }).map(({ name, ...way }) => [name.split(/[ ,:]/)[0], way.clients, way.seen])
    const two = [
      { name: 'Web', grantTypes: ['authorization_code', 'implicit'] },
      { name: 'App', grantTypes: ['authorization_code'], switches: ['native_social_login: apple'] },
    ]
    expect(ways(all(two))).toEqual(
      expect.arrayContaining([
        ['Authorization', ['Web', 'App'], 'all'],
        ['Implicit', ['Web'], 'all'],
        ['Silent', 'every', 'all'],
        ['Native', ['App'], 'all'],
        ['Device', [], 'all'],
      ]),
    )
    expect(ways({ seen: 'nothing' })).toContainEqual(['Device', [], 'nothing'])
  })
})

test('every setting of a client that the SDK knows is known here', () => {
  const types = readFileSync('node_modules/auth0/dist/cjs/management/api/types/types.d.ts', 'utf8')
  const [, fields = ''] = /^export interface Client \{\n([^]*?)^\}/m.exec(types) ?? []
  const settings = [...fields.matchAll(/^ {4}([a-z_]+)\?:/gm)].flatMap(([, name]) => name ?? [])
  expect(settings.length).toBeGreaterThan(60)
  const client = Object.fromEntries(settings.map((setting) => [setting, undefined]))
  expect(clientFacts({ ...client, name: 'x' })).not.toHaveProperty('unknownSettings')
})

// As the Management API answers them.
const WEB = {
  client_id: 'web',
  name: 'Web App',
  is_first_party: true,
  oidc_conformant: true,
  jwt_configuration: { alg: 'RS256' },
  grant_types: ['authorization_code'],
  native_social_login: { google: { enabled: false } },
  token_exchange: { allow_any_profile_of_type: [] },
  anonymous_sessions: { active: false },
  custom_login_page_on: true,
}
const API = {
  identifier: BANKING,
  is_system: false,
  scopes: [{ value: 'read:accounts' }, { value: 'transfer:funds' }],
  signing_alg: 'RS256',
  token_dialect: 'rfc9068_profile',
  token_lifetime: 600,
  token_lifetime_for_web: 600,
  allow_offline_access: false,
  subject_type_authorization: { user: { policy: 'allow_all' } },
}
const MY_ACCOUNT_API = {
  identifier: MY_ACCOUNT,
  is_system: true,
  scopes: ['create', 'read', 'update', 'delete'].map((verb) => ({
    value: `${verb}:me:authentication_methods`,
  })),
  subject_type_authorization: { user: { policy: 'allow_all' }, client: { policy: 'deny_all' } },
}

const clients = (...entities: Entity[]): Given => ({ clients: all(entities.map(clientFacts)) })
const more = (changes: Entity) =>
  clients(WEB, { ...WEB, client_id: 'more', name: 'More', ...changes })
const apis = (...entities: Entity[]): Given => ({
  resourceServers: all(entities.map(resourceServerFacts)),
})
const LEGACY = 'http://auth0.com/oauth/legacy/grant-type/'

// prettier-ignore
test.each<[name: string, Given, found: readonly (readonly [string, string, RegExp])[]]>([
  ['CIBA',                        more({ grant_types: ['urn:openid:params:grant-type:ciba'] }),                  [['ciba-grant-enabled', 'More', /CIBA/]]],
  ['embedded passwordless',       more({ grant_types: ['http://auth0.com/oauth/grant-type/passwordless/otp'] }), [['passwordless-grant-enabled', 'More', /embedded passwordless login/]]],
  ['custom token exchange',       more({ token_exchange: { allow_any_profile_of_type: ['custom_authentication'] } }), [['token-exchange-grant-enabled', 'More', /`token_exchange: custom_authentication`/]]],
  ['on-behalf-of token exchange', more({ token_exchange: { allow_any_profile_of_type: ['on_behalf_of_token_exchange'] } }), [['token-exchange-grant-enabled', 'More', /`token_exchange: on_behalf_of_token_exchange`/]]],
  ['an exchange not known',       more({ token_exchange: { allow_any_profile_of_type: ['telepathy'] } }),        [['client-setting-unknown', 'More', /`token_exchange: telepathy`/]]],
  ['native social login',         more({ app_type: 'native', native_social_login: { google: { enabled: true } } }), [['native-social-login-enabled', 'More', /native social login/]]],
  ['of a provider not known',     more({ native_social_login: { orkut: { enabled: true } } }),                   [['native-social-login-enabled', 'More', /`native_social_login: orkut`/]]],
  ['legacy grants',               more({ grant_types: ['authorization_code', `${LEGACY}ro`, `${LEGACY}ro/jwt-bearer`, `${LEGACY}access_token`] }), [['legacy-grant-enabled', 'More', /legacy\/grant-type\/ro`, `.*ro\/jwt-bearer` and `.*access_token`.*, so all depends on what the Action answers$/]]],
  ['delegation',                  more({ grant_types: [`${LEGACY}delegation/id_token`] }),                       [['legacy-grant-enabled', 'More', /not documented; for `.*delegation\/id_token` no post-login Action is documented to run, so the rules do not reach it$/]]],
  ['the legacy pipeline',         more({ oidc_conformant: false }),                                              [['client-not-oidc-conformant', 'More', /legacy pipeline/]]],
  ['native passkeys',             more({ grant_types: ['urn:okta:params:oauth:grant-type:webauthn'] }),          [['passkey-grant-enabled', 'More', /passkey/]]],
  ['Cross App Access by its grant', more({ grant_types: ['urn:ietf:params:oauth:grant-type:jwt-bearer'] }),      [['cross-app-access-enabled', 'More', /assertion of another identity provider is traded .*; for `.*jwt-bearer` no post-login Action is documented to run, so the rules do not reach it$/]]],
  ['Cross App Access by its setting', more({ identity_assertion_authorization_grant: { active: true } }),        [['cross-app-access-enabled', 'More', /`identity_assertion_authorization_grant`/]]],
  ['a grant type not known',      more({ grant_types: ['authorization_code', 'urn:x:mind-reading'] }),           [['client-setting-unknown', 'More', /`urn:x:mind-reading`/]]],
  ['a setting not known',         more({ mind_reading: { active: true } }),                                      [['client-setting-unknown', 'More', /`mind_reading`/]]],
  ['anonymous sessions',          { ...more({ client_id: 'web', name: 'Shop', anonymous_sessions: { active: true } }), clientGrants: grant({ subject: 'anonymous_user' }) }, [['protected-scope-in-anonymous-grant', 'Web App', /anonymous users/]]],
  ['My Account open to all',      apis(API, MY_ACCOUNT_API),                                                     [['enrolment-open', MY_ACCOUNT, /every application may ask for `create:me:authentication_methods` and `delete:me:authentication_methods`/]]],
  ['My Account open to one',      { ...apis(API, { ...MY_ACCOUNT_API, subject_type_authorization: { user: { policy: 'require_client_grant' } } }), clientGrants: grant({ subject: 'user', audience: MY_ACCOUNT, scopes: ['create:me:authentication_methods'] }) }, [['enrolment-open', MY_ACCOUNT, /`Web App` may ask for `create:me:authentication_methods`/]]],
  ['a secret that is shared',     apis({ ...API, signing_alg: 'HS256' }),                                        [['token-signed-with-shared-secret', BANKING, /can also make one/]]],

  ['an access of machines not known', apis({ ...API, subject_type_authorization: { user: { policy: 'deny_all' }, client: { policy: 'allow_all' } } }), [['setting-unknown', BANKING, /`subject_type_authorization\.client\.policy: allow_all`, of which this audit knows nothing/]]],
  ['an access of users not known', apis({ ...API, subject_type_authorization: { user: { policy: 'allow_some' } } }), [['setting-unknown', BANKING, /`subject_type_authorization\.user\.policy: allow_some`/]]],
  ['an access of somebody else',   apis({ ...API, subject_type_authorization: { user: { policy: 'deny_all' }, agent: { policy: 'allow_all' } } }), [['setting-unknown', BANKING, /`subject_type_authorization\.agent`/]]],
  ['a dialect and an algorithm not known', apis({ ...API, token_dialect: 'everything', signing_alg: 'none' }), [['token-without-jti', BANKING, /dialect `everything`/], ['setting-unknown', BANKING, /`signing_alg: none` and `token_dialect: everything`/]]],
  ['a setting of an API not known', apis({ ...API, mind_reading: true }), [['setting-unknown', BANKING, /`mind_reading`/]]],
  ['a setting of another API',      apis(API, { ...API, identifier: 'https://x.example', scopes: [], mind_reading: true }), []],
  ['a kind of app not known',       more({ app_type: 'mind_reader' }), [['client-setting-unknown', 'More', /`app_type: mind_reader`/]]],
  ['a key not known in a setting',  more({ session_transfer: { can_create_anything: true } }), [['client-setting-unknown', 'More', /`session_transfer\.can_create_anything`/]]],
  ['a switch that is no yes or no', more({ oidc_conformant: 'no' }), [['client-setting-unknown', 'More', /`oidc_conformant: no`/]]],
  ['an addon not known',            more({ addons: { samlp: {}, mind_reading: {} } }), [['client-setting-unknown', 'More', /`addons\.mind_reading`/]]],
  ['settings that are not set',     more({ session_transfer: null, refresh_token: null, addons: {} }), []],
  ['native social login in another form', more({ native_social_login: { google: { allowed: true } } }), [['native-social-login-enabled', 'More', /native social login/]]],

  ['one more client in browsers', more({}), []],
  ['one more with all that ends in a browser', more({ grant_types: ['authorization_code', 'implicit', 'refresh_token'], cross_origin_authentication: true, session_transfer: { can_create_session_transfer_token: true }, fedcm_login: { google: { is_enabled: true } }, addons: { samlp: {} } }), [['mfa-policy-always', 'tenant', /refresh token exchange/]]],
  ['one more machine',            more({ grant_types: ['client_credentials'], oidc_conformant: false }), []],
  ['CIBA where user access is denied', { ...more({ grant_types: ['urn:openid:params:grant-type:ciba'] }), ...apis({ ...API, subject_type_authorization: { user: { policy: 'deny_all' } } }) }, []],
  ['CIBA of a third party with the grant of them all', { ...clients({ ...WEB, is_first_party: false, grant_types: ['urn:openid:params:grant-type:ciba'] }), ...apis({ ...API, subject_type_authorization: { user: { policy: 'require_client_grant' } } }), clientGrants: all([{ audience: BANKING, scopes: ['transfer:funds'], subject: 'user', allowsAllScopes: false }]) }, [['ciba-grant-enabled', 'Web App', /CIBA/]]],
  ['My Account as Auth0 makes it', apis(API, { ...MY_ACCOUNT_API, subject_type_authorization: { user: { policy: 'require_client_grant' } } }), []],
])('%s', (_name, given, found) => {
  const findings = findingsOf(given)
  expect(findings.map(({ code, subject }) => [code, subject])).toEqual(
    found.map(([code, subject]) => [code, subject]),
  )
  findings.forEach((finding, i) => {
    expect(explain(finding).explanation).toMatch(found[i]?.[2] ?? /never/)
  })
})
