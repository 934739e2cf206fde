import { known, type ClientFacts } from '../tenant/facts.ts'
import { requestableScopes } from './clients.ts'
import { scopeRulesOf, type AuditContext, type ScopeRule } from './context.ts'
import { kind, listed } from './entry.ts'

/** A way without a page to challenge on, what a rule answers there, and what answers with an error that tells of MFA instead. */
interface Way {
  readonly name: string
  readonly isOpen: (client: ClientFacts, rule: ScopeRule) => boolean
  readonly answerOf: (rule: ScopeRule) => string
  readonly better: string
}

const isPage = ({ appType }: ClientFacts): boolean => appType === 'spa'

const WAYS: readonly Way[] = [
  {
    name: 'multi-resource refresh',
    isOpen: ({ refreshPolicies = [] }, rule) =>
      refreshPolicies.some(({ audience }) => audience === rule.audience),
    answerOf: ({ refreshAnswer }) => refreshAnswer,
    better: 'refreshTokens: challenge',
  },
  {
    name: 'silent login',
    isOpen: isPage,
    answerOf: ({ silentAnswer }) => silentAnswer,
    better: 'silent: challenge',
  },
]

/** Findings about clients whose kind meets what docs/clients.md has seen to go wrong; no scope is at risk in them. */
export const SDK_FINDINGS = {
  'silent-logins-under-always': kind<{ readonly clients: readonly string[] }>({
    severity: 'warning',
    title: 'The tenant requires MFA always, also of silent logins',
    restsOn: ['mfaPolicy', 'clients'],
    find: ({ facts }) => {
      const clients = (known(facts.clients) ?? []).filter(isPage).map(({ name }) => name)
      if (known(facts.mfaPolicy) !== 'always' || clients.length === 0) return []
      return [{ subject: 'tenant', clients }]
    },
    explain: ({ clients }) =>
      `with "Always" Auth0 answers \`login_required\` to every login with \`prompt=none\`, unless the browser is remembered; a single-page app that renews its everyday tokens by it gets none, as may be so of ${listed(clients)}`,
    remedy: () => 'choose "Never" or "Adaptive", so that the rules alone decide',
    source: 'https://auth0.com/docs/authenticate/login/configure-silent-authentication',
  }),

  'step-up-not-offered': kind<{
    readonly client: string
    readonly rule: string
    readonly scopes: readonly string[]
    /** The way on which they are removed. */
    readonly way: string
    /** What to write in the rule. */
    readonly better: string
  }>({
    severity: 'note',
    title: 'An SDK will not offer the step-up by itself',
    restsOn: ['clients'],
    find: (context) =>
      (known(context.facts.clients) ?? []).flatMap((client) =>
        scopeRulesOf(context).flatMap((rule) =>
          WAYS.flatMap((way) => {
            const { name, better } = way
            const scopes = removedScopes(context, { client, rule, way })
            const { id } = rule
            if (scopes.length === 0) return []
            return [
              { subject: client.name, client: client.name, rule: id, scopes, way: name, better },
            ]
          }),
        ),
      ),
    explain: ({ client, rule, scopes, way }) =>
      `rule \`${rule}\` answers \`remove\` where \`${client}\` may ask for ${listed(scopes)} by ${way}: a token comes without the scope, and no error that tells of MFA, on which Auth0's SDKs for single-page apps can open a window`,
    remedy: ({ better }) =>
      `have the app ask by popup or redirect, or write \`${better}\` under \`withoutBrowser\` of the rule and have the app set \`interactiveErrorHandler: 'popup'\` or handle the error; docs/clients.md has what each SDK does`,
    source:
      'https://auth0.com/docs/secure/tokens/refresh-tokens/multi-resource-refresh-token/configure-and-implement-multi-resource-refresh-token',
  }),
}

/** Scopes of a rule that a client may ask for on a way, and that no other rule there answers for more strictly. */
function removedScopes(
  context: AuditContext,
  {
    client,
    rule,
    way,
  }: { readonly client: ClientFacts; readonly rule: ScopeRule; readonly way: Way },
): readonly string[] {
  if (!way.isOpen(client, rule)) return []
  const requestable = requestableScopes(context, client)
  const rules = scopeRulesOf(context).filter(({ audience }) => audience === rule.audience)
  return rule.scopes.filter(
    (scope) =>
      requestable.includes(scope) &&
      rules.every((one) => !one.scopes.includes(scope) || way.answerOf(one) === 'remove'),
  )
}
