import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import type { ManagementClient } from '../tenant/management.ts'
import { REQUIREMENTS_FILE } from '../policy/requirements.ts'
import type { Connection } from '../tenant/connection.ts'
import type { Environment } from '../tenant/environment.ts'
import { startProcess, type ReadyProcess } from '../terminal/ready-process.ts'
import { UserError } from '../terminal/user-error.ts'
import type { Workbench } from './workbench.ts'

/** Where an app answers. */
interface ReadyLine {
  readonly name: string
  readonly url: string
}

/** The example as running processes. */
export interface FabrikamApps {
  readonly web: ReadyProcess<ReadyLine>
  readonly api: ReadyProcess<ReadyLine>
  readonly spa: ReadyProcess<ReadyLine>
}

export interface FabrikamOptions {
  readonly connection: Connection
  /** Its keywords say where browsers find the apps. */
  readonly environment: Environment
  readonly interrupted: AbortSignal
  /** Where the web app finds the policy and the decisions. */
  readonly workbench: Pick<Workbench, 'url' | 'key'>
}

/** Keywords of an environment that say where browsers find the apps. */
export const APP_URLS = ['FABRIKAM_URL', 'FABRIKAM_SPA_URL'] as const

/** As tenant.yaml names what the example consists of. */
const AUDIENCE = 'https://banking.fabrikam.example'
const WEB_APP = 'Fabrikam Web App'
const SPA = 'Fabrikam Single-Page App'

/**
 * Starts Fabrikam's API, web app and single-page app against a tenant, each as it would run anywhere: all
 * it knows comes from its environment.
 * @throws UserError when one does not start, or the tenant has no such application; ManagementError
 */
export async function startFabrikam(options: FabrikamOptions): Promise<FabrikamApps> {
  const { management, domain, certificate } = options.connection
  const [webUrl = '', spaUrl = ''] = APP_URLS.map((keyword) => urlIn(options.environment, keyword))
  const [web, spa] = await Promise.all([
    findApplication(management, WEB_APP),
    findApplication(management, SPA),
  ])
  const common = {
    PATH: process.env['PATH'],
    ISSUER_BASE_URL: `https://${domain}`,
    AUDIENCE,
    REQUIREMENTS_FILE: resolve(REQUIREMENTS_FILE),
    NODE_EXTRA_CA_CERTS: certificate,
  }
  const start = (program: string, env: Readonly<Record<string, string>>) =>
    startProcess<ReadyLine>({
      main: `sandbox/fabrikam/${program}.ts`,
      env: { ...common, ...env },
      interrupted: options.interrupted,
      failure: (reason) => ({ message: reason, hint: 'everything else has been stopped' }),
    })
  const api = await start('api-main', { PORT: '0', SPA_URL: spaUrl })
  const others = await Promise.allSettled([
    start('web-app-main', {
      ...listenAt(webUrl),
      CLIENT_ID: web.clientId,
      CLIENT_SECRET: web.clientSecret,
      SECRET: randomBytes(32).toString('hex'),
      API_URL: api.ready.url,
      SPA_URL: spaUrl,
      WORKBENCH_URL: options.workbench.url,
      WORKBENCH_KEY: options.workbench.key,
    }),
    start('spa-main', { ...listenAt(spaUrl), CLIENT_ID: spa.clientId, API_URL: api.ready.url }),
  ])
  const [webApp, singlePageApp] = others
  if (webApp.status === 'fulfilled' && singlePageApp.status === 'fulfilled') {
    return { api, web: webApp.value, spa: singlePageApp.value }
  }
  await Promise.all([api, ...others.flatMap(running)].map((app) => app.stop()))
  throw others.find((app) => app.status === 'rejected')?.reason
}

function running<App>(start: PromiseSettledResult<App>): readonly App[] {
  return start.status === 'fulfilled' ? [start.value] : []
}

function urlIn({ file, keywords }: Environment, keyword: string): string {
  const url = keywords[keyword]
  if (typeof url === 'string' && URL.canParse(url)) return url
  throw new UserError({
    where: file,
    message: `the keyword \`${keyword}\` is not the URL of an app`,
    hint: 'such as `http://localhost:3000`',
  })
}

function listenAt(url: string): { readonly BASE_URL: string; readonly PORT: string } {
  return { BASE_URL: url, PORT: new URL(url).port }
}

interface Application {
  readonly clientId: string
  readonly clientSecret: string
}

async function findApplication(management: ManagementClient, name: string): Promise<Application> {
  const clients = await management.clients.list({
    fields: 'name,client_id,client_secret',
    include_fields: true,
    is_global: false,
  })
  for await (const { name: found, client_id: clientId = '', client_secret = '' } of clients) {
    if (found === name) return { clientId, clientSecret: client_secret }
  }
  throw new UserError({
    message: `the tenant has no application \`${name}\``,
    hint: 'tenant.yaml describes it: put it back',
  })
}
