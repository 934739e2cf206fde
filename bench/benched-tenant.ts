import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { connect } from '../scripts/tenant/connection.ts'
import { EXAMPLE_SEED_FILE } from '../scripts/tenant/embedded.ts'
import { startProcess } from '../scripts/terminal/ready-process.ts'
import { processCost, type ProcessCost } from './process-cost.ts'

/** What a program took, and what it asked of the tenant. */
export interface TenantCost extends ProcessCost {
  /** To the Management API. */
  readonly requests: number
  /** Those of them that are no GET. */
  readonly writes: number
}

/** A sandbox tenant, and a folder with the files of this project from which it is deployed to. */
export interface BenchedTenant {
  /** Runs a command of this project. @throws Error unless it ends with `exitCode` */
  command(name: 'plan' | 'verify' | 'deploy', exitCode: 0 | 2): Promise<TenantCost>
  /** Deploys as `npm run deploy` in a fresh clone: without a compiled file, to a tenant that it starts. */
  firstDeploy(): Promise<TenantCost>
  /** Of `--help` of every command the one that takes longest. */
  slowestHelp(): Promise<TenantCost>
  /** Runs `a0deploy import` on the same files. @throws Error where it fails */
  import(): Promise<TenantCost>
  /** Replaces text of a file. @throws Error where it is not there */
  edit(file: string, from: RegExp, to: string): void
  stop(): Promise<void>
}

interface ReadyLine {
  readonly domain: string
  readonly certificate: string
  readonly clientId: string
  readonly clientSecret: string
}

const ROOT = resolve(import.meta.dirname, '..')
const DEPLOY_CLI = createRequire(import.meta.url).resolve('auth0-deploy-cli')
/** What scripts/compiled.js and scripts/typescript-hooks.js keep. */
const COMPILED = 'node_modules/.cache/auth0-step-up'
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>
}
const COMMANDS = Object.entries(scripts)
  .filter(([name, script]) => script.endsWith(` bin/step-up.js ${name}`))
  .map(([name]) => name)
const KEYWORDS = {
  FABRIKAM_URL: 'https://fabrikam.example',
  FABRIKAM_SPA_URL: 'https://app.fabrikam.example',
}

/** Starts a new sandbox tenant with Fabrikam's users, to which nothing is deployed yet. */
export async function startBenchedTenant(): Promise<BenchedTenant> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  const { ready, ...sandbox } = await startProcess<ReadyLine>({
    main: 'sandbox/tenant/main.ts',
    flags: [
      '--port',
      '0',
      '--state',
      join(folder, 'state'),
      '--seed',
      EXAMPLE_SEED_FILE,
      '--control',
    ],
    interrupted: new AbortController().signal,
    failure: (message) => ({ message }),
  })
  const { domain, certificate, clientId, clientSecret } = ready
  const credentials = { clientId, clientSecret }
  const { fetch } = await connect({ domain, certificate, credentials })
  const write = (file: string, content: object) =>
    writeFileSync(join(folder, file), JSON.stringify(content))
  mkdirSync(join(folder, 'config/environments'), { recursive: true })
  const files = [
    ...['tenant.yaml', 'config/step-up.policy.yaml', 'config/environments/sandbox.json'],
    'sandbox/fabrikam/seed.json',
  ]
  for (const file of files) {
    cpSync(join(ROOT, file), join(folder, file))
  }
  write('config/environments/bench.json', { domain, position: 'last', keywords: KEYWORDS })
  write('deploy-cli.json', {
    AUTH0_DOMAIN: domain,
    AUTH0_CLIENT_ID: clientId,
    AUTH0_CLIENT_SECRET: clientSecret,
    AUTH0_KEYWORD_REPLACE_MAPPINGS: KEYWORDS,
  })
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    AUTH0_CLIENT_ID: clientId,
    AUTH0_CLIENT_SECRET: clientSecret,
    NODE_EXTRA_CA_CERTS: certificate,
  }
  const requestLog = `https://${domain}/sandbox/requests`

  async function run(args: readonly string[], exitCode: 0 | 2): Promise<TenantCost> {
    await fetch(requestLog, { method: 'DELETE' })
    const cost = await processCost(args, { cwd: folder, env })
    if (cost.exitCode !== exitCode) {
      throw new Error(`${args.join(' ')} ended with ${cost.exitCode}:\n${cost.output}`)
    }
    const requests = (await (await fetch(requestLog)).json()) as { readonly method: string }[]
    const writes = requests.filter(({ method }) => method !== 'GET')
    return { ...cost, requests: requests.length, writes: writes.length }
  }

  const stepUp = [join(ROOT, 'bin/step-up.js')]
  return {
    command: (name, exitCode) => run([...stepUp, name, '--env', 'bench'], exitCode),
    firstDeploy: () => {
      rmSync(join(ROOT, COMPILED), { recursive: true, force: true })
      return run([...stepUp, 'deploy'], 0)
    },
    slowestHelp: async () => {
      const costs: TenantCost[] = []
      for (const name of COMMANDS) {
        const help = [...stepUp, name, '--help']
        await run(help, 0)
        costs.push(await run(help, 0))
      }
      return costs.reduce((most, cost) => (cost.wallSeconds > most.wallSeconds ? cost : most))
    },
    import: () => run([DEPLOY_CLI, 'import', '-c', 'deploy-cli.json', '-i', 'tenant.yaml'], 0),
    edit: (file, from, to) => {
      const path = join(folder, file)
      const before = readFileSync(path, 'utf8')
      const after = before.replace(from, to)
      if (after === before) throw new Error(`${file} has nothing like ${String(from)} to replace`)
      writeFileSync(path, after)
    },
    stop: async () => {
      await sandbox.stop()
      rmSync(folder, { recursive: true })
    },
  }
}
