import { connect } from '../../scripts/tenant/connection.ts'
import { DIRECT } from '../../scripts/tenant/network.ts'
import { explainTenantError } from '../../scripts/tenant/tenant-error.ts'

const DOMAIN = 'acme.eu.auth0.com'
const credentials = { clientId: 'CLIENT', clientSecret: 'SECRET' }
afterEach(() => jest.restoreAllMocks())

const refused = (reason: string) =>
  `\`${DOMAIN}\` refuses the client \`CLIENT\`: ${reason}\n  check \`AUTH0_CLIENT_ID\` and \`AUTH0_CLIENT_SECRET\`, and that it may use the Management API`
const answered = (status: number) =>
  `\`${DOMAIN}\` answered ${status}: no reason given\n  run the same command again: it carries on where it stopped`

// prettier-ignore
test.each([
  ['a reason',              401, '{"error":"access_denied","error_description":"Unauthorized"}', refused('Unauthorized')],
  ['a code and no reason',  403, '{"error":"access_denied"}',                                    refused('access_denied')],
  ['the page of a proxy',   403, '<html></html>',                                                refused('no reason given')],
  ['nothing',               401, 'null',                                                         refused('no reason given')],
  ['no token',              200, 'null',                                                         answered(200)],
])('a token is asked for, and the answer is %s', async (_name, status, body, message) => {
  jest.spyOn(globalThis, 'fetch').mockResolvedValue(new Response(body, { status }))
  const error = await connect({ domain: DOMAIN, credentials }).catch((thrown: unknown) =>
    explainTenantError(thrown, { domain: DOMAIN, route: DIRECT }),
  )
  expect(error).toMatchObject({ name: 'UserError', message })
})
