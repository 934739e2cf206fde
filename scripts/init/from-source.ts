import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { keywordsIn, type Keywords } from '../policy/keywords.ts'
import { OWN_SECTIONS } from '../tenant/our-part.ts'
import { readTenantSource } from '../tenant/tenant-source.ts'
import { isRecord, type Values } from '../tenant/values.ts'
import { UserError } from '../terminal/user-error.ts'
import { apiOf, textIn, type Api, type Found, type FoundAction } from './found.ts'

/** What `init` writes of a tenant, or names one by one. */
const TOLD_APART = ['actions', 'triggers', 'resourceServers']

/**
 * Reads a tenant from a file or a directory of auth0-deploy-cli. @param values of its keywords, where some are known:
 * by them are known what lists are made of, while names stay as they are written
 * @throws UserError where it cannot be read
 */
export function findInSource(path: string, values: Keywords): Found {
  const source = readTenantSource(path, {})
  const [first, ...rest] = source.problems
  if (first !== undefined) throw new UserError(first, ...rest)
  const content = recordOf(source.content)
  const resolved = recordOf(readTenantSource(path, values).content)
  const apis = listIn(content, 'resourceServers').map((entity, i) =>
    withScopes(entity, listIn(resolved, 'resourceServers')[i]),
  )
  const factors = listIn(content, 'guardianFactors')
  const sections = Object.keys(content).filter((section) => !TOLD_APART.includes(section))
  const known = OWN_SECTIONS.filter((section) => section in content)
  if (known.length === 0) {
    throw new UserError({
      where: path,
      message: 'nothing in it that `init` knows',
      hint: 'expected a tenant.yaml or a directory that auth0-deploy-cli has exported',
    })
  }
  return {
    source: path,
    apis,
    actions: actionsIn(content, source.base),
    ...('guardianFactors' in content && {
      enabledFactors: factors
        .filter(({ enabled }) => enabled !== false)
        .map(({ name }) => textIn(name)),
    }),
    sections: [...sections, ...source.unread],
    ...domainIn(apis),
  }
}

function withScopes(entity: Values, resolved: Values | undefined): Api {
  const { scopes } = entity
  return apiOf(
    typeof scopes === 'string' || hasKeyword(scopes)
      ? { ...entity, scopes: resolved?.['scopes'] }
      : entity,
  )
}

function hasKeyword(scopes: unknown): boolean {
  return Array.isArray(scopes) && keywordsIn(JSON.stringify(scopes.map(valueOf))).length > 0
}

function valueOf(scope: unknown): unknown {
  return recordOf(scope)['value']
}

function actionsIn(content: Values, base: string): readonly FoundAction[] {
  const bindings = recordOf(content['triggers'])['post-login']
  const bound = new Set(
    (Array.isArray(bindings) ? bindings : []).map((binding) => recordOf(binding)['action_name']),
  )
  return listIn(content, 'actions').map(({ name, code }) => ({
    name: textIn(name),
    code: textOf(resolve(base, textIn(code))),
    isBound: bound.has(name),
  }))
}

// Auth0's own APIs have the domain of the tenant in their identifiers.
function domainIn(apis: readonly Api[]): { readonly domain?: string } {
  const [domain] = apis.flatMap(({ identifier }) => {
    const [, host] =
      /^https:\/\/([a-z0-9.-]+\.auth0\.com)\/(?:me|mfa|api\/v2)\/$/.exec(identifier) ?? []
    return host ?? []
  })
  return domain === undefined ? {} : { domain }
}

function listIn(content: Values, section: string): readonly Values[] {
  const list = content[section]
  return Array.isArray(list) ? list.filter(isRecord) : []
}

function recordOf(value: unknown): Values {
  return isRecord(value) ? value : {}
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
