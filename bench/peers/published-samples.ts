import { SAMPLE_FOR_APIS, SAMPLE_FOR_WEB_APPS } from '../../tests/support/published-samples.ts'
import { MAX_AGE_SECONDS, type ScopeRule } from '../policies.ts'
import { actionPeer } from './action.ts'
import type { Peer, Question } from './peer.ts'

/** What the published sample for APIs becomes for one protected scope. It looks neither at the audience nor at an MFA. */
export function sampleForApisCode(scope: string): string {
  return SAMPLE_FOR_APIS.replace('transfer:funds', scope)
}

/** The published sample for APIs, for a rule with one scope. */
export function sampleForApis({ protects: { audience, scopes } }: ScopeRule): Peer {
  const code = sampleForApisCode(scopes[0] ?? '')
  return actionPeer(
    'published sample for APIs',
    code,
    (question) => question.audience === audience && !hasFreshMfa(question),
  )
}

/** The published sample for web apps, which protects the acr value for MFA. */
export function sampleForWebApps(): Peer {
  return actionPeer(
    'published sample for web apps',
    SAMPLE_FOR_WEB_APPS,
    (question) => !hasFreshMfa(question),
  )
}

function hasFreshMfa({ mfaAgeSeconds }: Question): boolean {
  return mfaAgeSeconds <= MAX_AGE_SECONDS
}
