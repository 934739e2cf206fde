import { listed, type Catalogue } from './entry.ts'

/** Findings about the settings of a resource server whose scopes are protected. */
export interface ResourceServerArgs {
  'permissions-in-access-token': { readonly audience: string; readonly dialect: string }
  'refresh-tokens-allowed': {
    readonly audience: string
    /** The settings that allow them, by their names in the Management API. */
    readonly settings: readonly string[]
    /** What rules answer to a refresh that would bring a protected scope. */
    readonly answers: readonly string[]
  }
  'long-token-lifetime': {
    readonly audience: string
    /** Its name in the Management API. */
    readonly setting: string
    readonly seconds: number
  }
  'token-without-jti': { readonly audience: string; readonly dialect: string }
}

export const RESOURCE_SERVER_FINDINGS: Catalogue<ResourceServerArgs> = {
  'permissions-in-access-token': {
    severity: 'error',
    title: 'Access tokens carry every permission of the user',
    explain: ({ audience, dialect }) =>
      `tokens for \`${audience}\` have the dialect \`${dialect}\`: their \`permissions\` claim lists all permissions of the user, requested or not, so an API that goes by it lets protected operations pass without MFA`,
    remedy: () =>
      'switch "Add Permissions in the Access Token" off, so that an API can only go by `scope`',
    source: 'https://auth0.com/docs/get-started/apis/enable-role-based-access-control-for-apis',
  },
  'refresh-tokens-allowed': {
    severity: 'warning',
    title: 'Refresh tokens are issued for a protected resource server',
    explain: ({ audience, settings, answers }) =>
      `${listed(settings)} lets apps renew tokens for \`${audience}\` without the user; what keeps a step-up out of them is the Action alone (its rules answer ${listed(answers)})`,
    remedy: ({ settings }) =>
      `switch ${listed(settings)} off, or give the protected scopes a resource server of their own`,
    source: 'https://auth0.com/docs/secure/tokens/refresh-tokens/use-refresh-tokens',
  },
  'long-token-lifetime': {
    severity: 'warning',
    title: 'Tokens with protected scopes live long',
    explain: ({ audience, setting, seconds }) =>
      `\`${setting}\` of \`${audience}\` is ${seconds} seconds; Auth0 describes a stepped-up token as one that is used once and thrown away, and whoever takes a longer-lived one needs no MFA`,
    remedy: () => 'choose minutes, at most an hour (3600)',
    source: 'https://auth0.com/docs/secure/tokens/access-tokens/update-access-token-lifetime',
  },
  'token-without-jti': {
    severity: 'warning',
    title: 'Tokens cannot be told apart, so they cannot be single-use',
    explain: ({ audience, dialect }) =>
      `tokens for \`${audience}\` have the dialect \`${dialect}\`, which has no \`jti\`: the API cannot recognise one that was used before`,
    remedy: () =>
      'choose the RFC 9068 token profile (`rfc9068_profile`), and have the API use up each `jti`',
    source: 'https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles',
  },
}
