import { startBenchedTenant, type BenchedTenant, type TenantCost } from './benched-tenant.ts'
import type { Section } from './section.ts'

/** A process of the table, and in which state of files and tenant it runs. */
interface Operation {
  readonly name: string
  run(tenant: BenchedTenant): Promise<TenantCost>
}

const IMPORT: Operation = {
  name: '`a0deploy import`, nothing to change',
  run: (tenant) => tenant.import(),
}
const PLAN: Operation = {
  name: '`plan`, nothing to change',
  run: (tenant) => tenant.command('plan', 0),
}
const VERIFY: Operation = {
  name: '`verify`, nothing to change',
  run: (tenant) => tenant.command('verify', 0),
}
const FIRST: Operation = {
  name: '`deploy` to a new sandbox tenant, which it starts',
  run: (tenant) => tenant.firstDeploy(),
}
const HELP: Operation = {
  name: '`--help`',
  run: (tenant) => tenant.slowestHelp(),
}
const NOTHING: Operation = {
  name: '`deploy`, nothing to change',
  run: (tenant) => tenant.command('deploy', 0),
}
const PLAN_OF_POLICY: Operation = {
  name: '`plan`, another policy',
  run: (tenant) => {
    tenant.edit('config/step-up.policy.yaml', /maxAge: 0/, 'maxAge: 300')
    return tenant.command('plan', 2)
  },
}
const POLICY: Operation = {
  name: '`deploy`, another policy',
  run: (tenant) => tenant.command('deploy', 0),
}
const SETTINGS: Operation = {
  name: '`deploy`, another setting',
  run: (tenant) => {
    tenant.edit('tenant.yaml', /token_lifetime: 600/, 'token_lifetime: 300')
    return tenant.command('deploy', 0)
  },
}
// In this order: what one changes in the files, the next deploys.
const OPERATIONS = [IMPORT, PLAN, VERIFY, NOTHING, PLAN_OF_POLICY, POLICY, SETTINGS, FIRST, HELP]

/** How the commands compare with auth0-deploy-cli on the same tenant.yaml and the same sandbox tenant. */
export async function operations(): Promise<Section> {
  const tenant = await startBenchedTenant()
  try {
    await tenant.command('deploy', 0)
    const costs = new Map<Operation, TenantCost>()
    for (const operation of OPERATIONS) costs.set(operation, await operation.run(tenant))
    return sectionOf(costs)
  } finally {
    await tenant.stop()
  }
}

function sectionOf(costs: ReadonlyMap<Operation, TenantCost>): Section {
  const costOf = (operation: Operation): TenantCost => {
    const cost = costs.get(operation)
    if (cost === undefined) throw new Error(`${operation.name} was not run`)
    return cost
  }
  const imported = costOf(IMPORT)
  return {
    title: 'Deploys',
    about:
      'Whole processes against the sandbox tenant, one after another, beside `auth0-deploy-cli import` of the same `tenant.yaml`. CPU and memory are those of a process and all that it starts, read from `/proc`; requests are those to the Management API, writes those that are no GET. `npm`, which may start either, is left out.',
    rows: OPERATIONS.map((operation) => rowOf(operation.name, costOf(operation), imported)),
    goals: goalsFor(costOf),
  }
}

function rowOf(name: string, cost: TenantCost, imported: TenantCost): Section['rows'][number] {
  return {
    process: name,
    'wall s': cost.wallSeconds.toFixed(1),
    'CPU s': cost.cpuSeconds.toFixed(1),
    'peak MB': cost.peakMegabytes.toFixed(0),
    requests: String(cost.requests),
    writes: String(cost.writes),
    'wall, import = 1': (cost.wallSeconds / imported.wallSeconds).toFixed(2),
    'CPU, import = 1': (cost.cpuSeconds / imported.cpuSeconds).toFixed(2),
  }
}

function goalsFor(costOf: (operation: Operation) => TenantCost): Section['goals'] {
  const imported = costOf(IMPORT)
  const isWithin = (share: number, { wallSeconds, cpuSeconds }: TenantCost): boolean =>
    wallSeconds <= share * imported.wallSeconds && cpuSeconds <= share * imported.cpuSeconds
  return [
    ...[PLAN, VERIFY, NOTHING, POLICY, SETTINGS].map((operation) => ({
      text: `${operation.name}: at most a tenth of the import's wall time and CPU`,
      isMet: isWithin(0.1, costOf(operation)),
    })),
    ...[POLICY, SETTINGS].map((operation) => ({
      text: `${operation.name}: under 300 MB`,
      isMet: costOf(operation).peakMegabytes < 300,
    })),
    ...[PLAN, VERIFY, NOTHING].map((operation) => ({
      text: `${operation.name}: under 1 s`,
      isMet: costOf(operation).wallSeconds < 1,
    })),
    {
      text: `${FIRST.name}: under 10 s`,
      isMet: costOf(FIRST).wallSeconds < 10,
    },
    {
      text: `${HELP.name}: under 0.4 s, the slowest of all commands`,
      isMet: costOf(HELP).wallSeconds < 0.4,
    },
    {
      text: `${NOTHING.name}: no write`,
      isMet: costOf(NOTHING).writes === 0,
    },
  ]
}
