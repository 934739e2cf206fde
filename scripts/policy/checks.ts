import type { z } from 'zod'
import { FACTORS, type Factor } from '../../actions/step-up/policy.ts'
import type { Problem } from '../terminal/user-error.ts'
import { ageInWords, secondsIn } from './age.ts'
import { auth0ScopesOf, isAuth0Api } from './auth0-apis.ts'
import { ERROR_CODES, FINDING_CODES, INVARIANT_NAMES } from './audit-names.ts'
import { keywordsIn } from './keywords.ts'
import { suggest } from './suggest.ts'
import type { policySchema } from './schema.ts'
import type { Path } from './yaml-source.ts'

/** Scopes that each audience declares in `tenant.yaml`. */
export type DeclaredScopes = ReadonlyMap<string, ReadonlySet<string>>

/** A policy in which whatever the schema refused is missing, so that the rest can be judged too. */
export type Draft = DeepPartial<z.input<typeof policySchema>>
type DraftRule = NonNullable<NonNullable<Draft['rules']>[number]>
type Scopes = readonly (string | undefined)[] | undefined
type DeepPartial<T> = T extends readonly (infer E)[]
  ? readonly (DeepPartial<E> | undefined)[]
  : T extends object
    ? { readonly [K in keyof T]?: DeepPartial<T[K]> | undefined }
    : T

/** What the checks look at, and where they put what they find. */
export interface Context {
  readonly draft: Draft
  readonly declaredScopes: DeclaredScopes | undefined
  /** The file that declares them. */
  readonly declaredIn: string
  report(path: Path, problem: Omit<Problem, 'where'>): void
}

/** Every rule about a policy that a schema cannot say, each a function of its own. */
export const CHECKS: readonly ((context: Context) => void)[] = [
  idsAreUnique,
  invariantIdsAreNotTaken,
  protectsOneThing,
  listsHaveNoDuplicates,
  scopesAreDeclared,
  acrRulesFitAuth0,
  appsCanCheckAcrRules,
  claimsAreNotReserved,
  nothingIsRemovedFromAuth0Apis,
  challengesCanInsistOnTheFactors,
  deviceLoginsEnrolNobody,
  factorsCanBeEnrolled,
  lowConfidenceIsStricter,
  exceptionsNameOneSubject,
  errorsAreAcceptedOneByOne,
  overlappingRulesAgree,
]

function rulesOf({ draft }: Context) {
  return entriesOf(draft.rules, ['rules'])
}

function invariantsOf({ draft }: Context) {
  return entriesOf(draft.audit?.invariants, ['audit', 'invariants'])
}

function everydayOf({ draft }: Context) {
  return entriesOf(draft.audit?.everyday, ['audit', 'everyday'])
}

function exceptionsOf(context: Context) {
  return rulesOf(context).flatMap(([{ exceptions }, path]) =>
    entriesOf(exceptions, [...path, 'exceptions']),
  )
}

function entriesOf<T>(
  list: readonly (T | undefined)[] | undefined,
  path: Path,
): readonly (readonly [T, Path])[] {
  return (list ?? []).flatMap((value, i) =>
    value === undefined ? [] : [[value, [...path, i]] as const],
  )
}

function idsAreUnique(context: Context): void {
  reportRepeatedIds(context, 'rule', rulesOf(context))
  reportRepeatedIds(context, 'invariant', invariantsOf(context))
}

function reportRepeatedIds(
  context: Context,
  kind: 'rule' | 'invariant',
  entries: readonly (readonly [{ readonly id?: string | undefined }, Path])[],
): void {
  const seen = new Set<string>()
  for (const [{ id }, path] of entries) {
    if (id === undefined) continue
    if (seen.has(id)) {
      context.report([...path, 'id'], {
        message: `the id \`${id}\` is taken by another ${kind}`,
        hint: `logs and findings name ${kind}s by id: give each its own`,
      })
    }
    seen.add(id)
  }
}

function invariantIdsAreNotTaken(context: Context): void {
  const taken: readonly string[] = [...INVARIANT_NAMES, ...FINDING_CODES]
  for (const [{ id }, path] of invariantsOf(context)) {
    if (id === undefined || !taken.includes(id)) continue
    context.report([...path, 'id'], {
      message: `invariant id \`${id}\` is a name that the audit uses for something of its own`,
      hint: 'choose another: findings could not tell the two apart',
    })
  }
}

function protectsOneThing(context: Context): void {
  for (const [{ protects }, path] of rulesOf(context)) {
    if (protects === undefined) continue
    const named = ['audience', 'scopes', 'acr'].filter((key) => key in protects).join(' and ')
    if (named === 'audience and scopes' || named === 'acr') continue
    context.report([...path, 'protects'], {
      message: `\`protects\` names ${named || 'nothing'}`,
      hint: 'expected `audience` with `scopes`, or `acr` alone',
    })
  }
}

function listsHaveNoDuplicates(context: Context): void {
  const lists: (readonly [Path, 'any' | readonly (string | undefined)[] | undefined])[] = [
    ...rulesOf(context).flatMap(([rule, path]) => [
      [[...path, 'protects', 'scopes'], rule.protects?.scopes] as const,
      [[...path, 'requires', 'factors'], rule.requires?.factors] as const,
      [[...path, 'whenConfidenceIsLow', 'factors'], rule.whenConfidenceIsLow?.factors] as const,
    ]),
    ...invariantsOf(context).flatMap(([{ scopes, factors }, path]) => [
      [[...path, 'scopes'], scopes] as const,
      [[...path, 'factors'], factors] as const,
    ]),
    ...everydayOf(context).map(([{ scopes }, path]) => [[...path, 'scopes'], scopes] as const),
    [['audit', 'highValue'], context.draft.audit?.highValue],
  ]
  for (const [path, list] of lists) {
    if (list === undefined || list === 'any') continue
    list.forEach((value, i) => {
      if (value === undefined || list.indexOf(value) === i) return
      context.report([...path, i], {
        message: `\`${value}\` is listed twice`,
        hint: 'keep one of the two',
      })
    })
  }
}

function scopesAreDeclared(context: Context): void {
  for (const [{ protects }, path] of rulesOf(context)) {
    if (protects !== undefined) reportUndeclared(context, protects, [...path, 'protects'])
  }
  for (const [invariant, path] of invariantsOf(context)) reportUndeclared(context, invariant, path)
  for (const [everyday, path] of everydayOf(context)) reportUndeclared(context, everyday, path)
}

function reportUndeclared(
  context: Context,
  { audience, scopes }: Pick<NonNullable<DraftRule['protects']>, 'audience' | 'scopes'>,
  path: Path,
): void {
  // A keyword without a value is told by itself.
  if (audience === undefined || isOpen([audience])) return
  const { declaredScopes, declaredIn } = context
  // A file that could not be read is told by itself.
  if (declaredScopes === undefined) return
  const declared = declaredScopes.get(audience)
  if (declared === undefined && isAuth0Api(audience)) {
    reportUnknown(context, { audience, scopes }, path)
    return
  }
  if (declared === undefined) {
    // A keyword without a value may stand for it.
    if (isOpen([...declaredScopes.keys()])) return
    context.report([...path, 'audience'], {
      message: `no resource server \`${audience}\` in ${declaredIn}`,
      hint: suggest(audience, [...declaredScopes.keys()]),
    })
    return
  }
  if (isOpen([...declared])) return
  scopes?.forEach((scope, i) => {
    if (scope === undefined || declared.has(scope)) return
    context.report([...path, 'scopes', i], {
      message: `scope \`${scope}\` is not declared on \`${audience}\` in ${declaredIn}`,
      hint: suggest(scope, [...declared]),
    })
  })
}

function isOpen(names: readonly string[]): boolean {
  return names.some((name) => keywordsIn(name).length > 0)
}

// An API of Auth0's own is in every tenant and need not be in tenant.yaml.
function reportUnknown(
  context: Context,
  { audience, scopes }: { readonly audience: string; readonly scopes: Scopes },
  path: Path,
): void {
  const known = auth0ScopesOf(audience)
  scopes?.forEach((scope, i) => {
    if (scope === undefined || known?.includes(scope) !== false) return
    context.report([...path, 'scopes', i], {
      message: `scope \`${scope}\` is unknown on \`${audience}\`, one of Auth0's own APIs`,
      hint: suggest(scope, known),
    })
  })
}

function acrRulesFitAuth0(context: Context): void {
  for (const [rule, path] of rulesOf(context)) {
    if (rule.protects?.acr === undefined) continue
    for (const [protocol, answer] of Object.entries(rule.withoutBrowser ?? {})) {
      const place = [...path, 'withoutBrowser', protocol]
      if (protocol === 'refreshTokens') {
        context.report(place, {
          message: 'an acr rule does not bind refresh token exchanges',
          hint: 'their ID tokens carry no `amr`, so the app refuses them by itself: leave it out',
        })
      } else if (answer === 'remove') {
        context.report(place, {
          message: 'an acr rule has no scopes to `remove`',
          hint: protocol === 'silent' ? 'leave it out' : 'choose `challenge` or `deny`',
        })
      }
    }
  }
}

function appsCanCheckAcrRules(context: Context): void {
  if ('idTokenClaim' in context.draft) return
  for (const [rule, path] of rulesOf(context)) {
    if (rule.protects?.acr === undefined) continue
    for (const key of ['requires', 'whenConfidenceIsLow'] as const) {
      const { factors, maxAge = 0 } = rule[key] ?? {}
      const demand = Array.isArray(factors) ? 'factors' : maxAge === 0 ? undefined : 'maxAge'
      if (demand === undefined) continue
      context.report([...path, key, demand], {
        message: 'the app could not check this: an ID token tells of MFA, and not by which rule',
        hint: `name an \`idTokenClaim\` at the top of the file, and let the app look for ${rule.id === undefined ? 'its id' : `\`${rule.id}\``} in it`,
      })
    }
  }
}

// Create Custom Claims: "the transaction won't fail, but your custom claim won't be added".
const RESERVED_DOMAIN = /(^|\.)(auth0\.com|webtask\.io|webtask\.run)\.?$/

function claimsAreNotReserved(context: Context): void {
  for (const key of ['claim', 'idTokenClaim'] as const) {
    const name = context.draft[key]
    if (name === undefined || !URL.canParse(name)) continue
    const { hostname } = new URL(name)
    if (!RESERVED_DOMAIN.test(hostname)) continue
    context.report([key], {
      message: `Auth0 reserves \`${hostname}\`, and adds no claim of that namespace to a token`,
      hint: 'use a domain of your own',
    })
  }
}

function nothingIsRemovedFromAuth0Apis(context: Context): void {
  for (const [{ protects, withoutBrowser }, path] of rulesOf(context)) {
    const { audience = '' } = protects ?? {}
    if (!isAuth0Api(audience)) continue
    for (const [protocol, answer] of Object.entries(withoutBrowser ?? {})) {
      if (answer !== 'remove') continue
      context.report([...path, 'withoutBrowser', protocol], {
        message: `Auth0 gives the scopes of \`${audience}\`, its own API, whatever an Action removes`,
        hint: protocol === 'silent' ? 'leave it out' : 'choose `challenge` or `deny`',
      })
    }
  }
}

function challengesCanInsistOnTheFactors(context: Context): void {
  for (const [rule, path] of rulesOf(context)) {
    const requirements = [rule.requires, rule.whenConfidenceIsLow]
    if (!requirements.some((requirement) => Array.isArray(requirement?.factors))) continue
    for (const [protocol, answer] of Object.entries(rule.withoutBrowser ?? {})) {
      if (answer !== 'challenge' || protocol === 'silent') continue
      context.report([...path, 'withoutBrowser', protocol], {
        message: '`challenge` without a browser cannot insist on listed factors',
        hint: 'choose `remove` or `deny`, or `factors: any`',
      })
    }
  }
}

function deviceLoginsEnrolNobody(context: Context): void {
  for (const [rule, path] of rulesOf(context)) {
    if ('whenNotEnrolled' in rule && rule.whenNotEnrolled !== 'deny') continue
    for (const [protocol, answer] of Object.entries(rule.withoutBrowser ?? {})) {
      if (protocol !== 'oauth2-device-code' || answer !== 'challenge') continue
      context.report([...path, 'withoutBrowser', protocol], {
        message: '`challenge` in a device login lets a user set up a factor, which the rule denies',
        hint: 'choose `remove` or `deny`, or `whenNotEnrolled: enroll`',
      })
    }
  }
}

function factorsCanBeEnrolled(context: Context): void {
  for (const [rule, path] of rulesOf(context)) {
    const factors = rule.requires?.factors
    if (rule.whenNotEnrolled !== 'enroll' || !Array.isArray(factors)) continue
    if (factors.some((factor) => factor !== 'email')) continue
    context.report([...path, 'whenNotEnrolled'], {
      message: 'nobody can `enroll` email: Auth0 uses the address that is verified',
      hint: 'choose `deny`, or list a factor that can be enrolled',
    })
  }
}

function lowConfidenceIsStricter(context: Context): void {
  for (const [{ requires, whenConfidenceIsLow: low }, path] of rulesOf(context)) {
    if (requires === undefined || low === undefined) continue
    const lowSeconds = secondsIn(low.maxAge) ?? 0
    const usualSeconds = 'maxAge' in requires ? secondsIn(requires.maxAge) : 0
    if (usualSeconds !== undefined && lowSeconds > usualSeconds) {
      context.report([...path, 'whenConfidenceIsLow', 'maxAge'], {
        message: `${ageInWords(lowSeconds)} on low confidence is laxer than ${ageInWords(usualSeconds)}`,
        hint: 'choose the same or less',
      })
    }
    const allowed = knownFactors(requires)
    if (knownFactors(low)?.some((factor) => allowed?.includes(factor) === false)) {
      context.report([...path, 'whenConfidenceIsLow', 'factors'], {
        message: 'low confidence accepts factors that `requires` does not',
        hint: 'choose some of those in `requires`',
      })
    }
  }
}

function exceptionsNameOneSubject(context: Context): void {
  for (const [exception, path] of exceptionsOf(context)) {
    if ('client' in exception !== 'organization' in exception) continue
    context.report(path, {
      message: 'an exception names either a `client` or an `organization`',
      hint: 'write two exceptions for two of them',
    })
  }
}

function isError(finding: string): boolean {
  return ERROR_CODES.some((code) => code === finding)
}

// Or whatever comes of its kind later would be accepted before anybody saw it.
function errorsAreAcceptedOneByOne(context: Context): void {
  const { accepted } = context.draft.audit ?? {}
  for (const [{ finding, ...rest }, path] of entriesOf(accepted, ['audit', 'accepted'])) {
    if (finding === undefined || 'subject' in rest || !isError(finding)) continue
    context.report(path, {
      message: `\`${finding}\` is accepted without a \`subject\``,
      hint: 'an error is accepted for one subject only: name it as the audit prints it',
    })
  }
}

function overlappingRulesAgree(context: Context): void {
  const earlier = new Map<string, { ids: readonly string[]; factors: readonly Factor[] }>()
  for (const [{ id = '?', protects, requires }, path] of rulesOf(context)) {
    const factors = knownFactors(requires)
    if (factors === undefined) continue
    for (const target of targetsOf(protects)) {
      const { ids, factors: common } = earlier.get(target) ?? { ids: [], factors }
      const shared = common.filter((factor) => factors.includes(factor))
      if (shared.length === 0) {
        context.report([...path, 'requires', 'factors'], {
          message: `no factor satisfies this rule and ${ids.map((other) => `\`${other}\``).join(' and ')}`,
          hint: 'they protect the same thing: let them share a factor, or merge them',
        })
        break
      }
      earlier.set(target, { ids: [...ids, id], factors: shared })
    }
  }
}

// None of these words has a space in it, so no acr value is taken for an audience and a scope.
function targetsOf(protects: DraftRule['protects']): readonly string[] {
  if (protects?.acr !== undefined) return [protects.acr]
  if (protects?.audience === undefined) return []
  const { audience, scopes = [] } = protects
  return scopes.filter((scope) => scope !== undefined).map((scope) => `${audience} ${scope}`)
}

/** The factors that a requirement accepts; the schema refuses a list that names another as a whole. */
function knownFactors(requirement: DraftRule['requires']): readonly Factor[] | undefined {
  const factors = requirement?.factors
  return factors === 'any' ? FACTORS : (factors as readonly Factor[] | undefined)
}
