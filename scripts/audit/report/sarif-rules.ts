import type { Audit } from '../audit.ts'
import { FINDINGS } from '../findings/finding.ts'
import { INVARIANT_NAMES } from '../../policy/audit-names.ts'
import { invariantWords, type InvariantWords } from '../../proof/invariants.ts'

/** A `reportingDescriptor` of SARIF: one kind of result. */
export interface SarifRule {
  readonly id: string
  readonly shortDescription: { readonly text: string }
  readonly fullDescription: { readonly text: string }
  readonly help: { readonly text: string }
  readonly helpUri: string
  readonly defaultConfiguration: { readonly level: 'error' | 'warning' | 'note' }
  readonly properties: { readonly tags: readonly string[]; readonly 'security-severity': string }
}

// GitHub shows these as high, medium and low.
const SECURITY_SEVERITY = { error: '8.0', warning: '5.0', note: '2.0' } as const

/** Every kind of result that an audit can have: invariants, those of reviewers too, and findings. */
export function sarifRules({ policy }: Audit): readonly SarifRule[] {
  return [
    ...INVARIANT_NAMES.map((name) => invariantRule(name, invariantWords(name, ''))),
    ...policy.invariants.map(({ id, reason }) => invariantRule(id, invariantWords(id, reason))),
    ...Object.entries(FINDINGS).map(([code, { title, severity, source }]) =>
      descriptor(code, severity, { title, explanation: title, source }),
    ),
  ]
}

function invariantRule(name: string, words: InvariantWords): SarifRule {
  return descriptor(name, 'error', words)
}

function descriptor(
  id: string,
  level: SarifRule['defaultConfiguration']['level'],
  { title, explanation, source }: InvariantWords,
): SarifRule {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: explanation },
    help: { text: `${explanation}\n${source}` },
    helpUri: source,
    defaultConfiguration: { level },
    properties: {
      tags: ['security', 'authentication'],
      'security-severity': SECURITY_SEVERITY[level],
    },
  }
}
