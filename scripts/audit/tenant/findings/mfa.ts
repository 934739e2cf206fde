import { listed, type Catalogue } from './entry.ts'

/** Factors that one requirement of a rule accepts. */
interface AcceptedFactors {
  readonly rule: string
  readonly requirement: 'requires' | 'whenConfidenceIsLow'
  readonly factors: readonly string[]
}

/** Findings about the MFA settings of the tenant. */
export interface MfaArgs {
  'no-factor-enabled': { readonly enabled: readonly string[] }
  'no-listed-factor-enabled': AcceptedFactors
  'listed-factor-not-enabled': AcceptedFactors
  'only-weak-factors': AcceptedFactors
  'customize-mfa-off': { readonly rules: readonly string[] }
  'mfa-policy-always': {
    /** Names of clients that use refresh tokens. */
    readonly clients: readonly string[] | 'unknown'
  }
  'mfa-policy-adaptive': { readonly rules: readonly string[] }
  'mfa-policy-never': { readonly rules: readonly string[] }
}

const ENABLE = 'https://auth0.com/docs/secure/multi-factor-authentication/enable-mfa'
const FACTORS =
  'https://auth0.com/docs/secure/multi-factor-authentication/multi-factor-authentication-factors'
const CUSTOMIZE = 'https://auth0.com/docs/secure/multi-factor-authentication/customize-mfa'
const SELECTION = `${CUSTOMIZE}/customize-mfa-selection-universal-login`

export const MFA_FINDINGS: Catalogue<MfaArgs> = {
  'no-factor-enabled': {
    severity: 'error',
    title: 'No factor is enabled that can stand alone',
    explain: ({ enabled }) =>
      `enabled: ${listed(enabled)}; Auth0 requires a security key, one-time passwords, push, phone or Duo before it can ask for MFA, so every step-up fails`,
    remedy: () => 'enable one of them, best `webauthn-roaming`',
    source: ENABLE,
  },
  'no-listed-factor-enabled': {
    severity: 'error',
    title: 'None of the factors of a rule is enabled',
    explain: ({ factors, ...rest }) =>
      `${ruleOf(rest)} accepts ${listed(factors)} only, and the tenant has none of them enabled, so nobody gets what it protects`,
    remedy: ({ factors }) => `enable one of ${listed(factors)}, or change the rule`,
    source: SELECTION,
  },
  'listed-factor-not-enabled': {
    severity: 'warning',
    title: 'A rule lists a factor that is not enabled',
    explain: ({ factors, ...rest }) =>
      `${ruleOf(rest)} lists ${listed(factors)}, which the tenant does not have enabled: Auth0 leaves ${them(factors)} out of the challenge`,
    remedy: ({ factors }) => `enable ${listed(factors)}, or take ${them(factors)} out of the rule`,
    source: SELECTION,
  },
  'only-weak-factors': {
    severity: 'warning',
    title: 'A rule can only be satisfied with weak factors',
    explain: ({ rule, requirement, factors }) =>
      `\`${requirement}\` of rule \`${rule}\` comes down to ${listed(factors)}: codes that whoever holds the mailbox or the phone number can read and pass on`,
    remedy: () => 'enable and list a security key, device biometrics, push or one-time passwords',
    source: FACTORS,
  },
  'customize-mfa-off': {
    severity: 'error',
    title: 'Actions may not choose the factors, but a rule needs them to',
    explain: ({ rules }) =>
      `"Customize MFA Factors using Actions" is off, and ${listed(rules)} list factors or deny who has none: \`challengeWithAny\`, which insists on factors and enrols nobody, does not work properly without it`,
    remedy: () => 'set `customize_mfa_in_postlogin_action: true` under `tenant` in tenant.yaml',
    source: SELECTION,
  },
  'mfa-policy-always': {
    severity: 'warning',
    title: 'The tenant requires MFA always, also of refresh tokens',
    explain: ({ clients }) =>
      clients === 'unknown'
        ? 'with "Always" Auth0 answers `mfa_required` to every refresh token exchange, whatever the policy says of refresh tokens; which clients use them could not be read'
        : `with "Always" Auth0 answers \`mfa_required\` to every refresh token exchange of ${listed(clients)}, whatever the policy says of refresh tokens`,
    remedy: () =>
      'choose "Never" or "Adaptive", so that the rules alone decide; then watch that the Action stays bound, because nothing else asks for MFA',
    source: CUSTOMIZE,
  },
  'mfa-policy-adaptive': {
    severity: 'note',
    title: 'The tenant asks for MFA on risk, besides the rules',
    explain: ({ rules }) =>
      `with "Adaptive" Auth0 may challenge a login of low confidence that no rule binds; where ${listed(rules)} and the risk both ask, the user is challenged. Should the Action not run, only risky logins see MFA`,
    remedy: () => 'nothing, if this is meant',
    source: CUSTOMIZE,
  },
  'mfa-policy-never': {
    severity: 'note',
    title: 'Nothing but the Action asks for MFA',
    explain: ({ rules }) =>
      `with "Never" refresh tokens work and the rules alone decide, but there is no backup: should the Action not run, what ${listed(rules)} protect is issued without MFA`,
    remedy: () => 'nothing, if the Action is watched; "Adaptive" adds a backup for risky logins',
    source: SELECTION,
  },
}

function ruleOf({ rule, requirement }: Omit<AcceptedFactors, 'factors'>): string {
  return requirement === 'requires' ? `rule \`${rule}\`` : `on low confidence rule \`${rule}\``
}

function them(names: readonly string[]): string {
  return names.length === 1 ? 'it' : 'them'
}
