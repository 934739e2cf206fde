// The device flow: the user is in a browser, the device waits for its tokens.
import type { Stop } from '../support/oidc-browser.ts'
import { API, startWorld, type World } from '../support/oidc-world.ts'

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

let world: World
beforeAll(async () => {
  world = await startWorld()
  await world.bindActions(`
    if (event.transaction.requested_scopes.includes('transfer:funds')) api.multifactor.enable('any')
    if (event.transaction.requested_scopes.includes('delete:everything')) api.access.deny('never')
    api.accessToken.setCustomClaim('https://test.example/protocol', event.transaction.protocol)`)
})
afterAll(() => world.sandbox.stop())

interface Device {
  readonly device_code: string
  readonly user_code: string
  readonly verification_uri: string
  readonly verification_uri_complete: string
  readonly expires_in: number
}

async function newDevice(scope: string): Promise<Device> {
  const response = await world.sandbox.fetch('/oauth/device/code', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      client_id: world.clientId,
      client_secret: 'web-app-secret',
      audience: API,
      scope,
    }).toString(),
  })
  return (await response.json()) as Device
}

async function poll({ device_code: code }: Device): Promise<object> {
  const { status, body } = await world.client.token({ grant_type: DEVICE_GRANT, device_code: code })
  return status === 200 ? { scope: body['scope'] } : { status, error: body['error'] }
}

/** Types the code in, confirms it and logs in. */
async function connect(
  device: Device,
): Promise<{ stop: Stop; goOn: (stop: Stop) => Promise<Stop> }> {
  const browser = world.newBrowser()
  const confirm = await browser.open(device.verification_uri_complete)
  const login = await browser.submit(confirm, { confirm: 'yes' })
  return {
    stop: await world.logIn(browser, login),
    goOn: (stop) => world.passOtp(browser, stop),
  }
}

const titleOf = (stop: Stop): string => (stop.at === 'page' ? stop.title : stop.url.href)

test('a device gets its tokens once the user has agreed, and once only', async () => {
  const device = await newDevice('openid read:accounts')
  expect(await poll(device)).toEqual({ status: 403, error: 'authorization_pending' })
  expect(titleOf((await connect(device)).stop)).toBe('Device connected')
  const { body } = await world.client.token({
    grant_type: DEVICE_GRANT,
    device_code: device.device_code,
  })
  expect(await world.client.verify(String(body['access_token']), API)).toMatchObject({
    scope: 'openid read:accounts',
    'https://test.example/protocol': 'oauth2-device-code',
  })
  expect(await poll(device)).toEqual({ status: 403, error: 'invalid_grant' })
})

test('a challenge comes before the tokens', async () => {
  const device = await newDevice('openid transfer:funds')
  const { stop, goOn } = await connect(device)
  expect(titleOf(stop)).toBe('Verify your identity')
  expect(await poll(device)).toEqual({ status: 403, error: 'authorization_pending' })
  expect(titleOf(await goOn(stop))).toBe('Device connected')
  expect(await poll(device)).toEqual({ scope: 'openid transfer:funds' })
})

test('a denial reaches the device', async () => {
  const device = await newDevice('openid delete:everything')
  expect(titleOf((await connect(device)).stop)).toBe('Connect a device')
  expect(await poll(device)).toEqual({ status: 403, error: 'access_denied' })
})

test('the user can say no', async () => {
  const device = await newDevice('openid')
  const browser = world.newBrowser()
  await browser.submit(await browser.open(device.verification_uri_complete), { abort: 'yes' })
  expect(await poll(device)).toEqual({ status: 403, error: 'access_denied' })
})

test('a code that nobody has typed in expires', async () => {
  const device = await newDevice('openid')
  await world.advanceClock(device.expires_in + 1)
  expect(await poll(device)).toEqual({ status: 403, error: 'expired_token' })
})
