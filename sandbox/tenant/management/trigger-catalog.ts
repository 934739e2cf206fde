// The triggers of a tenant as `GET /actions/triggers` lists them (recorded from the service in August 2026).

interface TriggerVersion {
  readonly id: string
  readonly version: string
  readonly status: 'CURRENT' | 'DEPRECATED'
  readonly runtimes: readonly string[]
  readonly default_runtime: string
  readonly binding_policy: 'trigger-bound' | 'entity-bound'
  readonly compatible_triggers: readonly { readonly id: string; readonly version: string }[]
}

// prettier-ignore
const ROWS = [
  ['post-login',                    'v3', 'CURRENT',    'trigger-bound'],
  ['post-login',                    'v2', 'DEPRECATED', 'trigger-bound'],
  ['credentials-exchange',          'v2', 'CURRENT',    'trigger-bound'],
  ['pre-user-registration',         'v2', 'CURRENT',    'trigger-bound'],
  ['post-user-registration',        'v2', 'CURRENT',    'trigger-bound'],
  ['post-change-password',          'v2', 'CURRENT',    'trigger-bound'],
  ['send-phone-message',            'v2', 'CURRENT',    'trigger-bound'],
  ['password-reset-post-challenge', 'v1', 'CURRENT',    'trigger-bound'],
  ['custom-phone-provider',         'v1', 'CURRENT',    'trigger-bound'],
  ['custom-email-provider',         'v1', 'CURRENT',    'trigger-bound'],
  ['custom-token-exchange',         'v1', 'CURRENT',    'entity-bound'],
  ['event-stream',                  'v1', 'CURRENT',    'entity-bound'],
  ['password-hash-migration',       'v1', 'CURRENT',    'entity-bound'],
  ['mcp-tool',                      'v1', 'CURRENT',    'entity-bound'],
] as const

export const TRIGGERS: readonly TriggerVersion[] = ROWS.map(
  ([id, version, status, binding_policy]) => ({
    id,
    version,
    status,
    runtimes: ['node18-actions', 'node22'],
    default_runtime: 'node22',
    binding_policy,
    compatible_triggers:
      id === 'post-login' && version === 'v3' ? [{ id: 'post-login', version: 'v2' }] : [],
  }),
)

export const TRIGGER_IDS: readonly string[] = [...new Set(TRIGGERS.map(({ id }) => id))]

/** @returns the version that a trigger has unless another is asked for */
export function currentVersion(id: string): string {
  return TRIGGERS.find((one) => one.id === id && one.status === 'CURRENT')?.version ?? 'v1'
}
