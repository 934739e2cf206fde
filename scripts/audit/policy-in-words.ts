import type { Policy, Rule } from '../../actions/step-up/policy.ts'
import {
  dimensionsOf,
  protectorsIn,
  standingIn,
  type Circumstance,
  type Period,
  type Protected,
  type Standing,
} from '../policy/effective.ts'
import { areAskedTogether, clashesBetween, mayClash } from '../policy/together.ts'
import { FLOWS, flowsInWords, type Flow } from '../policy/flows.ts'
import type { PolicyFile, PolicyRule } from '../policy/schema.ts'
import type { Position } from '../terminal/user-error.ts'
import {
  dayInWords,
  demandInWords,
  nameInWords,
  standingInWords,
  withoutFactorInWords,
} from '../policy/words.ts'
import { abridged } from '../report/abridged.ts'
import { capitalised } from '../report/counts.ts'
import { listed } from './findings/entry.ts'

/** What is protected by the same rules, in sentences, names in backticks. */
export interface ProtectionInWords {
  readonly protects: readonly Protected[]
  readonly rules: readonly RuleInWords[]
  readonly says: readonly string[]
}

/** A rule or an invariant of a reviewer: its name, why it is there, and where. */
export interface RuleInWords {
  readonly id: string
  readonly reason: string
  readonly where: Position
}

export interface InvariantInWords extends RuleInWords {
  readonly says: readonly string[]
}

type InvariantFile = NonNullable<NonNullable<PolicyFile['audit']>['invariants']>[number]

export interface PolicyParts {
  readonly file: PolicyFile
  /** The same, compiled. */
  readonly policy: Policy
  readonly atMs: number
  readonly locate: (path: readonly PropertyKey[]) => Position
}

/** Says what holds for each protected thing at a moment, all its rules taken together, and what will hold later. */
export function policyInWords(parts: PolicyParts): readonly ProtectionInWords[] {
  const { file, policy, atMs, locate } = parts
  const groups = new Map<string, Protection>()
  for (const { protects, rules } of protectorsIn(policy).values()) {
    const key = JSON.stringify(rules.map(({ id }) => id))
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { protects: [protects], rules })
    else group.protects.push(protects)
  }
  const all = [...groups.values()]
  return all.map((one) => {
    const { protects, rules } = one
    const others = all.filter(
      (other) => other !== one && areAskedTogether(protects[0], other.protects[0]),
    )
    const written = file.rules.filter(({ id }) => rules.some((rule) => rule.id === id))
    return {
      protects,
      rules: written.map((rule) => {
        const { id, reason } = rule
        return { id, reason, where: locate(['rules', file.rules.indexOf(rule)]) }
      }),
      says: [
        ...sentencesFor(rules, (period) => sentencesIn(rules, period), atMs),
        ...sentencesFor(
          [rules, ...others.map((other) => other.rules)].flat(),
          (period) => togetherIn(one, others, period),
          atMs,
        ),
        ...written.flatMap((rule) => datesOf(rule, atMs)),
      ],
    }
  })
}

const PAGE: Flow = { id: 'browser', isActing: false }

/** What no login gets together with something else, as no factor fits the rules of both. */
function togetherIn(
  one: Protection,
  others: readonly Protection[],
  period: Period,
): readonly string[] {
  const named = new Map<string, Protected[]>()
  for (const other of others.filter(({ rules }) => mayClash(one.rules, rules))) {
    const both = [...new Set([...one.rules, ...other.rules])]
    const isClash = dimensionsOf(both).confidences.some((confidence) => {
      const circumstance = { flow: PAGE, subject: {}, period, confidence }
      const standing = ({ rules }: Protection) => standingIn(rules, circumstance).stands
      return clashesBetween(standing(one), standing(other)).some(
        ({ common }) => common.length === 0,
      )
    })
    if (!isClash) continue
    const text = becomesIn(both, PAGE, period)
    named.set(text, [...(named.get(text) ?? []), ...other.protects])
  }
  return [...named].map(
    ([text, things]) =>
      `In a browser, asked for together with ${abridged(things.map(nameInWords), MOST_NAMES)}: ${text}.`,
  )
}

const MOST_NAMES = 6

interface Protection {
  readonly protects: [Protected, ...Protected[]]
  readonly rules: readonly Rule[]
}

function sentencesFor(
  rules: readonly Rule[],
  sentencesIn: (period: Period) => readonly string[],
  atMs: number,
): readonly string[] {
  const ahead = dimensionsOf(rules).periods.filter(({ untilMs }) => untilMs > atMs)
  const said = ahead.map((period) => ({ period, says: sentencesIn(period) }))
  return said.flatMap(({ period, says }, i) => {
    if (i === 0) return says
    const before = said[i - 1]?.says ?? []
    const day = dayInWords(period.fromMs)
    return says.filter((each) => !before.includes(each)).map((each) => `From ${day}: ${each}`)
  })
}

/** Flows in which the same becomes of everybody are one sentence. */
function sentencesIn(rules: readonly Rule[], period: Period): readonly string[] {
  const flows = new Map<string, Flow[]>()
  for (const flow of FLOWS) {
    const text = becomesIn(rules, flow, period)
    flows.set(text, [...(flows.get(text) ?? []), flow])
  }
  return [...flows].map(([text, alike]) => `${capitalised(flowsInWords(alike))}: ${text}.`)
}

function becomesIn(rules: readonly Rule[], flow: Flow, period: Period): string {
  const { confidences } = dimensionsOf(rules)
  const becomes = confidences.map((confidence) => {
    const circumstance = { flow, subject: {}, period, confidence }
    return { confidence, text: standingIn(rules, circumstance) }
  })
  const [first, second] = becomes.map(({ confidence, text: { stands, because } }) => {
    const isUnbound = because.every((each) => !each.binds && each.why === 'acr-on-refresh')
    return { confidence, text: isUnbound ? ACR_ON_REFRESH : textOf(stands, flow) }
  })
  if (first === undefined) return ''
  if (second === undefined || second.text === first.text) return first.text
  return `${CONFIDENCE[first.confidence]}${first.text}; ${CONFIDENCE[second.confidence]}${second.text}`
}

const ACR_ON_REFRESH =
  'no acr value is answered, as the ID token of a refresh tells nothing about MFA'

const CONFIDENCE: Readonly<Record<Circumstance['confidence'], string>> = {
  any: '',
  high: 'where Auth0 has medium or high confidence, ',
  low: 'where it has low confidence or gives none, ',
}

function textOf(stands: Standing, { id }: Flow): string {
  const isSilent = id === 'silent'
  const words = standingInWords(stands, isSilent)
  if (stands.kind === 'denied' && stands.why === 'cannot-wait-for-mfa') {
    return `${words}, as nobody can be challenged there`
  }
  if (stands.kind === 'denied' && stands.why === 'would-enrol') {
    return `${words}, as a challenge there could set up a factor`
  }
  if (stands.kind !== 'demand') return joined(words, withoutFactorInWords(stands, isSilent))
  return isSilent ? words : joined(`only after ${words}`, withoutFactorInWords(stands, isSilent))
}

function joined(first: string, second: string | undefined): string {
  return second === undefined ? first : `${first}; ${second}`
}

/** The periods of a rule, those that are over in the past tense. */
function datesOf({ id, report, exceptions = [] }: PolicyRule, atMs: number): readonly string[] {
  const isOver = (day: string) => Date.parse(day) <= atMs
  return [
    ...(report === undefined
      ? []
      : [
          isOver(report.until)
            ? `Rule \`${id}\` is enforced since ${report.until}; until then it was only logged: ${report.reason}.`
            : `Rule \`${id}\` is not enforced before ${report.until}, only logged: ${report.reason}.`,
        ]),
    ...exceptions.map(({ client, organization = '', reason, expires }) => {
      const who = client === undefined ? `organization \`${organization}\`` : `client \`${client}\``
      return isOver(expires)
        ? `Rule \`${id}\` binds ${who} since ${expires}; until then it was exempt: ${reason}.`
        : `Rule \`${id}\` does not bind ${who} before ${expires}: ${reason}.`
    }),
  ]
}

/** Says what a reviewer insists on. */
export function invariantInWords(invariant: InvariantFile, where: Position): InvariantInWords {
  const { id, reason, audience, scopes, factors, maxAge } = invariant
  const mfa = demandInWords({ factors, maxAgeSeconds: maxAge })
  const says = [`No token for \`${audience}\` carries ${listed(scopes)} without ${mfa}.`]
  return { id, reason, says, where }
}
