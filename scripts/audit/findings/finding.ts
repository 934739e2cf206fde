import type { FindingCode } from '../../policy/audit-names.ts'
import type { Position } from '../../terminal/user-error.ts'
import { ACTION_FINDINGS } from './actions.ts'
import { AUTH0_API_FINDINGS } from './auth0-apis.ts'
import { CODE_FINDINGS } from './code.ts'
import { CLIENT_FINDINGS } from './clients.ts'
import type { AuditContext } from './context.ts'
import type { Entry, Severity } from './entry.ts'
import { MFA_FINDINGS } from './mfa.ts'
import { RESOURCE_SERVER_FINDINGS } from './resource-servers.ts'
import { SDK_FINDINGS } from './sdk-step-up.ts'
import { OVERLAP_FINDINGS } from './overlaps.ts'
import { RULE_FINDINGS } from './rules.ts'
import { UNSEEN_FINDINGS } from './unseen.ts'
import { UNTIL_FINDINGS } from './until.ts'

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
  ...SDK_FINDINGS,
  ...ACTION_FINDINGS,
  ...UNSEEN_FINDINGS,
} as const satisfies Readonly<Record<FindingCode, Entry<never>>>

/** What each kind of finding tells besides its subject. */
type FindingArgs = { [Code in FindingCode]: ArgsOf<(typeof FINDINGS)[Code]> }
type ArgsOf<E> = E extends Entry<infer Args> ? Args : never

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

/** A function that looks for several kinds of findings at once. */
export type Check = (context: AuditContext) => readonly Finding[]

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
