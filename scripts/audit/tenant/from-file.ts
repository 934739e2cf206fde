import type { TenantFile } from '../../tenant/tenant-file.ts'
import { clientFacts, clientGrantFacts, resourceServerFacts } from './entities.ts'
import type { FlowAction, Part, TenantFacts } from './facts.ts'

const UNSEEN = { seen: 'nothing' } as const

/**
 * What tenant.yaml says of a tenant. It names what a deploy manages, so there may be more.
 * @param flow what it binds to post-login
 */
export function factsFromFile(
  tenantFile: TenantFile,
  file: string,
  flow: readonly FlowAction[],
): TenantFacts {
  const [action] = tenantFile.actions
  return {
    source: { kind: 'tenant-file', file },
    resourceServers: listed(tenantFile.resourceServers?.map(resourceServerFacts)),
    // A grant of the file names its client, so the name is used as the id.
    clients: listed(
      tenantFile.clients?.map((entry) => ({ ...clientFacts(entry), id: entry.name })),
    ),
    clientGrants: listed(tenantFile.clientGrants?.map(clientGrantFacts)),
    organizations: UNSEEN,
    enabledFactors: listed(
      tenantFile.guardianFactors?.filter(({ enabled }) => enabled).map(({ name }) => name),
    ),
    disabledFactors: (tenantFile.guardianFactors ?? []).flatMap(({ enabled, name }) =>
      enabled ? [] : [name],
    ),
    mfaPolicy: mfaPolicy(tenantFile),
    customizeMfa: customizeMfa(tenantFile),
    loginExperience: UNSEEN,
    ourAction:
      action === undefined
        ? UNSEEN
        : {
            seen: 'all',
            value: { name: action.name, state: 'planned', runtime: action.runtime },
          },
    flow: flow.length === 0 ? UNSEEN : { seen: 'listed', value: flow },
  }
}

function listed<T>(value: readonly T[] | undefined): Part<readonly T[]> {
  return value === undefined ? UNSEEN : { seen: 'listed', value }
}

function customizeMfa({ tenant }: TenantFile): Part<boolean> {
  const value = tenant?.['customize_mfa_in_postlogin_action']
  return typeof value === 'boolean' ? { seen: 'all', value } : UNSEEN
}

function mfaPolicy({ guardianPolicies }: TenantFile): TenantFacts['mfaPolicy'] {
  if (guardianPolicies === undefined) return UNSEEN
  const [policy] = guardianPolicies.policies
  const value =
    policy === undefined ? 'never' : policy === 'all-applications' ? 'always' : 'adaptive'
  return { seen: 'all', value }
}
