import type { TenantFile } from '../../tenant/tenant-file.ts'
import { clientFacts, resourceServerFacts } from './entities.ts'
import type { Part, TenantFacts } from './facts.ts'

const UNSEEN = { seen: 'nothing' } as const

/** What tenant.yaml says of a tenant. It names what a deploy manages, so there may be more. */
export function factsFromFile(tenantFile: TenantFile, file: string): TenantFacts {
  const [action] = tenantFile.actions
  return {
    source: { kind: 'tenant-file', file },
    resourceServers: listed(tenantFile.resourceServers?.map(resourceServerFacts)),
    clients: listed(tenantFile.clients?.map(clientFacts)),
    clientGrants: UNSEEN,
    organizations: UNSEEN,
    enabledFactors: listed(
      tenantFile.guardianFactors?.filter(({ enabled }) => enabled).map(({ name }) => name),
    ),
    mfaPolicy: UNSEEN,
    customizeMfa: customizeMfa(tenantFile),
    loginExperience: UNSEEN,
    ourAction:
      action === undefined
        ? UNSEEN
        : {
            seen: 'all',
            value: { name: action.name, state: 'planned', runtime: action.runtime },
          },
    flow: UNSEEN,
  }
}

function listed<T>(value: readonly T[] | undefined): Part<readonly T[]> {
  return value === undefined ? UNSEEN : { seen: 'listed', value }
}

function customizeMfa({ tenant }: TenantFile): Part<boolean> {
  const value = tenant?.['customize_mfa_in_postlogin_action']
  return typeof value === 'boolean' ? { seen: 'all', value } : UNSEEN
}
