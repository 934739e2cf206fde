import { listed, type Catalogue, type Entry } from './entry.ts'

interface EnabledGrant {
  readonly client: string
  /** Grant types as the client has them. */
  readonly grants: readonly string[]
  /** Protected scopes that the client may ask for. */
  readonly scopes: readonly string[]
}

interface ReachedScopes {
  readonly client: string
  readonly audience: string
  readonly scopes: readonly string[]
}

/** Findings about clients that can get at protected scopes without a browser. */
export interface ClientArgs {
  'protected-scope-in-machine-grant': ReachedScopes
  'protected-scope-in-refresh-policy': ReachedScopes
  'password-grant-enabled': EnabledGrant
  'token-exchange-grant-enabled': EnabledGrant
  'device-code-grant-enabled': EnabledGrant
}

export const CLIENT_FINDINGS: Catalogue<ClientArgs> = {
  'protected-scope-in-machine-grant': {
    severity: 'error',
    title: 'A machine is granted a protected scope',
    explain: ({ client, scopes, audience }) =>
      `the client grant of \`${client}\` holds ${listed(scopes)} of \`${audience}\`; client credentials have no user, no post-login Action runs, and nobody is challenged`,
    remedy: ({ scopes }) =>
      `take ${listed(scopes)} out of the grant; let the machine act on a scope of its own`,
    source:
      'https://auth0.com/docs/get-started/applications/application-access-to-apis-client-grants',
  },
  'protected-scope-in-refresh-policy': {
    severity: 'warning',
    title: 'A refresh token policy adds a protected scope',
    explain: ({ client, scopes, audience }) =>
      `the multi-resource refresh token policies of \`${client}\` add ${listed(scopes)} of \`${audience}\` to tokens whose login never asked for it; what keeps it out is the Action alone`,
    remedy: ({ scopes }) =>
      `take ${listed(scopes)} out of \`refresh_token.policies\` of the client`,
    source:
      'https://auth0.com/docs/secure/tokens/refresh-tokens/multi-resource-refresh-token/configure-and-implement-multi-resource-refresh-token',
  },
  'password-grant-enabled': withoutBrowser({
    title: 'A client that may ask for protected scopes can trade passwords for tokens',
    because:
      'in this grant a request without scopes asks for all of them, and no browser shows a challenge',
    source: 'https://auth0.com/docs/api/authentication/resource-owner-password-flow/get-token',
  }),
  'token-exchange-grant-enabled': withoutBrowser({
    title: 'A client that may ask for protected scopes can exchange tokens',
    because:
      'in this grant no browser shows a challenge, and with an organization or an actor Auth0 supports no MFA',
    source:
      'https://auth0.com/docs/authenticate/custom-token-exchange/cte-multi-factor-authentication',
  }),
  'device-code-grant-enabled': withoutBrowser({
    title: 'A client that may ask for protected scopes can use the device flow',
    because:
      'the token goes to a device that the user may have been tricked into approving, and how Auth0 does MFA in it is not documented',
    source:
      'https://auth0.com/docs/get-started/authentication-and-authorization-flow/device-authorization-flow',
  }),
}

function withoutBrowser({
  because,
  ...words
}: {
  readonly title: string
  readonly because: string
  readonly source: string
}): Entry<EnabledGrant> {
  return {
    severity: 'warning',
    ...words,
    explain: ({ client, grants, scopes }) =>
      `\`${client}\` has ${listed(grants)} and may ask for ${listed(scopes)}: ${because}, so all depends on what the Action answers`,
    remedy: ({ grants }) =>
      `take ${listed(grants)} from the client, or require client grants for user access to the resource server and grant this client other scopes only`,
  }
}
