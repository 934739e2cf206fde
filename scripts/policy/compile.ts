import type { Answers, Policy, Requirement, Rule } from '../../actions/step-up/policy.ts'
import { isAuth0Api } from './auth0-apis.ts'
import type { PolicyFile, PolicyRule } from './schema.ts'

type RequirementFile = PolicyRule['requires']

/** Translates a policy file into the plain data that the Action runs on. */
export function compilePolicy({ claim, idTokenClaim, rules }: PolicyFile): Policy {
  return {
    ...(claim !== undefined && { claim }),
    ...(idTokenClaim !== undefined && { idTokenClaim }),
    rules: rules.map(compileRule),
  }
}

function compileRule(rule: PolicyRule): Rule {
  const { audience = '', scopes = [], acr } = rule.protects
  const { silent, ...answers } = rule.withoutBrowser ?? {}
  const cannotRemove = isAuth0Api(audience)
  const byDefault = acr === undefined && !cannotRemove ? 'remove' : 'deny'
  return {
    id: rule.id,
    ...(acr === undefined ? { audience, scopes } : { acr }),
    requires: compileRequirement(rule.requires),
    ...(rule.whenConfidenceIsLow && {
      whenConfidenceIsLow: compileRequirement(rule.whenConfidenceIsLow),
    }),
    ...(rule.whenNotEnrolled === 'enroll' && { whenNotEnrolled: rule.whenNotEnrolled }),
    withoutBrowser: compileAnswers(answers, byDefault, acr === undefined),
    ...(silent === 'remove' && { whenSilent: silent }),
    ...(cannotRemove && { cannotRemove }),
    ...(rule.exceptions && { exceptions: rule.exceptions.map(compileException) }),
    ...(rule.report && { reportUntilMs: Date.parse(rule.report.until) }),
  }
}

function compileRequirement({ factors, maxAge }: RequirementFile): Requirement {
  return { factors, maxAgeSeconds: maxAge }
}

function compileAnswers(
  { refreshTokens, others, ...named }: Omit<NonNullable<PolicyRule['withoutBrowser']>, 'silent'>,
  byDefault: 'remove' | 'deny',
  bindsRefresh: boolean,
): Answers {
  const refresh = bindsRefresh && { 'oauth2-refresh-token': refreshTokens ?? byDefault }
  const answers = Object.entries({ ...refresh, ...named })
  const rest = others ?? byDefault
  return { ...Object.fromEntries(answers.filter(([, answer]) => answer !== rest)), others: rest }
}

function compileException({
  client,
  organization = '',
  expires,
}: NonNullable<PolicyRule['exceptions']>[number]) {
  const untilMs = Date.parse(expires)
  return client === undefined ? { organization, untilMs } : { client, untilMs }
}
