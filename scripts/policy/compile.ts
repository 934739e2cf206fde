import type { Answers, Policy, Requirement, Rule } from '../../actions/step-up/policy.ts'
import type { PolicyFile, PolicyRule } from './schema.ts'

type RequirementFile = PolicyRule['requires']

/** Translates a policy file into the plain data that the Action runs on. */
export function compilePolicy({ claim, rules }: PolicyFile): Policy {
  return { ...(claim !== undefined && { claim }), rules: rules.map(compileRule) }
}

function compileRule(rule: PolicyRule): Rule {
  const { audience = '', scopes = [], acr } = rule.protects
  return {
    id: rule.id,
    ...(acr === undefined ? { audience, scopes } : { acr }),
    requires: compileRequirement(rule.requires),
    ...(rule.whenConfidenceIsLow && {
      whenConfidenceIsLow: compileRequirement(rule.whenConfidenceIsLow),
    }),
    ...(rule.whenNotEnrolled === 'enroll' && { whenNotEnrolled: rule.whenNotEnrolled }),
    withoutBrowser: compileAnswers(rule.withoutBrowser, acr === undefined ? 'remove' : 'deny'),
    ...(rule.exceptions && { exceptions: rule.exceptions.map(compileException) }),
    ...(rule.report && { reportUntilMs: Date.parse(rule.report.until) }),
  }
}

function compileRequirement({ factors, maxAge }: RequirementFile): Requirement {
  return { factors, maxAgeSeconds: maxAge }
}

function compileAnswers(
  { refreshTokens, others, ...named }: NonNullable<PolicyRule['withoutBrowser']> = {},
  byDefault: 'remove' | 'deny',
): Answers {
  const refresh = byDefault === 'remove' && { 'oauth2-refresh-token': refreshTokens ?? byDefault }
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
