// Actions in the manner of those that are published: each does what Auth0's reference says of its commands.
import { createHmac } from 'node:crypto'
import type { Entrypoint, TriggerResult } from '../../sandbox/tenant/action-runtime/messages.ts'
import { ALL_ON, run, runner } from '../support/action-runs.ts'

afterAll(() => runner.close())

const EVENT = {
  transaction: {
    protocol: 'oidc-basic-profile',
    requested_scopes: ['openid', 'transfer:funds'],
    acr_values: [],
    metadata: {},
  },
  authentication: {
    methods: [{ name: 'pwd', timestamp: '2026-03-01T12:00:00.000Z' }],
    riskAssessment: {
      confidence: 'low',
      version: '1',
      assessments: { NewDevice: { confidence: 'low', code: 'no_match' } },
    },
  },
  client: { client_id: 'web', name: 'Web', metadata: { tier: 'gold' } },
  connection: { id: 'con_1', name: 'Users', strategy: 'auth0' },
  request: {
    ip: '203.0.113.9',
    hostname: 'localhost:1',
    query: { prompt: 'login' },
    body: {},
    geoip: { countryCode: 'FR' },
  },
  session: { id: 'ses_1', metadata: {} },
  stats: { logins_count: 1 },
  user: {
    user_id: 'auth0|ada',
    email: 'Ada@Fabrikam.example',
    email_verified: false,
    app_metadata: { plan: 'free' },
    user_metadata: {},
    enrolledFactors: [{ type: 'otp' }],
  },
  authorization: { roles: ['teller', 'auditor'] },
}

/** What an Action has done, in one line. */
function deed({
  outcome,
  reason,
  accessToken,
  idToken,
  mfa,
  redirect,
  commands,
  session,
}: TriggerResult): string {
  const parts = [
    outcome + (reason === undefined ? '' : `: ${reason}`),
    ...accessToken.addedScopes.map((scope) => `+${scope}`),
    ...accessToken.removedScopes.map((scope) => `-${scope}`),
    ...Object.entries(accessToken.customClaims).map(
      ([name, value]) => `access ${name}=${JSON.stringify(value)}`,
    ),
    ...Object.entries(idToken.customClaims).map(
      ([name, value]) => `id ${name}=${JSON.stringify(value)}`,
    ),
    ...(mfa === undefined
      ? []
      : [
          mfa.when === 'in-place'
            ? `MFA ${mfa.steps.map(({ kind, factors }) => `${kind} ${factors.map(({ type }) => type).join('|')}`).join(', ')}`
            : `MFA ${mfa.provider}`,
        ]),
    ...(redirect === undefined ? [] : [`to ${redirect.url}`]),
    ...commands
      .filter(({ command }) => command.startsWith('api.user.'))
      .map(
        ({ command, arguments: [key, value] }) =>
          `${command.slice(9)} ${String(key)}=${JSON.stringify(value)}`,
      ),
    ...(session.metadata === undefined ? [] : [`session ${JSON.stringify(session.metadata)}`]),
  ]
  return parts.join('; ')
}

// prettier-ignore
test.each<[name: string, body: string, deed: string]>([
  ['roles in both tokens',             `for (const token of [api.idToken, api.accessToken]) token.setCustomClaim('https://x.example/roles', event.authorization.roles)`, 'continue; access https://x.example/roles=["teller","auditor"]; id https://x.example/roles=["teller","auditor"]'],
  ['an e-mail claim',                  `if (event.user.email) api.accessToken.setCustomClaim('https://x.example/email', event.user.email.toLowerCase())`, 'continue; access https://x.example/email="ada@fabrikam.example"'],
  ['a claim that is restricted',       `api.idToken.setCustomClaim('amr', ['mfa']); api.accessToken.setCustomClaim('permissions', ['all'])`, 'continue'],
  ['a claim taken back',               `api.idToken.setCustomClaim('a', 1); api.idToken.setCustomClaim('a', null)`, 'continue'],
  ['only verified addresses',          `if (!event.user.email_verified) api.access.deny('Please verify your email first.')`, 'denied: Please verify your email first.'],
  ['only one domain',                  `if (!event.user.email.toLowerCase().endsWith('@contoso.example')) api.access.deny('Not of this company')`, 'denied: Not of this company'],
  ['only some countries',              `if (!['DE', 'AT'].includes(event.request.geoip.countryCode)) api.access.deny(\`Blocked in \${event.request.geoip.countryCode}\`)`, 'denied: Blocked in FR'],
  ['only on weekdays',                 `const day = new Date(Date.UTC(2026, 2, 1)).getUTCDay(); if (day === 0 || day === 6) api.access.deny('Closed')`, 'denied: Closed'],
  ['an allow list of addresses',       `const net = new (require('net').BlockList)(); net.addSubnet('203.0.113.0', 24, 'ipv4'); if (net.check(event.request.ip)) api.access.deny('blocked network')`, 'denied: blocked network'],
  ['MFA for a scope',                  `if (event.transaction.requested_scopes.includes('transfer:funds')) api.multifactor.enable('any', { allowRememberBrowser: false })`, 'challenge; MFA any'],
  ['MFA when confidence is low',       `if (event.authentication.riskAssessment?.confidence === 'low') api.multifactor.enable('any')`, 'challenge; MFA any'],
  ['MFA on a new device',              `if (event.authentication.riskAssessment.assessments.NewDevice.code === 'no_match') api.authentication.challengeWithAny([{ type: 'otp' }, { type: 'phone' }])`, 'challenge; MFA challenge otp'],
  ['MFA once a session',               `if (!event.authentication.methods.some(({ name }) => name === 'mfa')) api.authentication.challengeWith({ type: 'otp' })`, 'challenge; MFA challenge otp'],
  ['MFA, then another enrolment',      `api.authentication.challengeWith({ type: 'otp' }); api.authentication.enrollWith({ type: 'webauthn-roaming' })`, 'challenge; MFA challenge otp, enroll webauthn-roaming'],
  ['MFA skipped for a client',         `api.multifactor.enable('any'); if (event.client.client_id === 'web') api.multifactor.enable('none')`, 'continue'],
  ['metadata of the user',             `api.user.setAppMetadata('plan', 'pro').user.setUserMetadata('seen', true)`, 'continue; setAppMetadata plan="pro"; setUserMetadata seen=true'],
  ['a counter in the metadata',        `api.user.setAppMetadata('logins', (event.user.app_metadata.logins ?? 0) + event.stats.logins_count)`, 'continue; setAppMetadata logins=1'],
  ['a random id once',                 `if (!event.user.app_metadata.uuid) api.user.setAppMetadata('uuid', require('crypto').randomUUID().length)`, 'continue; setAppMetadata uuid=36'],
  ['a hash of the user',               `api.idToken.setCustomClaim('h', require('node:crypto').createHash('sha256').update(event.user.user_id).digest('hex').slice(0, 8))`, 'continue; id h="84047e8f"'],
  ['scopes by plan',                   `if (event.user.app_metadata.plan === 'free') api.accessToken.removeScope('transfer:funds'); api.accessToken.addScope('read:ads')`, 'continue; +read:ads; -transfer:funds'],
  ['consent on a page',                `if (!event.user.app_metadata.consent && api.redirect.canRedirect()) api.redirect.sendUserTo('https://x.example/consent', { query: { plan: event.user.app_metadata.plan } })`, 'redirect; to https://x.example/consent?plan=free'],
  ['a number of the client',           `api.accessToken.setCustomClaim('https://x.example/tier', event.client.metadata.tier.toUpperCase())`, 'continue; access https://x.example/tier="GOLD"'],
  ['a cached token',                   `let token = api.cache.get('t')?.value; if (!token) { token = 'fresh'; const { type } = api.cache.set('t', token, { ttl: 1000 }); if (type === 'error') throw new Error('no') } api.idToken.setCustomClaim('t', api.cache.get('t').value)`, 'continue; id t="fresh"'],
  ['a note on the session',            `api.session.setMetadata('device', 'phone')`, 'continue; session {"device":"phone"}'],
  ['a note for the next Action',       `api.transaction.setMetadata('a', 1); api.idToken.setCustomClaim('a', event.transaction.metadata.a)`, 'continue; id a=1'],
  ['SAML attributes',                  `api.samlResponse.setAttribute('email', event.user.email); api.samlResponse.setLifetimeInSeconds(60)`, 'continue'],
  ['a legacy rule',                    `if (api.rules.wasExecuted('rul_x')) return; api.idToken.setCustomClaim('r', 1)`, 'continue; id r=1'],
  ['a call that fails',                `try { await fetch('http://127.0.0.1:65535') } catch (error) { api.idToken.setCustomClaim('e', error.cause.code) }`, 'continue; id e="ECONNREFUSED"'],
  ['a call that is given up',          `try { await fetch('http://192.0.2.1', { signal: AbortSignal.timeout(50) }) } catch (error) { api.idToken.setCustomClaim('e', error instanceof Error) }`, 'continue; id e=true'],
  ['a signed token',                   `const t = api.redirect.encodeToken({ secret: 's', payload: { a: 1 } }); api.idToken.setCustomClaim('n', t.split('.').length)`, 'continue; id n=3'],
  ['a mistake of its author',          `api.idToken.setCustomClaim('x', event.user.address.street)`, `error: Cannot read properties of undefined (reading 'street')`],
  ['an old global',                    `const _ = global; api.idToken.setCustomClaim('g', _ === globalThis && typeof process.nextTick)`, 'continue; id g="function"'],
  ['streams and compression',          `const zip = require('zlib').gzipSync('a'); api.idToken.setCustomClaim('z', require('zlib').gunzipSync(zip).toString())`, 'continue; id z="a"'],
  ['a claim that is too much a scope', `api.accessToken.addScope('two words')`, 'error: The scope must not contain whitespace.'],
])('%s', async (_name, body, expected) => {
  expect(deed(await run([body], { event: EVENT }))).toBe(expected)
})

const JWT_CHECK = `
const { createHmac } = require('node:crypto')
const verify = (token, secret) => {
  const [header, payload, signature] = String(token).split('.')
  const right = createHmac('sha256', secret).update(header + '.' + payload).digest('base64url')
  if (signature !== right) return undefined
  return JSON.parse(Buffer.from(payload, 'base64url').toString())
}
exports.onExecuteCustomTokenExchange = async (event, api) => {
  const claims = verify(event.transaction.subject_token, event.secrets.KEY)
  if (claims === undefined) return api.access.rejectInvalidSubjectToken('Invalid subject_token')
  if (!claims.groups.includes('staff')) return api.access.deny('not_staff', 'Only for staff')
  api.user.setAppMetadata('groups', claims.groups)
  api.authentication.setUserByConnection('Users', { user_id: claims.sub, email: claims.email }, { creationBehavior: 'create_if_not_exists', updateBehavior: 'none' })
}`

function signed(payload: object, secret = 'k'): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const head = `${encode({ alg: 'HS256' })}.${encode(payload)}`
  return `${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`
}

const RETURN = `
exports.onExecutePostLogin = async (event, api) => {
  if (event.user.app_metadata.verified || !api.redirect.canRedirect()) return
  const token = api.redirect.encodeToken({ secret: event.secrets.KEY, payload: { email: event.user.email } })
  api.redirect.sendUserTo('https://verify.example/', { query: { lang: 'de', token: token.split('.').length } })
}
exports.onContinuePostLogin = async (event, api) => {
  const { verified } = api.redirect.validateToken({ secret: event.secrets.KEY })
  if (!verified) return api.access.deny('not verified')
  api.authentication.recordMethod('https://verify.example/')
  api.user.setAppMetadata('verified', true)
}`

const MACHINE = `exports.onExecuteCredentialsExchange = async (event, api) => {
  if (event.client.metadata.tier !== 'gold') return api.access.deny('invalid_request', 'Upgrade first')
  api.accessToken.setCustomClaim('https://x.example/tier', event.client.metadata.tier)
}`

const back = (verified: boolean): object => ({
  request: {
    hostname: 'localhost:1',
    ip: '203.0.113.9',
    query: {},
    body: {
      session_token: signed({
        verified,
        iss: 'localhost:1',
        sub: 'auth0|ada',
        state: 's',
        exp: 9_999_999_999,
      }),
      state: 's',
    },
  },
})

const subject = (token: string): object => ({ transaction: { subject_token: token } })

const STAFF = { sub: 'ada', email: 'ada@x.example', groups: ['staff'] }

// prettier-ignore
test.each<[name: string, entrypoint: Entrypoint, code: string, changes: object, deed: string]>([
  ['a legacy token, and a new user of it',  'onExecuteCustomTokenExchange', JWT_CHECK, subject(signed(STAFF)),                                 'continue; setAppMetadata groups=["staff"]; ada of Users'],
  ['a legacy token that is forged',         'onExecuteCustomTokenExchange', JWT_CHECK, subject(signed(STAFF, 'other')),                        'denied: Invalid subject_token; not the token of anybody'],
  ['a legacy token of somebody else',       'onExecuteCustomTokenExchange', JWT_CHECK, subject(signed({ ...STAFF, groups: [] })),              'denied: Only for staff'],
  ['a proof from another page, asked for',  'onExecutePostLogin',           RETURN,    {},                                                     'redirect; to https://verify.example/?lang=de&token=3'],
  ['a proof from another page, brought',    'onContinuePostLogin',          RETURN,    back(true),                                             'continue; setAppMetadata verified=true; proven by https://verify.example/'],
  ['a proof from another page, not given',  'onContinuePostLogin',          RETURN,    back(false),                                            'denied: not verified'],
  ['the tier of a machine',                 'onExecuteCredentialsExchange', MACHINE,   {},                                                     'continue; access https://x.example/tier="gold"'],
  ['a machine without a tier',              'onExecuteCredentialsExchange', MACHINE,   { client: { metadata: {} } },                           'denied: Upgrade first'],
])('%s', async (_name, entrypoint, code, changes, expected) => {
  const result = await runner.run({
    entrypoint,
    actions: [{ name: 'Usual', code, secrets: { KEY: 'k' } }],
    event: { ...EVENT, ...changes },
    settings: ALL_ON,
  })
  const { exchange, recordedMethods } = result
  const more = [
    ...(exchange?.user?.by === 'connection' ? [`${exchange.user.userId} of ${exchange.user.connection}`] : []),
    ...(exchange?.isSubjectTokenInvalid === true ? ['not the token of anybody'] : []),
    ...recordedMethods.map((url) => `proven by ${url}`),
  ]
  expect([deed(result), ...more].join('; ')).toBe(expected)
})

// prettier-ignore
test.each<[name: string, body: string, changes: object, deed: string]>([
  ['a claim of the organization',         `if (event.organization) api.idToken.setCustomClaim('org', event.organization.metadata.plan)`,                 { organization: { id: 'org_1', metadata: { plan: 'pro' } } },                     'continue; id org="pro"'],
  ['fewer scopes for who acts for one',   `if (event.transaction.actor) api.accessToken.removeScope('transfer:funds')`,                                 { transaction: { protocol: 'oauth2-token-exchange', actor: { sub: 'agent' } } },  'continue; -transfer:funds'],
  ['no money on a call back',             `if (event.transaction.protocol === 'oidc-ciba') api.access.deny('Log in for that')`,                         { transaction: { protocol: 'oidc-ciba' } },                                       'denied: Log in for that'],
  ['the whole directory in a token',      `api.idToken.setCustomClaim('all_groups', Array(20_000).fill('a-group'))`,                                        {},                                                                               'error: The custom claims of a token must not exceed 100 kB.'],
])('%s', async (_name, body, changes, expected) => {
  const [done] = deed(await run([body], { event: { ...EVENT, ...changes } })).split('; id all_groups=')
  expect(done).toBe(expected)
})
