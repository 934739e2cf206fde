import type { Catalogue } from './entry.ts'

/** Findings about what rules name, and about what no rule names. */
export interface RuleArgs {
  'high-value-scope-unprotected': {
    readonly audience: string
    readonly scope: string
    /** The word of its name that looks high-value. */
    readonly word: string
  }
  'rule-for-missing-audience': {
    readonly rule: string
    readonly audience: string
    /** The identifier of a resource server that it is probably meant to be. */
    readonly nearest?: string
  }
  'rule-for-missing-scope': {
    readonly rule: string
    readonly audience: string
    readonly scope: string
    /** The scope that it is probably meant to be. */
    readonly nearest?: string
  }
  'rule-not-enforced': {
    readonly rule: string
    /** YYYY-MM-DD, UTC */
    readonly until: string
    readonly reason: string
  }
  'exception-for-missing-client': { readonly rule: string; readonly client: string }
  'exception-expires-soon': {
    readonly rule: string
    readonly exempt: 'client' | 'organization'
    readonly id: string
    /** YYYY-MM-DD, UTC */
    readonly expires: string
    readonly daysLeft: number
  }
}

const APIS =
  'https://auth0.com/docs/secure/multi-factor-authentication/step-up-authentication/configure-step-up-authentication-for-apis'

export const RULE_FINDINGS: Catalogue<RuleArgs> = {
  'high-value-scope-unprotected': {
    severity: 'warning',
    title: 'A scope that looks high-value has no rule',
    explain: ({ scope, audience, word }) =>
      `\`${scope}\` of \`${audience}\` is issued without step-up, although \`${word}\` in its name suggests that it matters`,
    remedy: ({ scope }) =>
      `protect \`${scope}\` by a rule, or accept the finding under \`audit.accepted\` and say why it is an everyday scope`,
    source: APIS,
  },
  'rule-for-missing-audience': {
    severity: 'error',
    title: 'A rule protects a resource server that does not exist',
    explain: ({ rule, audience }) =>
      `rule \`${rule}\` is for \`${audience}\`, but the tenant has no such resource server, so the rule protects nothing`,
    remedy: ({ nearest }) =>
      nearest === undefined
        ? 'create the resource server, or remove the rule'
        : `did you mean \`${nearest}\`?`,
    source: APIS,
  },
  'rule-for-missing-scope': {
    severity: 'error',
    title: 'A rule protects a scope that does not exist',
    explain: ({ rule, scope, audience }) =>
      `rule \`${rule}\` is for \`${scope}\`, which \`${audience}\` does not declare; a scope that is spelt differently there is not protected`,
    remedy: ({ nearest, scope }) =>
      nearest === undefined
        ? `declare \`${scope}\` on the resource server, or remove it from the rule`
        : `did you mean \`${nearest}\`?`,
    source: 'https://auth0.com/docs/get-started/apis/add-api-permissions',
  },
  'rule-not-enforced': {
    severity: 'warning',
    title: 'A rule is reported and not enforced',
    explain: ({ rule, until, reason }) =>
      `until ${until} rule \`${rule}\` challenges nobody: the Action logs what it would have done (${reason})`,
    remedy: () =>
      'remove `report` from the rule once its users are ready, or accept this until then',
    source: APIS,
  },
  'exception-for-missing-client': {
    severity: 'warning',
    title: 'An exception is for a client that does not exist',
    explain: ({ rule, client }) =>
      `rule \`${rule}\` makes an exception for client \`${client}\`, which the tenant does not have`,
    remedy: () => 'remove the exception, or correct the client id',
    source: 'https://auth0.com/docs/get-started/applications/application-settings',
  },
  'exception-expires-soon': {
    severity: 'warning',
    title: 'An exception expires soon',
    explain: ({ rule, exempt, id, expires, daysLeft }) =>
      `the exception of rule \`${rule}\` for ${exempt} \`${id}\` ends on ${expires}, in ${daysLeft} ${daysLeft === 1 ? 'day' : 'days'}; from then on its users are challenged, and from then on the policy no longer builds until the exception is removed`,
    remedy: ({ exempt }) =>
      `make the ${exempt} ready for step-up and remove the exception, or have it reviewed and give it a new date`,
    source: APIS,
  },
}
