import { challengeable, isNoneLeft, someStandsAlone } from '../../tenant/factors.ts'
import { listedFactors, rulesThatChoose } from '../../tenant/satisfiable.ts'
import type { FactorsOn } from '../matrix/cell.ts'
import { factorsOn } from '../matrix/factors-on.ts'
import { ruleIds, type AuditContext } from './context.ts'
import { known } from '../tenant/facts.ts'
import { kind, listed, type Found } from './entry.ts'

/** Factors that one requirement of a rule accepts. */
interface AcceptedFactors {
  readonly rule: string
  readonly requirement: 'requires' | 'whenConfidenceIsLow'
  readonly factors: readonly string[]
}

/** A code that is sent can be read by others than the user, and passed on. */
const WEAK = ['email', 'phone']

const ENABLE = 'https://auth0.com/docs/secure/multi-factor-authentication/enable-mfa'
const FACTORS =
  'https://auth0.com/docs/secure/multi-factor-authentication/multi-factor-authentication-factors'
const CUSTOMIZE = 'https://auth0.com/docs/secure/multi-factor-authentication/customize-mfa'
const SELECTION = `${CUSTOMIZE}/customize-mfa-selection-universal-login`

/** Findings about the MFA settings of the tenant. */
export const MFA_FINDINGS = {
  'no-factor-enabled': kind<{ readonly enabled: readonly string[] }>({
    severity: 'error',
    title: 'No factor is enabled that can be used on its own',
    restsOn: ['enabledFactors'],
    find: ({ facts }) => {
      const enabled = known(facts.enabledFactors)
      if (enabled === undefined || someStandsAlone(enabled)) return []
      // Of a factor that a file does not list nobody knows.
      const { enabledFactors, disabledFactors = [] } = facts
      if (enabledFactors.seen !== 'all' && !isNoneLeft(disabledFactors)) return []
      return [{ subject: 'tenant', enabled }]
    },
    explain: ({ enabled }) =>
      `enabled: ${listed(enabled)}; Auth0 requires a security key, one-time passwords, push, phone or Duo before it can ask for MFA, so every step-up fails`,
    remedy: () => 'enable one of them, best `webauthn-roaming`',
    source: ENABLE,
  }),

  'no-listed-factor-enabled': kind<AcceptedFactors>({
    severity: 'error',
    title: 'None of the factors of a rule is enabled',
    restsOn: ['enabledFactors'],
    find: (context) =>
      listsOfFactors(context).flatMap(({ missing, ...rest }) =>
        missing.length < rest.factors.length ? [] : [rest],
      ),
    explain: ({ factors, ...rest }) =>
      `${ruleOf(rest)} accepts ${listed(factors)} only, and the tenant has none of them enabled, so nobody gets what it protects`,
    remedy: ({ factors }) => `enable one of ${listed(factors)}, or change the rule`,
    source: SELECTION,
  }),

  'listed-factor-not-enabled': kind<AcceptedFactors>({
    severity: 'warning',
    title: 'A rule lists a factor that is not enabled',
    restsOn: ['enabledFactors'],
    find: (context) =>
      listsOfFactors(context).flatMap(({ missing, ...rest }) =>
        missing.length === 0 || missing.length === rest.factors.length
          ? []
          : [{ ...rest, factors: missing }],
      ),
    explain: ({ factors, ...rest }) =>
      `${ruleOf(rest)} lists ${listed(factors)}, which the tenant does not have enabled: Auth0 leaves ${them(factors)} out of the challenge`,
    remedy: ({ factors }) => `enable ${listed(factors)}, or take ${them(factors)} out of the rule`,
    source: SELECTION,
  }),

  'only-weak-factors': kind<AcceptedFactors>({
    severity: 'warning',
    title: 'A rule can only be satisfied with weak factors',
    restsOn: ['enabledFactors'],
    find: (context) =>
      requirementsOf(context).flatMap(({ factors: accepted, ...rest }) => {
        const factors = usableFactors(accepted, factorsOn(context.facts))
        const isWeak = factors.length > 0 && factors.every((factor) => WEAK.includes(factor))
        return isWeak ? [{ ...rest, factors }] : []
      }),
    explain: ({ rule, requirement, factors }) =>
      `\`${requirement}\` of rule \`${rule}\` leaves only ${listed(factors)}: anyone who has the mailbox or the phone number can read these codes and pass them on`,
    remedy: () => 'enable and list a security key, device biometrics, push or one-time passwords',
    source: FACTORS,
  }),

  'weak-factor-accepted': kind<
    Omit<AcceptedFactors, 'factors'> & {
      /** What `any` comes to: the factors that are enabled. */
      readonly any: readonly string[]
      readonly weak: readonly string[]
    }
  >({
    severity: 'warning',
    title: 'Any factor will do, and some of those enabled are weak',
    restsOn: ['enabledFactors'],
    find: (context) =>
      requirementsOf(context).flatMap(({ factors, ...rest }) => {
        const any = challengeable(known(context.facts.enabledFactors) ?? [])
        const weak = any.filter((factor) => WEAK.includes(factor))
        // Where all of them are weak, another finding says so.
        if (factors !== 'any' || weak.length === 0 || weak.length === any.length) return []
        return [{ ...rest, any, weak }]
      }),
    explain: ({ any, weak, ...rest }) =>
      `${ruleOf(rest)} accepts any factor, which in this tenant means ${listed(any)}: ${listed(weak)} ${weak.length === 1 ? 'is a code' : 'are codes'} that anyone who has the mailbox or the phone number can read and pass on`,
    remedy: ({ weak }) =>
      `list the factors that are good enough, or switch ${listed(weak)} off in the tenant`,
    source: FACTORS,
  }),

  'customize-mfa-off': kind<{ readonly rules: readonly string[] }>({
    severity: 'error',
    title: 'Actions may not choose the factors, but a rule needs them to',
    restsOn: ['customizeMfa'],
    find: ({ policy, facts }) => {
      const rules = rulesThatChoose(policy)
      if (rules.length === 0 || known(facts.customizeMfa) !== false) return []
      return [{ subject: 'tenant', rules }]
    },
    explain: ({ rules }) =>
      `"Customize MFA Factors using Actions" is off, and ${listed(rules)} list factors or deny who has none: \`challengeWithAny\`, which insists on factors and enrols nobody, does not work properly without it`,
    remedy: () => 'set `customize_mfa_in_postlogin_action: true` under `tenant` in tenant.yaml',
    source: SELECTION,
  }),

  'classic-login': kind<{ readonly experience: string; readonly rules: readonly string[] }>({
    severity: 'error',
    title: 'Universal Login is off, but a rule lists factors',
    restsOn: ['loginExperience'],
    find: ({ policy, facts }) => {
      const experience = known(facts.loginExperience)
      const rules = rulesThatChoose(policy)
      if (experience === undefined || experience === 'new' || rules.length === 0) return []
      return [{ subject: 'tenant', experience, rules }]
    },
    explain: ({ experience, rules }) =>
      `the login experience is \`${experience}\`, and ${listed(rules)} list factors: Actions can choose factors in Universal Login alone, so these challenges fail or ask for others`,
    remedy: () => 'choose Universal Login (`universal_login_experience: new`), or `factors: any`',
    source: SELECTION,
  }),

  'mfa-policy-always': kind<{
    /** Names of clients that use refresh tokens. */
    readonly clients: readonly string[] | 'unknown'
  }>({
    severity: 'warning',
    title: 'The tenant requires MFA always, also of refresh tokens',
    restsOn: ['mfaPolicy', 'clients'],
    find: (context) => {
      const clients = clientsThatRefresh(context)
      if (known(context.facts.mfaPolicy) !== 'always' || clients.length === 0) return []
      return [{ subject: 'tenant', clients }]
    },
    explain: ({ clients }) =>
      clients === 'unknown'
        ? 'with "Always" Auth0 answers `mfa_required` to every refresh token exchange, whatever the policy says of refresh tokens; which clients use them could not be read'
        : `with "Always" Auth0 answers \`mfa_required\` to every refresh token exchange of ${listed(clients)}, whatever the policy says of refresh tokens`,
    remedy: () =>
      'choose "Never" or "Adaptive", so that the rules alone decide; then watch that the Action stays bound, because nothing else asks for MFA',
    source: CUSTOMIZE,
  }),

  'mfa-policy-adaptive': kind<{ readonly rules: readonly string[] }>({
    severity: 'note',
    title: 'The tenant asks for MFA on risk, besides the rules',
    restsOn: ['mfaPolicy'],
    find: (context) => underPolicy(context, 'adaptive'),
    explain: ({ rules }) =>
      `with "Adaptive" Auth0 may challenge a login of low confidence that no rule binds; where ${listed(rules)} and the risk both ask, the user is challenged. Should the Action not run, only risky logins see MFA`,
    remedy: () => 'nothing, if this is meant',
    source: CUSTOMIZE,
  }),

  'mfa-policy-never': kind<{ readonly rules: readonly string[] }>({
    severity: 'note',
    title: 'Nothing but the Action asks for MFA',
    restsOn: ['mfaPolicy'],
    find: (context) => underPolicy(context, 'never'),
    explain: ({ rules }) =>
      `with "Never" refresh tokens work and the rules alone decide, but there is no backup: should the Action not run, what is protected by ${listed(rules)} is issued without MFA`,
    remedy: () => 'nothing, if the Action is watched; "Adaptive" adds a backup for risky logins',
    source: SELECTION,
  }),
}

function listsOfFactors(context: AuditContext) {
  const on = factorsOn(context.facts)
  return requirementsOf(context).flatMap(({ factors, ...rest }) => {
    if (factors === 'any') return []
    const usable = usableFactors(factors, on)
    return [{ ...rest, factors, missing: factors.filter((factor) => !usable.includes(factor)) }]
  })
}

function requirementsOf({ policy, locate }: AuditContext) {
  return listedFactors(policy).map(({ path, ...rest }) => ({
    ...{ subject: rest.rule, ...rest },
    where: locate(path),
  }))
}

/** Those of accepted factors that are not known to be off; none of `any` where not all that are on are known. */
function usableFactors(accepted: 'any' | readonly string[], factors: FactorsOn): readonly string[] {
  if ('on' in factors) {
    return accepted === 'any' ? factors.on : accepted.filter((each) => factors.on.includes(each))
  }
  return accepted === 'any' ? [] : accepted.filter((each) => !factors.off.includes(each))
}

function underPolicy(
  context: AuditContext,
  policy: 'adaptive' | 'never',
): readonly Found<{ readonly rules: readonly string[] }>[] {
  if (known(context.facts.mfaPolicy) !== policy) return []
  return [{ subject: 'tenant', rules: ruleIds(context) }]
}

function clientsThatRefresh({ facts }: AuditContext): readonly string[] | 'unknown' {
  const clients = known(facts.clients)
  if (clients === undefined) return 'unknown'
  return clients
    .filter(({ grantTypes }) => grantTypes?.includes('refresh_token') ?? true)
    .map(({ name }) => name)
}

function ruleOf({ rule, requirement }: Omit<AcceptedFactors, 'factors'>): string {
  return requirement === 'requires' ? `rule \`${rule}\`` : `on low confidence rule \`${rule}\``
}

function them(names: readonly string[]): string {
  return names.length === 1 ? 'it' : 'them'
}
