import { readFileSync } from 'node:fs'
import { compilePolicy } from '../policy/compile.ts'
import { loadDesired, POLICY_FILE, type Sources } from '../tenant/desired.ts'
import { loadEnvironment, SANDBOX, type Environment } from '../tenant/environment.ts'
import { withDesired } from '../tenant/session.ts'
import { readTenantFile, TENANT_FILE } from '../tenant/tenant-file.ts'
import type { Terminal } from '../terminal/command.ts'
import { progressBar } from '../terminal/progress-bar.ts'
import { assembleAudit, type Audit } from './audit.ts'
import { checkBundle } from '../proof/check-bundle.ts'
import type { Depth } from '../proof/units.ts'
import { differencesFrom } from './matrix/hold.ts'
import { provenanceOf } from './record.ts'
import type { Earlier } from './since.ts'
import type { TenantFacts } from './tenant/facts.ts'
import { factsFromFile } from './tenant/from-file.ts'
import { factsFromTenant } from './tenant/from-tenant.ts'
import { positionsIn } from './tenant/policy-positions.ts'

export interface AuditRequest {
  /** Value of the flag `--env`. */
  readonly env: string | boolean | undefined
  readonly against: 'tenant-file' | 'tenant'
  readonly depth: Depth
  /** An earlier audit to compare with. */
  readonly earlier?: Earlier | undefined
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
      const facts = await factsFromTenant(connection, files.desired.action.name)
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
  { depth, earlier, terminal }: AuditRequest,
  { bundle }: Sources,
  { environment, facts }: { readonly environment: Environment; readonly facts: TenantFacts },
): Promise<Audit> {
  const today = new Date()
  // Before the check, in whose hours somebody may edit the file.
  const policyText = readFileSync(POLICY_FILE, 'utf8')
  const locate = positionsIn(POLICY_FILE, policyText)
  const { code } = bundle
  const policy = compilePolicy(bundle.policy)
  const invariants = (bundle.policy.audit?.invariants ?? []).map(({ maxAge, ...invariant }) => ({
    ...invariant,
    maxAgeSeconds: maxAge,
  }))
  const exhaustive = await checkBundle(
    { code, policy, invariants },
    {
      depth,
      where: depth === 'quick' ? 'this-thread' : 'workers',
      progress: (done, total) => terminal.progress(progressBar('checking the bundle', done, total)),
    },
  )
  const [difference, ...more] = await differencesFrom(policy, code)
  // The bundle is our own: where no promise is broken that a reviewer could judge, our words are wrong.
  if (difference !== undefined && exhaustive.violations.length === 0) {
    throw new Error(`the bundle does otherwise than the policy says: ${JSON.stringify(difference)}`)
  }
  const differences = difference === undefined ? 0 : 1 + more.length
  return assembleAudit({
    ...{ today, environment: environment.name, policyFile: POLICY_FILE, policyText },
    ...{ bundle, facts, depth, exhaustive, differences, locate },
    provenance: provenanceOf(terminal.env),
    ...(earlier && { earlier }),
  })
}
