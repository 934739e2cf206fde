import { readFileSync } from 'node:fs'
import { compilePolicy } from '../policy/compile.ts'
import type { PolicyFile } from '../policy/schema.ts'
import { loadDesired, POLICY_FILE, type Sources } from '../tenant/desired.ts'
import { loadEnvironment, SANDBOX, type Environment } from '../tenant/environment.ts'
import { withDesired } from '../tenant/session.ts'
import { readTenantFile, TENANT_FILE } from '../tenant/tenant-file.ts'
import type { Terminal } from '../terminal/command.ts'
import { progressBar } from '../terminal/progress-bar.ts'
import { assembleAudit, type Audit } from './audit.ts'
import { checkBundle } from '../proof/check-bundle.ts'
import type { Depth } from '../proof/units.ts'
import { tracePaths } from './paths/trace-paths.ts'
import type { TenantFacts } from './tenant/facts.ts'
import { ORGANIZATION_ID } from './tenant/findings/rules.ts'
import { factsFromFile } from './tenant/from-file.ts'
import { factsFromTenant } from './tenant/from-tenant.ts'
import { positionsIn } from './tenant/policy-positions.ts'

export interface AuditRequest {
  /** Value of the flag `--env`. */
  readonly env: string | boolean | undefined
  readonly against: 'tenant-file' | 'tenant'
  readonly depth: Depth
  /** As of when all is judged; now, if left out. */
  readonly at?: Date | undefined
  readonly terminal: Terminal
}

/**
 * Audits the policy of this project, the bundle that it builds, and the tenant around it. Reads only.
 * @throws UserError with every mistake in the files, or what the tenant refuses
 */
export async function runAudit(request: AuditRequest): Promise<Audit> {
  const { env, against, terminal } = request
  if (against === 'tenant') {
    const flags = { env, terminal }
    return withDesired(flags, async ({ environment, connection, files }) => {
      terminal.progress('reading the tenant')
      const facts = await factsFromTenant(connection, {
        action: files.desired.action.name,
        organizations: organizationsIn(files.bundle.policy),
      })
      return audit(request, files, { environment, facts })
    })
  }
  const environment = loadEnvironment(env === undefined ? SANDBOX : String(env))
  const files = await loadDesired(environment, [])
  const { tenantFile } = readTenantFile(TENANT_FILE, environment)
  if (tenantFile === undefined) throw new Error('unreachable: it was read before')
  return audit(request, files, { environment, facts: factsFromFile(tenantFile, TENANT_FILE) })
}

async function audit(
  { depth, at, terminal }: AuditRequest,
  { bundle }: Sources,
  { environment, facts }: { readonly environment: Environment; readonly facts: TenantFacts },
): Promise<Audit> {
  const today = at ?? new Date()
  // Before the check, in whose hours somebody may edit the file.
  const locate = positionsIn(POLICY_FILE, readFileSync(POLICY_FILE, 'utf8'))
  const { code } = bundle
  const policy = compilePolicy(bundle.policy)
  const invariants = (bundle.policy.audit?.invariants ?? []).map(({ maxAge, ...invariant }) => ({
    ...invariant,
    maxAgeSeconds: maxAge,
  }))
  const paths = await tracePaths({ code, policy, facts, nowMs: today.getTime() })
  const exhaustive = await checkBundle(
    { code, policy, invariants },
    {
      depth,
      where: depth === 'quick' ? 'this-thread' : 'workers',
      progress: (done, total) => terminal.progress(progressBar('checking the bundle', done, total)),
    },
  )
  const context = { today, environment: environment.name, policyFile: POLICY_FILE }
  return assembleAudit({ ...context, bundle, facts, depth, exhaustive, paths, locate })
}

// What is no id is not asked for: the API refuses it, and a finding says so.
function organizationsIn({ rules }: PolicyFile): readonly string[] {
  const named = rules.flatMap(({ exceptions = [] }) =>
    exceptions.map(({ organization }) => organization),
  )
  return [...new Set(named)].filter(
    (id) => id !== undefined && ORGANIZATION_ID.test(id),
  ) as string[]
}
