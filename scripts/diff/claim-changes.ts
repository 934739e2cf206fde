import type { Policy, Rule } from '../../actions/step-up/policy.ts'
import { compareStandings } from '../policy/answer.ts'
import { demandOf, keyOf, protectorsIn, thingsOf, type Standing } from '../policy/effective.ts'
import type { ReportedChange } from './reported-change.ts'
import { confidenceInWords, standingChangeInWords } from './words.ts'

/** Tells what apps and APIs find otherwise in the claims of tokens. */
export function claimChanges(before: Policy, after: Policy): readonly ReportedChange[] {
  return [...nameChanges(before, after), ...idChanges(before, after)]
}

function nameChanges(before: Policy, after: Policy): readonly ReportedChange[] {
  const claims = [
    ['an MFA of the session that was enough', 'recorded', before.claim, after.claim],
    [
      'the ids of the rules that a browser login was held to',
      'listed',
      before.idTokenClaim,
      after.idTokenClaim,
    ],
  ] as const
  return claims
    .filter(([, , was, now]) => was !== now)
    .map(([where, verb, was, now]) => {
      const words = (claim: string | undefined) =>
        claim === undefined ? `${verb} in no claim` : `${verb} in the claim \`${claim}\``
      return { verdict: 'different', protects: [], where, was: words(was), now: words(now) }
    })
}

// An app opens a page to whoever has the id of its rule in the ID token, whatever that rule is now.
function idChanges(before: Policy, after: Policy): readonly ReportedChange[] {
  if (before.idTokenClaim === undefined || after.idTokenClaim === undefined) return []
  const rules = new Map(after.rules.map((rule) => [rule.id, rule]))
  const kept = before.rules.flatMap((was) => {
    const now = rules.get(was.id)
    // Of a rule that protects the same, each change is told of what it protects.
    return now === undefined || thingsIn(was) === thingsIn(now) ? [] : [{ was, now }]
  })
  const claim = `the ID-token claim \`${after.idTokenClaim}\``
  return [...kept.flatMap((each) => weakerId(each, claim)), ...renamed(before, after, claim)]
}

function thingsIn(rule: Rule): string {
  return JSON.stringify(thingsOf(rule).map(keyOf).toSorted())
}

function weakerId({ was, now }: { readonly was: Rule; readonly now: Rule }, claim: string) {
  const isAsked = was.whenConfidenceIsLow !== undefined || now.whenConfidenceIsLow !== undefined
  const confidences = isAsked ? (['high', 'low'] as const) : (['any'] as const)
  return confidences.flatMap((confidence): readonly ReportedChange[] => {
    const [before, after] = [was, now].map((rule): Standing => ({
      kind: 'demand',
      demands: [demandOf(rule, confidence)],
    })) as [Standing, Standing]
    if (compareStandings(before, after, false) !== 'weaker') return []
    const where = [
      `for an app that looks for \`${now.id}\` in ${claim}`,
      ...confidenceInWords(confidence),
    ].join(', ')
    const words = standingChangeInWords({ before, after, isSilent: false })
    return [{ verdict: 'weaker', protects: [], where, ...words }]
  })
}

function renamed(before: Policy, after: Policy, claim: string): readonly ReportedChange[] {
  const is = protectorsIn(after)
  return [...protectorsIn(before)].flatMap(([thing, { protects, rules }]) => {
    const [was, now] = [idsOf(rules), idsOf(is.get(thing)?.rules ?? [])]
    if (now === '' || was === now) return []
    return {
      ...{ verdict: 'different', protects: [protects], where: `in ${claim}` },
      ...{ was: `listed as ${was}`, now: `listed as ${now}` },
      note: 'an app that looks for the id of a rule has to look for the right one',
    }
  })
}

function idsOf(rules: readonly Rule[]): string {
  return rules
    .map(({ id }) => `\`${id}\``)
    .toSorted()
    .join(' and ')
}
