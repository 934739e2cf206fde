/** What a policy demands, as `npm run build` writes it into `dist/step-up.requirements.json`. */
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

/** What a high-value scope demands. A scope without one is an everyday scope. */
export interface Requirement {
  readonly factors?: 'any' | readonly string[]
  /** Seconds. Absent where every request is challenged. */
  readonly max_age?: number
  /** Separated by spaces */
  readonly acr_values?: string
  /** The day (UTC, YYYY-MM-DD) from which anything is demanded */
  readonly report_until?: string
}

export type LoginRequirement = Requirement & { readonly acr_values: string }

/**
 * Checks that a value is such a file, down to the last key: one that this version does not know may demand
 * what it would not check.
 *
 * @throws TypeError that names what is wrong
 */
export function readRequirements(given: unknown): Requirements {
  const file = knownKeys(given, '`requirements`', FILE)
  if (file['version'] !== 1) throw new TypeError('`requirements` is not of version 1')
  const audiences = objectOf(file['audiences'], '`requirements.audiences`')
  for (const [audience, scopes] of Object.entries(audiences)) {
    for (const [scope, requirement] of Object.entries(objectOf(scopes, `\`${audience}\``))) {
      checkRequirement(requirement, `the requirement of \`${scope}\` on \`${audience}\``)
    }
  }
  for (const [rule, requirement] of Object.entries(objectOf(file['logins'] ?? {}, '`logins`'))) {
    const { acr_values } = checkRequirement(requirement, `the requirement of \`${rule}\``)
    if (acr_values === undefined) throw new TypeError(`\`${rule}\` has no \`acr_values\``)
  }
  return given as Requirements
}

/** What is demanded today: nothing before a rule is enforced. */
export function demandedNow<T extends Requirement>(requirement: T | undefined): T | undefined {
  const { report_until } = requirement ?? {}
  return report_until !== undefined && Date.now() < Date.parse(report_until)
    ? undefined
    : requirement
}

/** @throws TypeError where options hold what nobody reads: a word mistyped would protect nothing */
export function knownKeys(
  given: unknown,
  name: string,
  known: Readonly<Record<string, (value: unknown) => boolean>>,
): Readonly<Record<string, unknown>> {
  const object = objectOf(given, name)
  for (const [key, value] of Object.entries(object)) {
    const isRight = Object.hasOwn(known, key) ? known[key] : undefined
    if (isRight === undefined) throw new TypeError(`${name} has an unknown key \`${key}\``)
    if (value !== undefined && !isRight(value)) {
      throw new TypeError(`\`${key}\` of ${name} is not what it should be`)
    }
  }
  return object
}

export const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
const isObject = (value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Separated by spaces; RFC 6749 says which characters. */
const isWords = (value: unknown) =>
  typeof value === 'string' &&
  /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(value)

const FILE = {
  version: () => true,
  policy: (value: unknown) => typeof value === 'string',
  claim: isText,
  id_token_claim: isText,
  audiences: isObject,
  logins: isObject,
}

const REQUIREMENT = {
  factors: (value: unknown) => value === 'any' || (Array.isArray(value) && value.every(isText)),
  max_age: (value: unknown) => Number.isInteger(value) && Number(value) > 0,
  acr_values: isWords,
  report_until: (value: unknown) =>
    typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && !isNaN(Date.parse(value)),
}

function checkRequirement(given: unknown, name: string): Readonly<Record<string, unknown>> {
  return knownKeys(given, name, REQUIREMENT)
}

function objectOf(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (!isObject(value)) throw new TypeError(`${name} is missing, or no object`)
  return value as Readonly<Record<string, unknown>>
}
