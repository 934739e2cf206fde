import type { Requirement, Rule } from '../../actions/step-up/policy.ts'
import type { PolicyFile, PolicyRule } from '../policy/schema.ts'
import type { Position } from './finding.ts'
import { listed } from './tenant/findings/entry.ts'

/** A part of the policy in sentences, names in backticks. */
export interface InWords {
  readonly id: string
  readonly reason: string
  readonly says: readonly string[]
  readonly where: Position
}

type InvariantFile = NonNullable<NonNullable<PolicyFile['audit']>['invariants']>[number]

/** Says what a rule demands, defaults included. @param compiled the same rule with its defaults */
export function ruleInWords(
  { id, reason, protects, exceptions = [], report }: PolicyRule,
  compiled: Rule | undefined,
  where: Position,
): InWords {
  if (compiled === undefined) throw new Error('unreachable: every rule is compiled')
  const { requires, whenConfidenceIsLow, whenNotEnrolled, withoutBrowser, whenSilent } = compiled
  const { 'oauth2-refresh-token': refresh, others, ...named } = withoutBrowser
  const target =
    protects.acr === undefined
      ? `A token for \`${protects.audience ?? ''}\` carries ${listed(protects.scopes ?? [])}`
      : `A login that asks for \`${protects.acr}\` is answered`
  return {
    id,
    reason,
    where,
    says: [
      ...(report === undefined
        ? []
        : [
            `Until ${report.until} it is not enforced, only logged: ${report.reason}. From then on:`,
          ]),
      `${target} only after ${mfaInWords(requires)}.`,
      ...(whenConfidenceIsLow === undefined
        ? []
        : [
            `Unless Auth0 has medium or high confidence in the login: ${mfaInWords(whenConfidenceIsLow)}.`,
          ]),
      whenNotEnrolled === 'enroll'
        ? 'A user without an accepted factor is asked to set one up.'
        : 'A user without an accepted factor is refused.',
      ...(whenSilent === undefined ? [] : [`Silent logins: ${ANSWERS[whenSilent]}.`]),
      ...(refresh === undefined ? [] : [`Refresh tokens: ${ANSWERS[refresh]}.`]),
      ...Object.entries(named).flatMap(([protocol, answer]) =>
        answer === undefined ? [] : [`Protocol \`${protocol}\`: ${ANSWERS[answer]}.`],
      ),
      `Every other flow without a browser, unknown ones too: ${ANSWERS[others]}.`,
      ...exceptions.map(
        ({ client, organization, reason: why, expires }) =>
          `Does not bind ${client === undefined ? `organization \`${organization ?? ''}\`` : `client \`${client}\``} before ${expires}: ${why}.`,
      ),
    ],
  }
}

/** Says what a reviewer insists on. */
export function invariantInWords(invariant: InvariantFile, where: Position): InWords {
  const { id, reason, audience, scopes, factors, maxAge } = invariant
  const mfa = mfaInWords({ factors, maxAgeSeconds: maxAge })
  const says = [`No token for \`${audience}\` carries ${listed(scopes)} without ${mfa}.`]
  return { id, reason, says, where }
}

const ANSWERS = {
  remove: 'the scopes are taken out of the token',
  challenge: 'Auth0 answers `mfa_required`',
  deny: 'the request is denied',
} as const

function mfaInWords({ factors, maxAgeSeconds }: Requirement): string {
  const by =
    factors === 'any' ? 'any factor' : `${factors.length > 1 ? 'one of ' : ''}${listed(factors)}`
  return maxAgeSeconds === 0
    ? `MFA by ${by}, made for this very request`
    : `MFA by ${by}, at most ${maxAgeSeconds} seconds old`
}
