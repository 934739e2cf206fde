// A tenant and a project that deploys to it, for the end-to-end tests of the deploy command.
import { copyProject, type CliResult, type CommandName, type Project } from './cli.ts'
import { requestLine } from './request-line.ts'
import { managementRequest, type ManagementRequest } from './sandbox-request.ts'
import { startSandbox, type Sandbox } from './sandbox.ts'
import { KEYWORDS } from './seed.ts'

export interface Deploying {
  readonly sandbox: Sandbox
  readonly project: Project
  readonly request: ManagementRequest
  /** Credentials of the sandbox, as Auth0's own variables. */
  readonly env: Readonly<Record<string, string>>
  /** Runs `npm run NAME -- --env test FLAGS` and forgets the requests from before. */
  run(name: CommandName, ...flags: string[]): Promise<CliResult>
  /** The same for `deploy`. */
  deploy(...flags: string[]): Promise<CliResult>
  /** What was written since, such as `PATCH /actions/actions/{id}`. */
  writes(): Promise<string[]>
  /** Names of the Actions bound to post-login, in order. */
  bindings(): Promise<string[]>
  stop(): Promise<void>
}

/** An Action of another team, seeded as bound. */
export const ENRICH_PROFILE = {
  name: 'Enrich profile',
  code: 'exports.onExecutePostLogin = async () => {}',
  supported_triggers: [{ id: 'post-login', version: 'v3' }],
  bound: true,
}

/** A tenant in which the rules can be satisfied: otherwise no deploy goes through. */
export const MFA_ON = {
  guardianFactors: [{ name: 'otp', enabled: true }],
  tenant: { customize_mfa_in_postlogin_action: true },
}

/** Nothing for auth0-deploy-cli to do: an Action and its binding. */
export const ACTION_ONLY = {
  tenantFile: `actions:
  - name: Step-up
    code: ./dist/step-up.js
    runtime: node22
    deployed: true
    supported_triggers: [{ id: post-login, version: v3 }]
triggers:
  post-login: [{ action_name: Step-up, display_name: Step-up }]
`,
  /** @param id of the one rule, so that policies can be told apart */
  policy: (id: string) => `version: 1
rules:
  - id: ${id}
    reason: Shows what every employee earns
    protects: { acr: 'http://schemas.openid.net/pape/policies/2007/06/multi-factor' }
    requires: { factors: any }
`,
}

/**
 * What a deploy of Fabrikam's policy says of it beside another team's Action, with {@link normalized} ports
 * and digests. What else is left alone may follow.
 */
export function liveIn(environment: string): string {
  return `Live in ${environment}
  tenant      localhost:PORT
  action      Step-up, version 1, node22
  sha-256     SHA256
  policy      SHA256
  post-login  Enrich profile, Step-up
  rule        transfer-funds: transfer:funds on https://banking.fabrikam.example
  rule        salary-page: acr http://schemas.openid.net/pape/policies/2007/06/multi-factor

Left alone
  binding Enrich profile
`
}

/** What a deploy to the sandbox tenant says at its end. */
export const LIVE_IN_SANDBOX = `${liveIn('sandbox')}
Tried on the deployed code
  read:accounts   browser        continues
  transfer:funds  browser        is challenged with MFA
  transfer:funds  refresh token  continues without the scope
`

/** Starts a tenant with `seed` besides {@link MFA_ON}, and a project whose environment `test` is that tenant. */
export async function startDeploying(seed: object): Promise<Deploying> {
  const sandbox = await startSandbox({ seed: { ...MFA_ON, ...seed } })
  const project = copyProject()
  const request = await managementRequest(sandbox)
  project.write(
    'config/environments/test.json',
    JSON.stringify({
      domain: sandbox.domain,
      position: 'last',
      keywords: KEYWORDS,
    }),
  )
  const env = {
    AUTH0_CLIENT_ID: sandbox.clientId,
    AUTH0_CLIENT_SECRET: sandbox.clientSecret,
    NODE_EXTRA_CA_CERTS: sandbox.certificate,
  }
  const run: Deploying['run'] = async (name, ...flags) => {
    await sandbox.control.clearRequests()
    return project.run(name, ['--env', 'test', ...flags], env)
  }
  return {
    sandbox,
    project,
    request,
    env,
    run,
    deploy: (...flags) => run('deploy', ...flags),
    writes: async () => {
      const requests = await sandbox.control.requests()
      return requests
        .filter(({ method }) => method !== 'GET')
        .map(({ method, path }) => requestLine(method, path))
        .filter((line) => line !== 'POST /oauth/token')
    },
    bindings: async () => {
      const { body } = await request('GET /actions/triggers/post-login/bindings')
      const { bindings } = body as { bindings: { display_name: string }[] }
      return bindings.map(({ display_name: name }) => name)
    },
    stop: async () => {
      project.remove()
      await sandbox.stop()
    },
  }
}

/** What differs between two runs of a command replaced: the free port, and anything hashed. */
export function normalized(text: string): string {
  return text
    .replace(/localhost:\d{5}\b/g, 'localhost:PORT')
    .replace(/\b[0-9a-f]{64}\b/g, 'SHA256')
    .replace(/(?<=code: .*)\b[0-9a-f]{12}\b/g, 'SHA')
}
