import type { Answer } from '../policy/answer.ts'
import type { Standing } from '../policy/effective.ts'
import { flowsInWords } from '../policy/flows.ts'
import {
  dayInWords,
  factorsInWords,
  standingInWords,
  withoutFactorInWords,
} from '../policy/words.ts'
import type { Names, Region, Subjects } from './regions.ts'

/**
 * What stood and what stands; what a user without a factor meets is told where it is new or differs.
 * @param isSilent whether it is told of silent logins alone
 */
export function standingChangeInWords({
  before,
  after,
  isSilent,
}: {
  readonly before: Standing
  readonly after: Standing
  readonly isSilent: boolean
}): { readonly was: string; readonly now: string } {
  const [was, now] = [withoutFactorInWords(before, isSilent), withoutFactorInWords(after, isSilent)]
  const isSame = was === now
  return {
    was: phrase(standingInWords(before, isSilent), isSame ? undefined : was),
    now: phrase(standingInWords(after, isSilent), now),
  }
}

function phrase(main: string, more: string | undefined): string {
  return more === undefined ? main : `${main}; ${more}`
}

/** In which flows, for whom, when, and how Auth0 assesses the login: each only where it matters. */
export function whereInWords(
  { flows, subjects, period, confidence }: Region,
  nowMs: number,
): string {
  return [
    flowsInWords(flows),
    ...subjectsInWords(subjects),
    ...confidenceInWords(confidence),
    ...(period.fromMs > nowMs ? [`from ${dayInWords(period.fromMs)} on`] : []),
    ...(period.untilMs === Infinity ? [] : [`until ${dayInWords(period.untilMs)}`]),
  ].join(', ')
}

// Of both, the organization is where the client is: two that are set apart would read as one or the other.
function subjectsInWords({ clients, organizations }: Subjects): readonly string[] {
  const client = namesInWords('client', clients)
  if (clients === undefined || organizations === undefined) {
    return [...client, ...namesInWords('organization', organizations)]
  }
  const [place, list] =
    'only' in organizations ? ['in', organizations.only] : ['outside', organizations.allBut]
  return [`${place} ${listInWords('organization', list)}`, ...client]
}

/** With how much confidence, where a policy asks for it. */
export function confidenceInWords(confidence: Region['confidence']): readonly string[] {
  return confidence === 'any' ? [] : [`with ${CONFIDENCE[confidence]} confidence`]
}

const CONFIDENCE = { high: 'medium or high', low: 'low or no' } as const

function namesInWords(
  kind: 'client' | 'organization',
  names: Names | undefined,
): readonly string[] {
  if (names === undefined) return []
  const [prefix, list] = 'only' in names ? ['for', names.only] : ['for everybody but', names.allBut]
  return [`${prefix} ${listInWords(kind, list)}`]
}

function listInWords(kind: 'client' | 'organization', list: readonly string[]): string {
  return `${kind}${list.length > 1 ? 's' : ''} ${list.map((each) => `\`${each}\``).join(' and ')}`
}

/** What a run was answered with. */
export function answerInWords(answer: Answer): string {
  switch (answer.kind) {
    case 'issued':
      return 'issued'
    case 'removed':
      return 'scope removed'
    case 'denied':
      return 'denied'
    case 'login-required':
      return 'answered with `login_required`'
    case 'mfa': {
      const { challenge, enrol } = answer
      const asked = challenge === 'any' || challenge.length > 0
      return [
        ...(asked ? [`challenged for ${factorsInWords(challenge)}`] : []),
        ...(enrol.length > 0 ? [`asked to set up ${factorsInWords(enrol)}`] : []),
      ].join(', then ')
    }
  }
}
