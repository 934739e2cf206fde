// A process with the apps of the matrix, one at each port, which trusts the tenant by NODE_EXTRA_CA_CERTS.
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { generate } from 'selfsigned'
import type { Setting } from '../setting.ts'
import { bundleOf } from './bundle.ts'
import { expressOpenIdConnect } from './express-openid-connect.ts'
import { nextjsAuth0 } from './nextjs-auth0.ts'
import { openidClient } from './openid-client.ts'
import { passportAuth0 } from './passport-auth0.ts'
import type { StartApp } from './start-app.ts'

const SERVER_APPS: Readonly<Record<string, StartApp>> = {
  '@auth0/nextjs-auth0': nextjsAuth0,
  'express-openid-connect': expressOpenIdConnect,
  'passport-auth0': passportAuth0,
  'openid-client': openidClient,
}

const settings = JSON.parse(process.env['SETTINGS'] ?? '[]') as readonly Omit<Setting, 'baseUrl'>[]
// As the tenant, over HTTPS: to a browser they are then one site, as with a custom domain.
const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }])
const page = await serveBrowserClients()

const told: (Setting & { readonly isPage: boolean })[] = []
for (const setting of settings) {
  const start = SERVER_APPS[setting.driver]
  if (start === undefined) {
    told.push({ ...setting, baseUrl: page, isPage: true })
    continue
  }
  let listener: RequestListener = (_request, response) => response.end()
  const baseUrl = await serve((request, response) => listener(request, response))
  listener = await start({ ...setting, baseUrl })
  told.push({ ...setting, baseUrl, isPage: false })
}
process.stdout.write(`${JSON.stringify(told)}\n`)
process.stdin.on('end', () => process.exit()).resume()

/** One page for all clients that run in a browser: its address says which. */
async function serveBrowserClients(): Promise<string> {
  const script = await bundleOf('page.ts')
  return serve(({ url = '' }, response) => {
    const isScript = url === '/page.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(
      isScript
        ? script
        : '<!doctype html><title>App</title><body><script type="module" src="/page.js"></script>',
    )
  })
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer({ key, cert }, listener).listen(0, 'localhost')
  await once(server, 'listening')
  return `https://localhost:${(server.address() as AddressInfo).port}`
}
