// Nothing succeeds silently: what Auth0 has is emulated or refused, and docs/sandbox.md says which.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { REFUSED_COMMANDS, refusal } from '../../sandbox/tenant/action-runtime/api/refused.ts'
import type { Entrypoint, Trigger } from '../../sandbox/tenant/action-runtime/messages.ts'
import { HONOURED_SETTINGS } from '../../sandbox/tenant/honoured-settings.ts'
import { createBody as grantBody } from '../../sandbox/tenant/management/client-grants.ts'
import { createBody as clientBody } from '../../sandbox/tenant/management/clients.ts'
import { createBody as connectionBody } from '../../sandbox/tenant/management/connections.ts'
import { createBody as apiBody } from '../../sandbox/tenant/management/resource-servers.ts'
import { MANAGEMENT_PATH, MANAGEMENT_ROUTES } from '../../sandbox/tenant/management/routes.ts'
import { settingsBody } from '../../sandbox/tenant/management/tenant-settings.ts'
import {
  REFUSED_API_SETTINGS,
  REFUSED_CLIENT_SETTINGS,
  STORED_SETTINGS,
} from '../../sandbox/tenant/not-emulated.ts'
import { findRoute } from '../../sandbox/tenant/router.ts'
import { ALL_ON, runner } from '../support/action-runs.ts'
import { callEveryOperation } from '../support/sdk-operations.ts'
import { ALL_SCOPES, openTenant, seededState } from '../support/tenant-in-process.ts'
import { TYPESCRIPT } from '../support/typescript.ts'

afterAll(() => runner.close())

const PROJECT = join(__dirname, '../..')

test('docs/sandbox.md is what the routes, commands and tables say', () => {
  const script = join(PROJECT, 'tests/support/write-coverage.ts')
  const printed = execFileSync(process.execPath, [...TYPESCRIPT, script], { encoding: 'utf8' })
  expect(printed).toBe(readFileSync(join(PROJECT, 'docs/sandbox.md'), 'utf8'))
})

/** As the reference pages of the two API objects list them. */
const DOCUMENTED: Readonly<Record<Trigger, string>> = {
  'post-login': `
    access.deny accessToken.setCustomClaim accessToken.addScope accessToken.removeScope
    authentication.challengeWith authentication.challengeWithAny authentication.enrollWith authentication.enrollWithAny
    authentication.recordMethod authentication.setPrimaryUser idToken.setCustomClaim multifactor.enable
    redirect.encodeToken redirect.sendUserTo redirect.canRedirect redirect.validateToken
    user.setAppMetadata user.setUserMetadata cache.delete cache.get cache.set
    samlResponse.setAttribute samlResponse.setAudience samlResponse.setRecipient samlResponse.setCreateUpnClaim
    samlResponse.setPassthroughClaimsWithNoMapping samlResponse.setMapUnknownClaimsAsIs samlResponse.setMapIdentities
    samlResponse.setSignatureAlgorithm samlResponse.setDigestAlgorithm samlResponse.setDestination
    samlResponse.setLifetimeInSeconds samlResponse.setSignResponse samlResponse.setNameIdentifierFormat
    samlResponse.setNameIdentifierProbes samlResponse.setAuthnContextClassRef samlResponse.setSigningCert
    samlResponse.setIncludeAttributeNameFormat samlResponse.setTypedAttributes samlResponse.setEncryptionCert
    samlResponse.setEncryptionPublicKey samlResponse.setCert samlResponse.setKey samlResponse.setRelayState
    samlResponse.setIssuer samlResponse.setEncryptionAlgorithm validation.error rules.wasExecuted prompt.render
    refreshToken.revoke refreshToken.setExpiresAt refreshToken.setIdleExpiresAt refreshToken.setMetadata
    refreshToken.deleteMetadata refreshToken.evictMetadata session.revoke session.setExpiresAt session.setIdleExpiresAt
    session.setCookieMode session.setMetadata session.deleteMetadata session.evictMetadata transaction.setMetadata
    groups.getUserGroups groups.hasGroupMembership roles.getUserEffectiveRoles roles.getUserEffectiveRolesByIds
    roles.getUserEffectiveRolesByNames`,
  'credentials-exchange': `
    access.deny accessToken.setCustomClaim cache.delete cache.get cache.set transaction.addTargetScope
    transaction.removeTargetScope transaction.setTargetScopes transaction.clearTargetScopes`,
  'custom-token-exchange': `
    access.deny access.rejectInvalidSubjectToken authentication.setUserById authentication.setUserByConnection
    authentication.setOrganization authentication.setActor user.setAppMetadata user.setUserMetadata
    cache.delete cache.get cache.set`,
}

const ENTRYPOINT: Readonly<Record<Trigger, Entrypoint>> = {
  'post-login': 'onExecutePostLogin',
  'credentials-exchange': 'onExecuteCredentialsExchange',
  'custom-token-exchange': 'onExecuteCustomTokenExchange',
}

const TRIGGERS = ['post-login', 'credentials-exchange', 'custom-token-exchange'] as const

describe.each(TRIGGERS)('the commands of %s', (trigger) => {
  const documented = DOCUMENTED[trigger].trim().split(/\s+/).sort()

  test('are those of the reference', async () => {
    const code = `exports.${ENTRYPOINT[trigger]} = async (event, api) => {
      throw new Error(Object.entries(api).flatMap(([part, commands]) =>
        Object.keys(commands).map((name) => part + '.' + name)).join(' '))
    }`
    const result = await runner.run({
      entrypoint: ENTRYPOINT[trigger],
      actions: [{ name: 'Curious', code, secrets: {} }],
      event: {},
      settings: ALL_ON,
    })
    expect(result.reason?.split(' ').sort()).toEqual(documented)
  })

  test.each([
    ['', (call: string) => call],
    [', also if the Action catches it', (call: string) => `try { ${call} } catch {}`],
    [
      ', also if the Action then denies',
      (call: string) => `try { ${call} } catch { api.access.deny('invalid_scope', 'no') }`,
    ],
  ])('end the login with their name where they are not emulated%s', async (_how, within) => {
    for (const command of REFUSED_COMMANDS[trigger]) {
      const { outcome, reason } = await runner.run({
        entrypoint: ENTRYPOINT[trigger],
        actions: [
          {
            name: 'Hopeful',
            code: `exports.${ENTRYPOINT[trigger]} = async (event, api) => { ${within(`await ${command}('x', 'y')`)} }`,
            secrets: {},
          },
        ],
        event: {},
        settings: ALL_ON,
      })
      expect([outcome, reason]).toEqual(['error', refusal(command)])
    }
    expect(documented).toEqual(
      expect.arrayContaining(REFUSED_COMMANDS[trigger].map((name) => name.replace('api.', ''))),
    )
  })
})

// A field that nobody reads would be accepted and ignored.
test.each([
  ['client', clientBody, REFUSED_CLIENT_SETTINGS],
  ['API', apiBody, REFUSED_API_SETTINGS],
  ['client grant', grantBody, []],
  ['connection', connectionBody, []],
  ['tenant', settingsBody, []],
] as const)('every setting of a %s is honoured, refused or told', (kind, { shape }, refused) => {
  const words = `${HONOURED_SETTINGS[kind]} ${STORED_SETTINGS[kind]}`.trim().split(/\s+/)
  const known = [...words, ...refused.map(({ name }) => name)]
  expect(known.sort()).toEqual(Object.keys(shape).sort())
})

test('every operation of the Management API is emulated, or refused by its name', async () => {
  const tenant = openTenant(await seededState({}))
  const authorization = `Bearer ${tenant.token(ALL_SCOPES)}`
  const ignored: string[] = []
  const operations = await callEveryOperation(async (url, init) => {
    const { method = 'GET' } = init
    const headers = { authorization }
    const response = await tenant.fetch(url, { ...init, headers })
    const { message } = (await response
      .clone()
      .json()
      .catch(() => ({}))) as { message?: string }
    const isRouted = findRoute(MANAGEMENT_ROUTES, method, url.pathname) !== undefined
    const isRefused =
      response.status === 501 &&
      message === `${method} ${url.pathname} is not emulated by the sandbox`
    // A string has a `search`, which the SDK takes for that of the log.
    const isOddSearch = message?.startsWith('The query `function search()') === true
    if (isRouted ? response.status >= 500 && !isOddSearch : !isRefused) {
      ignored.push(`${method} ${url.pathname} ${response.status}`)
    }
    return response
  })
  expect(ignored).toEqual([])
  expect(operations.length).toBeGreaterThan(400)
  const known = operations.filter(
    ({ method, path }) =>
      findRoute(MANAGEMENT_ROUTES, method, `${MANAGEMENT_PATH}${path}`) !== undefined,
  )
  expect(known.length).toBeGreaterThan(50)
})
