import { checkShape, entriesOf, OBJECT, TEXT, wholeNumber, type Shape } from './shape.ts'

/** What a policy demands, as `step-up build` writes it into `dist/step-up.requirements.json`. */
export interface Requirements {
  readonly version: 1
  /** SHA-256 of the policy it was made from */
  readonly policy?: string
  /** Access-token claim that records an MFA already proven: its time and factor */
  readonly claim?: string
  /** ID-token claim that lists the rules which a login was held to */
  readonly id_token_claim?: string
  /** By audience, and then by scope */
  readonly audiences: Readonly<Record<string, Readonly<Record<string, Requirement>>>>
  /** Of the pages that ask by acr value: by id of the rule */
  readonly logins?: Readonly<Record<string, LoginRequirement>>
}

/** An MFA that is demanded. */
export interface DemandedMfa {
  readonly factors?: 'any' | readonly string[]
  /** Seconds. Absent where every request is challenged. */
  readonly max_age?: number
}

/** What is demanded at one time. The MFA is one that serves all rules. */
export interface Demanded extends DemandedMfa {
  /** Where several MFA do as well: each of them has to be passed */
  readonly each?: readonly DemandedMfa[]
  /** Separated by spaces */
  readonly acr_values?: string
}

/** What a high-value scope demands in the end. A scope without one is an everyday scope. */
export interface Requirement extends Demanded {
  /** The day (UTC, YYYY-MM-DD) from which anything is demanded */
  readonly report_until?: string
  /** What is demanded instead before a day, the earliest first */
  readonly before?: readonly (Demanded & { readonly until: string })[]
}

export type LoginRequirement = Requirement & { readonly acr_values: string }

/** One day: the highest age that a policy may accept. */
const DAY = 86_400

/** Separated by spaces; RFC 6749 says which characters. */
const WORDS = /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/

const FILE: Readonly<Record<keyof Requirements, Shape>> = {
  version: { fits: (value) => value === 1, words: '1' },
  policy: { fits: (value) => typeof value === 'string', words: 'a string' },
  claim: TEXT,
  id_token_claim: TEXT,
  audiences: OBJECT,
  logins: OBJECT,
}

const DATE: Shape = {
  fits: (value) =>
    typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && !isNaN(Date.parse(value)),
  words: 'a day',
}

const DEMANDED_MFA: Readonly<Record<keyof DemandedMfa, Shape>> = {
  factors: {
    fits: (value) => value === 'any' || (Array.isArray(value) && value.every(TEXT.fits)),
    words: '`any` or a list',
  },
  max_age: wholeNumber(DAY),
}

const LIST: Shape = { fits: (value) => Array.isArray(value), words: 'a list' }

const DEMANDED: Readonly<Record<keyof Demanded, Shape>> = {
  ...DEMANDED_MFA,
  each: LIST,
  acr_values: {
    fits: (value) => typeof value === 'string' && WORDS.test(value),
    words: 'words without quotes',
  },
}

const REQUIREMENT: Readonly<Record<keyof Requirement, Shape>> = {
  ...DEMANDED,
  report_until: DATE,
  before: LIST,
}

const BEFORE = { ...DEMANDED, until: DATE }

/**
 * Checks that a value is such a file, down to the last key: one that this version does not know may demand
 * what it would not check.
 *
 * @throws TypeError that names what is wrong
 */
export function readRequirements(given: unknown): Requirements {
  const { version, audiences, logins = {} } = checkShape(given, 'requirements', FILE)
  if (version === undefined || audiences === undefined) {
    throw new TypeError(
      'requirements: no `version` and `audiences`, as `step-up build` writes them',
    )
  }
  for (const [audience, scopes] of entriesOf(audiences, 'requirements')) {
    for (const [scope, requirement] of entriesOf(scopes, `requirements of \`${audience}\``)) {
      checkRequirement(requirement, `requirements of \`${scope}\` on \`${audience}\``)
    }
  }
  for (const [rule, requirement] of entriesOf(logins, 'requirements')) {
    const name = `requirements of \`${rule}\``
    const { acr_values } = checkRequirement(requirement, name)
    if (acr_values === undefined) throw new TypeError(`${name}: no \`acr_values\``)
  }
  return given as Requirements
}

function checkRequirement(requirement: unknown, name: string) {
  const checked = checkShape(requirement, name, REQUIREMENT)
  checkEach(checked, name)
  for (const entry of (checked.before ?? []) as readonly unknown[]) {
    const before = checkShape(entry, `\`before\` in ${name}`, BEFORE)
    if (before.until === undefined) throw new TypeError(`\`before\` in ${name}: no \`until\``)
    checkEach(before, `\`before\` in ${name}`)
  }
  return checked
}

function checkEach({ each = [] }: { readonly each?: unknown }, name: string) {
  for (const mfa of each as readonly unknown[]) {
    checkShape(mfa, `\`each\` in ${name}`, DEMANDED_MFA)
  }
}

/** What is demanded today: nothing before a rule is enforced, and less before the others are. */
export function demandedNow(requirement: Requirement | undefined): Demanded | undefined {
  const isBefore = (day: string) => Date.now() < Date.parse(day)
  const { report_until, before = [] } = requirement ?? {}
  if (report_until !== undefined && isBefore(report_until)) return undefined
  return before.find(({ until }) => isBefore(until)) ?? requirement
}
