import { ACTION_FINDINGS } from './tenant/findings/actions.ts'
import { AUTH0_API_FINDINGS } from './tenant/findings/auth0-apis.ts'
import { CODE_FINDINGS } from './tenant/findings/code.ts'
import { CLIENT_FINDINGS } from './tenant/findings/clients.ts'
import type { Entry, Severity } from './tenant/findings/entry.ts'
import { MFA_FINDINGS } from './tenant/findings/mfa.ts'
import { RESOURCE_SERVER_FINDINGS } from './tenant/findings/resource-servers.ts'
import { OVERLAP_FINDINGS } from './tenant/findings/overlaps.ts'
import { RULE_FINDINGS } from './tenant/findings/rules.ts'
import { UNSEEN_FINDINGS } from './tenant/findings/unseen.ts'
import { UNTIL_FINDINGS } from './tenant/findings/until.ts'

/** Every kind of finding: how it is found, its severity, its words and the document that it rests on. */
export const FINDINGS = {
  ...CODE_FINDINGS,
  ...RULE_FINDINGS,
  ...OVERLAP_FINDINGS,
  ...UNTIL_FINDINGS,
  ...RESOURCE_SERVER_FINDINGS,
  ...CLIENT_FINDINGS,
  ...AUTH0_API_FINDINGS,
  ...MFA_FINDINGS,
  ...ACTION_FINDINGS,
  ...UNSEEN_FINDINGS,
} as const

export type FindingCode = keyof typeof FINDINGS

// Plain strings, because the policy's type names them, and what finds needs the policy's type.
export const FINDING_CODES: readonly string[] = Object.keys(FINDINGS)

/** The severity of a kind of finding; none where the code is none. */
export function severityOf(code: string): Severity | undefined {
  return (FINDINGS as Readonly<Record<string, { severity: Severity } | undefined>>)[code]?.severity
}

/** What each kind of finding tells besides its subject. */
type FindingArgs = { [Code in FindingCode]: ArgsOf<(typeof FINDINGS)[Code]> }
type ArgsOf<E> = E extends Entry<infer Args> ? Args : never

/** A place in a file, counted from 1. */
export interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** One thing that can defeat the policy, as data; {@link FINDINGS} has the words for it. */
export type Finding = { [Code in FindingCode]: FindingOf<Code> }[FindingCode]

export interface FindingOf<Code extends FindingCode> {
  readonly code: Code
  readonly severity: Severity
  /** What it is about: an audience, `SCOPE on AUDIENCE`, a client's name, an Action's, a rule's id. */
  readonly subject: string
  readonly args: FindingArgs[Code]
  /** The place in the policy file, for a finding about a rule. */
  readonly where?: Position
}

/** Makes a finding, with the severity of its kind. */
export function finding<Code extends FindingCode>(
  code: Code,
  subject: string,
  { where, ...args }: FindingArgs[Code] & { readonly where?: Position | undefined },
): Finding {
  const { severity } = FINDINGS[code]
  return { code, severity, subject, args, ...(where && { where }) } as unknown as Finding
}

/** The words of a finding. */
export interface Explanation {
  readonly title: string
  readonly explanation: string
  readonly remedy: string
  /** URL of the document that it rests on. */
  readonly source: string
}

/** Puts a finding into words. */
export function explain(found: Finding): Explanation {
  const entry = FINDINGS[found.code] as Entry<unknown>
  const { title, source } = entry
  const { args } = found
  return { title, explanation: entry.explain(args), remedy: entry.remedy(args), source }
}
