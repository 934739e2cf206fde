import { ACTION_FINDINGS, type ActionArgs } from './tenant/findings/actions.ts'
import { CODE_FINDINGS, type CodeArgs } from './tenant/findings/code.ts'
import { CLIENT_FINDINGS, type ClientArgs } from './tenant/findings/clients.ts'
import { MFA_FINDINGS, type MfaArgs } from './tenant/findings/mfa.ts'
import {
  RESOURCE_SERVER_FINDINGS,
  type ResourceServerArgs,
} from './tenant/findings/resource-servers.ts'
import { RULE_FINDINGS, type RuleArgs } from './tenant/findings/rules.ts'
import { UNSEEN_FINDINGS, type UnseenArgs } from './tenant/findings/unseen.ts'
import type { Catalogue, Entry, Severity } from './tenant/findings/entry.ts'

/** What each kind of finding tells besides its subject. */
interface FindingArgs
  extends CodeArgs, RuleArgs, ResourceServerArgs, ClientArgs, MfaArgs, ActionArgs, UnseenArgs {}

export type FindingCode = keyof FindingArgs

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

/** Every kind of finding with its severity, its words and the document that it rests on. */
export const FINDINGS: Catalogue<FindingArgs> = {
  ...CODE_FINDINGS,
  ...RULE_FINDINGS,
  ...RESOURCE_SERVER_FINDINGS,
  ...CLIENT_FINDINGS,
  ...MFA_FINDINGS,
  ...ACTION_FINDINGS,
  ...UNSEEN_FINDINGS,
}

export const FINDING_CODES = Object.keys(FINDINGS) as readonly FindingCode[]

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
