import { compilePolicy } from '../../policy/compile.ts'
import { holderOf, holds } from '../tenant/client-grants.ts'
import { scopeRulesOf, type AuditContext } from './context.ts'
import { known, type ResourceServerFacts } from '../tenant/facts.ts'
import { kind, listed } from './entry.ts'

const MY_ACCOUNT = 'https://auth0.com/docs/manage-users/my-account-api'

/** The My Account API is called so in every domain of a tenant, custom ones too. */
export const MY_ACCOUNT_API = /^https:\/\/[^/]+\/me\/$/

/** Scopes with which a user gets rid of a factor, or of its lack. */
const ENROLMENT_SCOPES = ['create:me:authentication_methods', 'delete:me:authentication_methods']

interface OpenEnrolment {
  readonly audience: string
  readonly scopes: readonly string[]
  /** Names of the clients that may ask for them. */
  readonly clients: readonly string[] | 'every'
}

/** Findings about Auth0's own APIs, on which MFA itself depends. */
export const AUTH0_API_FINDINGS = {
  'enrolment-open': kind<OpenEnrolment>({
    severity: 'error',
    title: 'Anyone with the password can enrol a factor of their own',
    restsOn: ['resourceServers', 'clientGrants'],
    find: (context) => openEnrolments(context, (server) => server.builtInPolicy === undefined),
    explain: ({ audience, scopes, clients }) =>
      `${mayAsk(clients)} for ${listed(scopes)} of \`${audience}\`, and no rule protects ${scopes.length === 1 ? 'it' : 'them'}: anyone with the password of a user can enrol a factor of their own there, and then pass every later step-up`,
    remedy: () =>
      'require client grants for user access to it, grant it to the applications that need it alone, and protect these scopes by a rule that answers `deny` where there is no browser',
    source: MY_ACCOUNT,
  }),

  'enrolment-by-first-comer': kind<OpenEnrolment>({
    severity: 'warning',
    title: 'Who comes first enrols the first factor',
    restsOn: ['resourceServers', 'clientGrants'],
    find: (context) => openEnrolments(context, (server) => server.builtInPolicy !== undefined),
    explain: ({ audience, scopes, clients }) =>
      `${mayAsk(clients)} for ${listed(scopes)} of \`${audience}\`, and no rule protects ${scopes.length === 1 ? 'it' : 'them'}; its built-in policy asks for a second factor, but lets in users who have none, so with the password of such a user anybody enrols the first one`,
    remedy: () => 'protect these scopes by a rule with `whenNotEnrolled: deny`',
    source: MY_ACCOUNT,
  }),

  'built-in-authentication-policy': kind<{
    readonly audience: string
    readonly policy: string
    /** Rules for the same API. */
    readonly rules: readonly string[]
  }>({
    severity: 'note',
    title: 'An API has an authentication policy of Auth0 besides the rules',
    restsOn: ['resourceServers'],
    find: (context) =>
      (known(context.facts.resourceServers) ?? []).flatMap(
        ({ identifier: audience, builtInPolicy: policy }) => {
          if (policy === undefined) return []
          const rules = scopeRulesOf(context).filter((rule) => rule.audience === audience)
          return [{ subject: audience, audience, policy, rules: rules.map(({ id }) => id) }]
        },
      ),
    explain: ({ audience, policy, rules }) =>
      `\`${audience}\` has the policy \`${policy}\`: two factors within 15 minutes, at login and at every refresh, except for users who have no second factor. It overrides the MFA policy of the tenant, and Actions override it${rules.length === 0 ? '' : `: where ${listed(rules)} ${rules.length === 1 ? 'asks' : 'ask'} for MFA, what the rules say holds, be it more or less`}`,
    remedy: () => 'nothing, if this is meant',
    source: MY_ACCOUNT,
  }),

  'remove-without-effect': kind<{
    readonly rule: string
    readonly audience: string
    /** Keys of `withoutBrowser` that answer `remove`, given or by default. */
    readonly answers: readonly string[]
  }>({
    severity: 'error',
    title: "A rule removes scopes of Auth0's own API, which Auth0 ignores",
    restsOn: ['resourceServers'],
    find: (context) => {
      const own = (known(context.facts.resourceServers) ?? []).filter(({ isSystem }) => isSystem)
      // Those that are known by their address are mistakes of the policy before this.
      const isOwn = (audience: string) => own.some(({ identifier }) => identifier === audience)
      return compilePolicy(context.policy).rules.flatMap((rule, i) => {
        if ('acr' in rule || !isOwn(rule.audience)) return []
        const answers = Object.entries(rule.withoutBrowser).flatMap(([protocol, answer]) =>
          answer === 'remove' ? [protocol] : [],
        )
        if (answers.length === 0) return []
        const where = context.locate(['rules', i])
        return [{ subject: rule.id, rule: rule.id, audience: rule.audience, answers, where }]
      })
    },
    explain: ({ rule, audience, answers }) =>
      `rule \`${rule}\` answers ${listed(answers)} with \`remove\`, given or by default, but what Actions do to scopes of Auth0's own APIs, such as \`${audience}\`, is not heeded: the token is issued with them`,
    remedy: () => 'answer `deny`: `withoutBrowser: { refreshTokens: deny, others: deny }`',
    source: 'https://auth0.com/docs/actions/reference/post-login/post-login-api-object',
  }),
}

function mayAsk(clients: OpenEnrolment['clients']): string {
  if (clients === 'every') return 'every application may ask'
  return `${listed(clients)} may ask`
}

function openEnrolments(context: AuditContext, isMeant: (server: ResourceServerFacts) => boolean) {
  const servers = known(context.facts.resourceServers) ?? []
  return servers.filter(isMeant).flatMap((server) => {
    const { identifier: audience } = server
    if (!MY_ACCOUNT_API.test(audience)) return []
    const enforced = scopeRulesOf(context).filter(
      ({ reportUntil }) =>
        reportUntil === undefined || Date.parse(reportUntil) <= context.today.getTime(),
    )
    const open = ENROLMENT_SCOPES.filter(
      (scope) =>
        server.scopes.includes(scope) &&
        !enforced.some((rule) => rule.audience === audience && rule.scopes.includes(scope)),
    )
    const { scopes, clients } = askable(context, server, open)
    return scopes.length === 0 ? [] : [{ subject: audience, audience, scopes, clients }]
  })
}

function askable(
  { facts }: AuditContext,
  { identifier, userAccess }: ResourceServerFacts,
  open: readonly string[],
): Pick<OpenEnrolment, 'scopes' | 'clients'> {
  if (userAccess === 'allow_all') return { scopes: open, clients: 'every' }
  const grants = (known(facts.clientGrants) ?? []).filter(
    (grant) => grant.subject === 'user' && grant.audience === identifier,
  )
  const granted = grants.filter((grant) => open.some((scope) => holds(grant, scope)))
  if (userAccess === 'deny_all' || granted.length === 0) return { scopes: [], clients: [] }
  return {
    scopes: open.filter((scope) => granted.some((grant) => holds(grant, scope))),
    clients: [...new Set(granted.map((grant) => holderOf(grant, facts)))],
  }
}
