import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { keywordsIn } from '../policy/keywords.ts'
import { connect, routeOf } from '../tenant/connection.ts'
import { readCredentials } from '../tenant/credentials.ts'
import { POLICY_FILE } from '../tenant/desired.ts'
import {
  DOMAIN,
  environmentsIn,
  ENVIRONMENTS_FOLDER,
  loadEnvironment,
  SANDBOX,
  TENANT_FILE,
} from '../tenant/environment.ts'
import { readTenantFile } from '../tenant/tenant-file.ts'
import { explainTenantError } from '../tenant/tenant-error.ts'
import type { Flags, Terminal } from '../terminal/command.ts'
import { reasonOf } from '../terminal/file-trouble.ts'
import { UserError, type Problem } from '../terminal/user-error.ts'
import { environmentName, fileOf, findConfigs, type DeployCliConfig } from './environments.ts'
import type { Found } from './found.ts'
import { findInSource } from './from-source.ts'
import { findInTenant } from './from-tenant.ts'
import { propose, type Proposal } from './proposal.ts'
import {
  missingValues,
  remarkOnKept,
  remarkOnWorkflow,
  remarksOnFolder,
  unprotected,
} from './remarks.ts'
import { environmentText, policyText, tenantFileText, type NewEnvironment } from './texts.ts'
import { workflowTexts } from './workflows.ts'

/** What `init` did and found. */
export interface Initialized {
  /** The file, directory or tenant that was read, and that is as it was. */
  readonly from: string
  readonly written: readonly string[]
  /** Files that were there already. */
  readonly kept: readonly string[]
  readonly rules: readonly {
    readonly id: string
    readonly protects: string
    readonly because: string
  }[]
  readonly olderStepUps: Proposal['olderStepUps']
  readonly leftOut: Proposal['leftOut']
  readonly remarks: readonly string[]
  readonly environments: readonly string[]
}

/**
 * Reads a tenant and writes the files that a deploy to it needs, none over another. Asks on a terminal only.
 * @throws UserError where it is not known what to start from, or that cannot be read
 */
export async function runInit(flags: Flags, terminal: Terminal): Promise<Initialized> {
  const { found, environments } = await look(flags, terminal)
  const policyThere = textThere(POLICY_FILE)
  const proposal = propose(found, policyThere ?? '')
  const withoutRule = policyThere === undefined ? [] : unprotected(proposal.rules, policyThere)
  const tenantFile = freeTenantFile()
  const own = {
    [tenantFile]: textThere(tenantFile) ?? tenantFileText(proposal),
    [POLICY_FILE]: policyThere ?? policyText(proposal.rules),
  }
  const used = keywordsIn(Object.values(own).join('\n'))
  const targets = withSandbox(environments, used).map((environment) => ({
    ...environment,
    keywords: Object.fromEntries(
      Object.entries(environment.keywords).filter(([name]) => used.includes(name)),
    ),
    ...(tenantFile !== TENANT_FILE && { tenantFile }),
  }))
  const names = environments.map(({ name }) => name)
  const there = environmentsIn(ENVIRONMENTS_FOLDER).filter((name) => name !== SANDBOX)
  const everyName = [...new Set([...there, ...names])].toSorted()
  const workflows = workflowTexts(everyName)
  const files = {
    ...own,
    ...Object.fromEntries(targets.map((each) => [fileOf(each), environmentText(each)])),
    ...workflows,
  }
  const written = Object.entries(files).flatMap(([file, text]) => writeNew(file, text) ?? [])
  const kept = Object.keys(files).filter((file) => !written.includes(file))
  return {
    from: found.source,
    ...{ written, kept, environments: names },
    rules: policyThere === undefined ? proposal.rules.map(ruleInWords) : [],
    olderStepUps: proposal.olderStepUps,
    leftOut: proposal.leftOut,
    remarks: [
      ...proposal.remarks,
      ...withoutRule,
      ...targets.filter((each) => kept.includes(fileOf(each))).flatMap(remarkOnKept),
      ...environments.flatMap((each) => missingValues(each, used)),
      ...Object.keys(workflows)
        .filter((file) => kept.includes(file) && readFileSync(file, 'utf8') !== workflows[file])
        .map((file) => remarkOnWorkflow(file, everyName)),
      ...remarksOnFolder(process.cwd()),
      ...(everyName.length > 0
        ? []
        : [
            'No domain is known, so there is no environment but the sandbox: run `init` again with `--domain`.',
          ]),
    ],
  }
}

interface Looked {
  readonly found: Found
  /** To be written; the sandbox is not one of them. */
  readonly environments: readonly NewEnvironment[]
}

async function look(flags: Flags, terminal: Terminal): Promise<Looked> {
  const { env, from, config, domain } = flags
  if (env !== undefined && !/^[\w-]+$/.test(String(env))) {
    throw new UserError({
      where: '--env',
      message: `\`${String(env)}\` is no name for an environment`,
      hint: 'expected letters, digits and hyphens',
    })
  }
  if (env === SANDBOX) {
    throw new UserError({
      where: '--env',
      message: `\`${SANDBOX}\` is the tenant on this machine, which \`init\` always writes, and which has no domain`,
      hint: 'choose another name for yours',
    })
  }
  if (from === undefined && env !== undefined) return lookAtTenant(String(env), flags, terminal)
  const path =
    from ?? (await terminal.ask('Tenant file, or export directory, to start from: ')) ?? ''
  if (path === '') {
    throw new UserError({
      where: '--from',
      message: 'nothing to start from',
      hint: 'name a tenant.yaml or an export directory of auth0-deploy-cli, or the living tenant by `--env NAME --domain DOMAIN`',
    })
  }
  const configs = findConfigs(String(path), config === undefined ? undefined : String(config))
  const found = findInSource(String(path), configs)
  const known = knownEnvironments(flags, { found, configs })
  if (known.length > 0 || domain !== undefined) return { found, environments: known }
  const answer = await terminal.ask(
    'Domain of the tenant, such as acme.eu.auth0.com (or nothing): ',
  )
  if (answer === undefined || answer === '') {
    if (env === undefined) return { found, environments: [] }
    throw new UserError({
      where: '--env',
      message: `the domain of \`${String(env)}\` is not known`,
      hint: 'name it with `--domain`',
    })
  }
  return {
    found,
    environments: knownEnvironments({ ...flags, domain: answer }, { found, configs }),
  }
}

function knownEnvironments(
  flags: Flags,
  { found, configs }: { readonly found: Found; readonly configs: readonly DeployCliConfig[] },
): readonly NewEnvironment[] {
  const { env, domain: given } = flags
  const named = env === undefined ? configs : configs.filter(({ name }) => name === env)
  const domain = given === undefined ? found.domain : String(given)
  const withDomain = named.flatMap(({ name, domain: itsDomain, keywords }) =>
    itsDomain === undefined ? [] : [{ name, domain: checkedDomain(itsDomain), keywords }],
  )
  if (given === undefined && withDomain.length > 0) return withDomain
  if (domain === undefined) return []
  const name = env === undefined ? environmentName(domain.split(/[.:]/)[0] ?? '') : String(env)
  const { keywords = {} } =
    configs.find((config) => config.name === name) ??
    configs.find((config) => config.domain === domain) ??
    onlyOne(flags, configs)
  return [{ name, domain: checkedDomain(domain), keywords }]
}

// Values of another tenant would guard the APIs of that one.
function onlyOne(
  { config }: Flags,
  [first, ...others]: readonly DeployCliConfig[],
): Partial<DeployCliConfig> {
  const mayBeMeant = config !== undefined || first?.domain === undefined
  return first !== undefined && others.length === 0 && mayBeMeant ? first : {}
}

function checkedDomain(domain: string): string {
  if (DOMAIN.test(domain)) return domain
  throw new UserError({
    where: '--domain',
    message: `\`${domain}\` is no domain of a tenant`,
    hint: 'expected one without `https://`, such as `acme.eu.auth0.com`',
  })
}

async function lookAtTenant(name: string, flags: Flags, terminal: Terminal): Promise<Looked> {
  const isThere = existsSync(fileOf({ name }))
  const given = flags['domain'] ?? terminal.env['AUTH0_DOMAIN']
  const domain = isThere
    ? loadEnvironment(name).domain
    : (given ?? (await terminal.ask('Domain of the tenant, such as acme.eu.auth0.com: ')))
  if (domain === undefined || domain === '') {
    throw new UserError({
      where: '--env',
      message: `the domain of \`${name}\` is not known`,
      hint: 'name it with `--domain`, or a tenant file or directory with `--from`',
    })
  }
  const access = { domain: checkedDomain(String(domain)), env: terminal.env }
  const problems: Problem[] = []
  const credentials = readCredentials(terminal.env, access.domain, (one) => void problems.push(one))
  const [first, ...rest] = problems
  if (first !== undefined) throw new UserError(first, ...rest)
  if (credentials === undefined) throw new Error('unreachable: reported as a problem')
  terminal.progress(`reading ${access.domain}`)
  const route = routeOf({ ...access, credentials })
  try {
    const found = await findInTenant(await connect({ ...access, credentials }))
    return { found, environments: [{ name, domain: access.domain, keywords: {} }] }
  } catch (error) {
    throw explainTenantError(error, { domain: access.domain, route })
  }
}

/** A whole export may have the name already, and stays: ours then has another. */
function freeTenantFile(): string {
  if (!existsSync(TENANT_FILE)) return TENANT_FILE
  const { problems } = readTenantFile(TENANT_FILE, { keywords: {}, mayLackValues: true })
  return problems.length === 0 ? TENANT_FILE : `step-up.${TENANT_FILE}`
}

// The sandbox needs no value of a tenant, but some.
function withSandbox(
  environments: readonly NewEnvironment[],
  used: readonly string[],
): readonly NewEnvironment[] {
  const [first] = environments
  const invented = used.map((name) => [name, `sandbox-${environmentName(name)}`] as const)
  const keywords = { ...Object.fromEntries(invented), ...first?.keywords }
  return [{ name: SANDBOX, keywords }, ...environments]
}

function textThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

/** Writes a file that is not there. @returns its name if it was written */
function writeNew(file: string, text: string): string | undefined {
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text, { flag: 'wx' })
    return file
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && existsSync(file)) return undefined
    throw new UserError({ where: file, message: `cannot be written: ${reasonOf(error)}` })
  }
}

function ruleInWords({ id, because, protects }: Proposal['rules'][number]) {
  const what =
    'acr' in protects
      ? `acr ${protects.acr}`
      : `${protects.scope.value} on ${protects.api.identifier}`
  return { id, protects: what, because }
}
