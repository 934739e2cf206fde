import type { Position } from '../../terminal/user-error.ts'
import type { AuditContext } from './context.ts'
import type { TenantFacts } from '../tenant/facts.ts'

/**
 * `error`: a protected scope can be had without its MFA, or nobody can get it. `warning`: one more
 * mistake and it could be. `note`: worth knowing when judging the rest.
 */
export type Severity = 'error' | 'warning' | 'note'

/** The words for one kind of finding. */
export interface Entry<Args> {
  readonly severity: Severity
  readonly title: string
  explain(args: Args): string
  remedy(args: Args): string
  /** URL of the document that it rests on. */
  readonly source: string
}

/** One thing that was found: what it is about, and what the words need to know. */
export type Found<Args> = Args & {
  /** An audience, `SCOPE on AUDIENCE`, a client's name, an Action's, a rule's id. */
  readonly subject: string
  /** The place in the policy file, where it is about a rule. */
  readonly where?: Position | undefined
}

/** One kind of finding: how it is found, and how it is told. */
export interface Kind<Args> extends Entry<Args> {
  /** The parts of a tenant that have to be seen before it can be said that nothing of it is there. */
  readonly restsOn: readonly TenantPart[]
  readonly find: (context: AuditContext) => readonly Found<Args>[]
}

/** `source` where the tenant itself has to be asked. */
export type TenantPart = Exclude<keyof TenantFacts, 'disabledFactors' | 'unknownSettings'>

/** Declares a kind of finding; what it tells besides its subject is named once, as `Args`. */
export function kind<Args extends object>(entry: Kind<Args>): Kind<Args> {
  return entry
}

/** The words for several kinds of findings, by code. */
export type Catalogue<ArgsByCode> = { readonly [Code in keyof ArgsByCode]: Entry<ArgsByCode[Code]> }

/** `a`, `b` and `c`, in backticks. */
export function listed(names: readonly string[]): string {
  const quoted = names.map((name) => `\`${name}\``)
  const last = quoted.pop() ?? 'none'
  return quoted.length === 0 ? last : `${quoted.join(', ')} and ${last}`
}
