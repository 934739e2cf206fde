// Deploys in this process to a tenant in this process, for what has to be tried hundreds of times.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildBundle } from '../../scripts/policy/bundle.ts'
import { connect, type Connection } from '../../scripts/tenant/connection.ts'
import { deployTo } from '../../scripts/tenant/deployment.ts'
import { loadDesired, type Sources } from '../../scripts/tenant/desired.ts'
import { loadEnvironment } from '../../scripts/tenant/environment.ts'
import { BANKING } from './event.ts'
import { ALL_SCOPES, type TenantInProcess } from './tenant-in-process.ts'

/** The files as they are shipped. */
export const shipped = (): Promise<Sources> => loadDesired(loadEnvironment('sandbox'))

/** The same with another policy. */
export async function withPolicy(sources: Sources, text: string): Promise<Sources> {
  const folder = mkdtempSync(join(tmpdir(), 'policy-'))
  const policyFile = join(folder, 'policy.yaml')
  writeFileSync(policyFile, text)
  const declaredScopes = new Map([[BANKING, new Set(['read:accounts', 'transfer:funds'])]])
  const bundle = await buildBundle({ policyFile, declaredScopes })
  rmSync(folder, { recursive: true })
  const { code, sha256 } = bundle
  const action = { ...sources.desired.action, code, sha256 }
  return { bundle, desired: { ...sources.desired, action } }
}

/** Of a deploy that nobody watches or interrupts. */
export const OPTIONS = {
  env: {},
  interrupted: new AbortController().signal,
  progress: () => undefined,
}

/** Opens a connection whose requests the tenant meets. */
export async function connectTo(
  tenant: TenantInProcess,
  scopes: readonly string[] = ALL_SCOPES,
): Promise<Connection> {
  const real = globalThis.fetch
  globalThis.fetch = tenant.fetch
  try {
    const accessToken = tenant.token(scopes)
    return await connect({ domain: tenant.domain, credentials: { accessToken } })
  } finally {
    globalThis.fetch = real
  }
}

export async function deployIn(tenant: TenantInProcess, sources: Sources): Promise<void> {
  await deployTo(await connectTo(tenant), sources, OPTIONS)
}
