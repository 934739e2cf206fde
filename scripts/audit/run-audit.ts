import { readFileSync } from 'node:fs'
import { compilePolicy } from '../policy/compile.ts'
import type { PolicyFile } from '../policy/schema.ts'
import { loadDesired, POLICY_FILE, type Sources } from '../tenant/desired.ts'
import { environmentOf, TENANT_FILE, type Environment } from '../tenant/environment.ts'
import { withDesired } from '../tenant/session.ts'
import type { Flags, Terminal } from '../terminal/command.ts'
import { progressBar } from '../terminal/progress-bar.ts'
import { assembleAudit, type Audit } from './audit.ts'
import { readCode, type CodeUnderAudit } from './code/read-code.ts'
import { tryCode } from './code/try-code.ts'
import type { Depth } from '../proof/units.ts'
import type { WorkerPool } from '../proof/worker-pool.ts'
import { UserError } from '../terminal/user-error.ts'
import { provenanceOf } from './record.ts'
import type { Earlier } from './since.ts'
import { known, type TenantFacts } from './tenant/facts.ts'
import { ORGANIZATION_ID } from './findings/rules.ts'
import { flowInFile } from './tenant/flow-in-file.ts'
import { factsFromFile } from './tenant/from-file.ts'
import { factsFromTenant } from './tenant/from-tenant.ts'
import { parseYaml } from '../policy/yaml-source.ts'

export interface AuditRequest {
  /** Of which `env` and `tenant-file` count. */
  readonly flags: Flags
  readonly against: 'tenant-file' | 'tenant'
  /** A file with the code to audit; what is built or deployed, if left out. */
  readonly bundleFile: string | undefined
  readonly depth: Depth
  /** Threads that were started beside the reading, if any. */
  readonly workers?: Promise<WorkerPool> | undefined
  /** As of when all is judged; now, if left out. */
  readonly at?: Date | undefined
  /** An earlier audit to compare with. */
  readonly earlier?: Earlier | undefined
  readonly terminal: Terminal
}

/**
 * Audits the policy of this project, the bundle that it builds, and the tenant around it. Reads only.
 * @throws UserError with every mistake in the files, or what the tenant refuses
 */
export async function runAudit(request: AuditRequest): Promise<Audit> {
  const { flags, against, terminal } = request
  if (against === 'tenant') {
    return withDesired({ flags, terminal }, async ({ environment, connection, files }) => {
      terminal.progress('reading the tenant')
      const facts = await factsFromTenant(connection, {
        action: files.desired.action.name,
        organizations: organizationsIn(files.bundle.policy),
      })
      return audit(request, files, { environment, facts })
    })
  }
  const environment = environmentOf(flags, 'files')
  const files = await loadDesired(environment, { note: terminal.note })
  const { tenantFile: file = TENANT_FILE } = environment
  const flow = flowInFile(files.flow, environment.position)
  const facts = factsFromFile(files.tenantFile, file, flow)
  return audit(request, files, { environment, facts })
}

async function audit(
  request: AuditRequest,
  { bundle, desired }: Sources,
  {
    environment,
    facts,
  }: {
    readonly environment: Environment
    readonly facts: TenantFacts
  },
): Promise<Audit> {
  const { depth, at, terminal, workers } = request
  const today = at ?? new Date()
  // Before the check, in whose hours somebody may edit the file or commit.
  const provenance = provenanceOf(terminal.env)
  const policyText = readFileSync(POLICY_FILE, 'utf8')
  const locate = parseYaml(POLICY_FILE, policyText).locate
  const policy = compilePolicy(bundle.policy)
  const invariants = (bundle.policy.audit?.invariants ?? []).map(({ maxAge, ...invariant }) => ({
    ...invariant,
    maxAgeSeconds: maxAge,
  }))
  const under = codeUnderAudit(request, facts, { name: desired.action.name, code: bundle.code })
  const read = readCode(under, policy)
  const trial = { code: under.code, policy, invariants, todayMs: today.getTime(), depth }
  const around = { read, built: bundle.code, ...(workers && { workers }) }
  const tried = await tryCode(trial, around, (done, total) =>
    terminal.progress(progressBar('checking the code', done, total)),
  )
  const { exhaustive, differences, untried, notRun } = tried
  const [difference] = differences
  // The engine is our own: where no promise is broken that a reviewer could judge, our words are wrong.
  const isOurs = read.engine.release !== undefined && read.policy === 'same'
  if (difference !== undefined && isOurs && exhaustive.violations.length === 0) {
    throw new Error(`the bundle does otherwise than the policy says: ${JSON.stringify(difference)}`)
  }
  return assembleAudit({
    ...{ today, environment: environment.name, policyFile: POLICY_FILE, policyText },
    ...{ bundle, facts, checked: { read, untried, notRun } },
    ...{ depth, exhaustive, differences: differences.length, locate },
    provenance: await provenance,
    ...(request.earlier && { earlier: request.earlier }),
  })
}

function codeUnderAudit(
  { bundleFile }: AuditRequest,
  { ourAction }: TenantFacts,
  built: { readonly name: string; readonly code: string },
): CodeUnderAudit {
  if (bundleFile !== undefined) return { from: 'file', name: bundleFile, code: textOf(bundleFile) }
  const action = known(ourAction)
  if (action?.state !== 'deployed') return { from: 'built', ...built }
  return { from: 'deployed', name: action.name, code: action.code }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UserError({
      where: file,
      message: `cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'no reason given'}`,
      hint: 'expected a file with the code of an Action',
    })
  }
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
