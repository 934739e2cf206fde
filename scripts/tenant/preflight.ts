import type { Problem } from '../terminal/user-error.ts'
import type { Connection } from './connection.ts'
import type { Sources } from './desired.ts'
import type { Reading } from './reading.ts'
import { findUnsatisfiable, type MfaSettings, type Unsatisfiable } from './satisfiable.ts'
import type { Setting } from './setting.ts'
import { statusOf } from './tenant-error.ts'

/** Whether anybody could satisfy the rules after a deploy. */
export interface Preflight {
  /** What nobody could do after it, and the setting that mends it. */
  readonly refusals: readonly Problem[]
  /** What could not be judged, and why. */
  readonly unknown: readonly string[]
}

/**
 * Judges the rules by the MFA settings that a tenant has after a deploy: those of tenant.yaml, and of the rest what
 * it has now.
 * @throws ManagementError for everything but a missing Management API scope
 */
export async function preflight(
  reading: Reading,
  { desired, bundle }: Sources,
  connection: Connection,
): Promise<Preflight> {
  const now = await readMfaSettings(connection, reading.snapshot.settings)
  const after = settingsAfter(desired.settings, now)
  const found = findUnsatisfiable(bundle.policy, after, new Date())
  return {
    refusals: [...secondGuard(reading), ...found.map(inWords)].map((problem) => ({
      where: reading.domain,
      ...problem,
    })),
    unknown: [
      ...(after.enabledFactors === undefined ? [unknown('read:guardian_factors')] : []),
      ...(after.customizeMfa === undefined ? [unknown('read:tenant_settings')] : []),
    ],
  }
}

// Whoever binds a second one is to know: two challenges in a login, and two policies.
function secondGuard({ plan: { changes, twins } }: Reading): readonly Omit<Problem, 'where'>[] {
  const binding = changes.find(({ section, op }) => section === 'triggers' && op === 'add')
  const bound = twins.filter(({ isBound }) => isBound)
  if (binding === undefined) return []
  return bound.map(({ name }) => ({
    message: `\`${name}\` is bound already and has code of this package: with \`${binding.name}\` two step-ups would be enforced`,
    hint: `if it is ours and was renamed, name it \`${binding.name}\` again in the tenant, or say \`${name}\` in tenant.yaml`,
  }))
}

function unknown(scope: string): string {
  return `whether anybody can satisfy the rules: the credentials lack \`${scope}\``
}

const CUSTOMIZE = 'customize_mfa_in_postlogin_action'

async function readMfaSettings(
  { management, scopes }: Connection,
  read: readonly Setting[],
): Promise<MfaSettings> {
  const factors = read.filter(({ section }) => section === 'guardianFactors')
  const tenant = read.find(({ section, values }) => section === 'tenant' && CUSTOMIZE in values)
  const [enabledFactors, customizeMfa] = await Promise.all([
    factors.length > 0
      ? enabledIn(factors.map(({ values }) => values))
      : readable(scopes, 'read:guardian_factors', async () =>
          enabledIn(await management.guardian.factors.list()),
        ),
    tenant !== undefined
      ? tenant.values[CUSTOMIZE] === true
      : readable(scopes, 'read:tenant_settings', async () => {
          const settings = await management.tenants.settings.get({ fields: CUSTOMIZE })
          return settings[CUSTOMIZE] ?? false
        }),
  ])
  return { enabledFactors, customizeMfa }
}

async function readable<T>(
  scopes: Connection['scopes'],
  scope: string,
  read: () => Promise<T>,
): Promise<T | undefined> {
  if (scopes !== undefined && !scopes.has(scope)) return undefined
  try {
    return await read()
  } catch (error) {
    if (statusOf(error) === 403) return undefined
    throw error
  }
}

function enabledIn(factors: readonly { name?: unknown; enabled?: unknown }[]): readonly string[] {
  return factors.filter(({ enabled }) => enabled === true).map(({ name }) => String(name))
}

function settingsAfter(desired: readonly Setting[], now: MfaSettings): MfaSettings {
  const wanted = new Map(
    desired
      .filter(({ section }) => section === 'guardianFactors')
      .map(({ name, values }) => [name, values['enabled'] === true]),
  )
  const switchedOn = [...wanted].filter(([, isOn]) => isOn).map(([name]) => name)
  const staying = now.enabledFactors?.filter((name) => wanted.get(name) ?? true)
  const tenant = desired.find(({ section }) => section === 'tenant')?.values ?? {}
  return {
    enabledFactors: staying && [...new Set([...staying, ...switchedOn])],
    customizeMfa: CUSTOMIZE in tenant ? tenant[CUSTOMIZE] === true : now.customizeMfa,
  }
}

function inWords(found: Unsatisfiable): Omit<Problem, 'where'> {
  switch (found.why) {
    case 'no-factor-enabled':
      return {
        message: `nobody could satisfy any rule: no factor is enabled that can be used on its own (enabled: ${listed(found.enabled)})`,
        hint: 'enable one under `guardianFactors` in tenant.yaml, best `webauthn-roaming` or `otp`',
      }
    case 'no-listed-factor-enabled':
      return {
        message: `nobody could satisfy the rule \`${found.rule}\`${found.requirement === 'requires' ? '' : ' on low confidence'}: it accepts ${listed(found.factors)}, and none of them is enabled`,
        hint: 'enable one of them under `guardianFactors` in tenant.yaml, or change the rule',
      }
    case 'customize-mfa-off':
      return {
        message: `nobody could satisfy ${listed(found.rules)}: they list factors or deny who has none, and "Customize MFA Factors using Actions" is off`,
        hint: `set \`${CUSTOMIZE}: true\` under \`tenant\` in tenant.yaml`,
      }
  }
}

function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ') || 'none'
}
