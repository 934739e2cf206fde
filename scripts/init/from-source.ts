import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { keywordsIn, type Keywords } from '../policy/keywords.ts'
import { OWN_SECTIONS } from '../tenant/our-part.ts'
import { readTenantSource } from '../tenant/tenant-source.ts'
import { isRecord, type Values } from '../tenant/values.ts'
import { UserError } from '../terminal/user-error.ts'
import {
  apiOf,
  isForLogins,
  textIn,
  type Api,
  type ApiScope,
  type Found,
  type FoundAction,
} from './found.ts'

/** What `init` writes of a tenant, or names one by one. */
const TOLD_APART = ['actions', 'triggers', 'resourceServers']

/** The values of keywords in one configuration, by whose name it is spoken of. */
export interface KeywordValues {
  readonly name: string
  readonly keywords: Keywords
}

/**
 * Reads a tenant from a file or a directory of auth0-deploy-cli. Names stay as they are written, with their keywords;
 * scopes are those of all configurations, and what none of them has a value for is told.
 * @throws UserError where it cannot be read
 */
export function findInSource(path: string, configs: readonly KeywordValues[]): Found {
  const source = readTenantSource(path, {})
  const [first, ...rest] = source.problems
  if (first !== undefined) throw new UserError(first, ...rest)
  const content = recordOf(source.content)
  const known = OWN_SECTIONS.filter((section) => section in content)
  if (known.length === 0) {
    throw new UserError({
      where: path,
      message: 'nothing in it that `init` knows',
      hint: 'expected a tenant.yaml or a directory that auth0-deploy-cli has exported',
    })
  }
  const resolved = configs.map(({ name, keywords }) => ({
    name,
    content: recordOf(readTenantSource(path, keywords).content),
  }))
  const read = listIn(content, 'resourceServers').map((entity, i) =>
    readApi(
      entity,
      resolved.map((one) => ({
        name: one.name,
        entity: listIn(one.content, 'resourceServers')[i] ?? {},
      })),
    ),
  )
  const apis = read.map(({ api }) => api)
  const factors = listIn(content, 'guardianFactors')
  const sections = Object.keys(content).filter((section) => !TOLD_APART.includes(section))
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
    remarks: [
      ...read.flatMap(({ remarks }) => remarks),
      ...unreadLists(content),
      ...notThere(content),
      ...rulesOf(content, source.unread),
    ],
  }
}

interface Resolved {
  readonly name: string
  readonly entity: Values
}

function readApi(
  entity: Values,
  resolved: readonly Resolved[],
): { readonly api: Api; readonly remarks: readonly string[] } {
  const identifiers = [entity, ...resolved.map((one) => one.entity)].map((one) => apiOf(one))
  const written = { ...apiOf(entity), isAuth0s: identifiers.some(({ isAuth0s }) => isAuth0s) }
  const keywords = scopeKeywords(entity['scopes'])
  if (keywords.length === 0) return { api: written, remarks: [] }
  const plain = written.scopes.filter(({ value }) => keywordsIn(value).length === 0)
  const lists = resolved.map(({ name, entity: { scopes } }) => ({
    name,
    scopes: Array.isArray(scopes) ? apiOf({ scopes }).scopes : [],
    unknown: scopeKeywords(scopes),
  }))
  const all = [...plain, ...lists.flatMap(({ scopes }) => scopes)].filter(
    ({ value }, i, every) =>
      keywordsIn(value).length === 0 && every.findIndex((one) => one.value === value) === i,
  )
  const unknown = lists.length === 0 ? keywords : lists.flatMap((list) => list.unknown)
  const hasAllScopes = unknown.length === 0
  return {
    api: { ...written, scopes: all, hasAllScopes },
    remarks: [
      ...(hasAllScopes ? [] : [unknownScopes(written, [...new Set(unknown)])]),
      ...differing(written, all, lists),
    ],
  }
}

function scopeKeywords(scopes: unknown): readonly string[] {
  if (typeof scopes === 'string') return keywordsIn(scopes)
  const list: readonly unknown[] = Array.isArray(scopes) ? scopes : []
  const values = list.map((scope) => (isRecord(scope) ? scope['value'] : scope))
  return keywordsIn(values.map(textIn).join('\n'))
}

function unknownScopes({ name, identifier }: Api, keywords: readonly string[]): string {
  return `${name} (${identifier}): nobody looked at the scopes behind ${keywords.join(', ')}, whose values are not known for each tenant. Name a configuration that has them by \`--config\`, or write the scopes into the tenant file, and rules for them.`
}

function differing(
  { name, identifier }: Api,
  all: readonly ApiScope[],
  lists: readonly { readonly name: string; readonly scopes: readonly ApiScope[] }[],
): readonly string[] {
  const has = ({ scopes }: (typeof lists)[number], value: string) =>
    scopes.some((scope) => scope.value === value)
  const apart = all.flatMap(({ value }) => {
    const names = lists.filter((list) => has(list, value)).map((list) => list.name)
    return names.length === lists.length || names.length === 0
      ? []
      : [`${value} is of ${names.join(' and ')}`]
  })
  if (apart.length === 0) return []
  return [
    `${name} (${identifier}): its scopes differ by configuration (${apart.join(', ')}). The files have all of them, so a deploy adds to each tenant those that it lacks.`,
  ]
}

/** Lists that stay unread where a keyword is in the place of one, or of an entity. */
function unreadLists(content: Values): readonly string[] {
  const bindings = recordOf(content['triggers'])['post-login']
  const lists: readonly (readonly [string, unknown])[] = [
    ['resourceServers', content['resourceServers']],
    ['actions', content['actions']],
    ['triggers', content['triggers']],
    ['triggers.post-login', bindings],
  ]
  return lists.flatMap(([section, list]) => {
    const texts = (Array.isArray(list) ? list : [list]).filter((one) => typeof one === 'string')
    const keywords = [...new Set(keywordsIn(texts.join('\n')))]
    return keywords.length === 0
      ? []
      : [`\`${section}\`: nobody looked at what is behind ${keywords.join(', ')}.`]
  })
}

/** What could not be looked for: an export may leave out sections. */
function notThere(content: Values): readonly string[] {
  const missed = [
    ['resourceServers', 'scopes'],
    ['actions', 'an Action that demands MFA already, or that has the name of ours'],
  ] as const
  return missed
    .filter(([section]) => !(section in content))
    .map(([section, what]) => `There is no \`${section}\`, so nobody looked for ${what}.`)
}

// Of Auth0 before it had Actions.
function rulesOf({ rules }: Values, unread: readonly string[]): readonly string[] {
  const isThere = Array.isArray(rules) ? rules.length > 0 : unread.includes('rules')
  return isThere ? ['`rules`: nobody looked into them, and a rule may demand MFA as well.'] : []
}

function actionsIn(content: Values, base: string): readonly FoundAction[] {
  const bindings = recordOf(content['triggers'])['post-login']
  const bound = new Set(
    (Array.isArray(bindings) ? bindings : []).map((binding) => recordOf(binding)['action_name']),
  )
  return listIn(content, 'actions').map(({ name, code, supported_triggers: triggers }) => ({
    name: textIn(name),
    code: textOf(resolve(base, textIn(code))),
    isBound: bound.has(name),
    isPostLogin: isForLogins(triggers),
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
