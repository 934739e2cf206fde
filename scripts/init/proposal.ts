import { readAction } from '../audit/tenant/action-source.ts'
import { highValueWordIn } from '../audit/findings/coverage.ts'
import { authorshipOf } from '../policy/banner.ts'
import { isScope } from '../policy/schema.ts'
import { OWN_SECTIONS } from '../tenant/our-part.ts'
import { constantText } from '../reading/syntax.ts'
import type { Api, ApiScope, Found, FoundAction } from './found.ts'

/** A rule that a policy may begin with. */
export interface ProposedRule {
  readonly id: string
  /** Why it is proposed, as a sentence. */
  readonly because: string
  readonly protects: { readonly api: Api; readonly scope: ApiScope } | { readonly acr: string }
}

/** An Action that demands MFA by itself. */
export interface OlderStepUp {
  readonly action: string
  readonly isBound: boolean
  /** Scopes of the tenant's APIs that it names. */
  readonly scopes: readonly string[]
  readonly acrs: readonly string[]
  /** What looks like scopes that no API of the tenant has. */
  readonly others: readonly string[]
}

/** What `init` makes of what it found. */
export interface Proposal {
  /** Of our Action: none that another Action has. */
  readonly name: string
  readonly rules: readonly ProposedRule[]
  readonly olderStepUps: readonly OlderStepUp[]
  /** The APIs whose scopes the rules name. */
  readonly apis: readonly Api[]
  readonly leftOut: readonly LeftOut[]
  /** What is worth a look before a deploy, in sentences. */
  readonly remarks: readonly string[]
}

export interface LeftOut {
  readonly what: string
  readonly why: string
}

/** The value that Auth0's documentation has apps ask for. */
export const MULTI_FACTOR = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor'

/**
 * Proposes a rule for each scope that looks high-value, and for what an older step-up Action names. Does no I/O.
 * @param policyText of a policy that is there already: it may name more APIs
 */
export function propose(found: Found, policyText: string): Proposal {
  const own = found.apis.filter(({ isAuth0s }) => isAuth0s)
  const apis = found.apis.filter((api) => !own.includes(api))
  const olderStepUps = found.actions.flatMap((action) => olderStepUp(action, apis))
  const rules = rulesFor(apis, olderStepUps)
  const named = new Set(rules.flatMap(({ protects }) => ('api' in protects ? protects.api : [])))
  const matter = apis.filter((api) => named.has(api) || policyText.includes(api.identifier))
  return {
    name: freeName(found.actions),
    rules: rules.length > 0 ? rules : [ONLY_BY_ACR],
    olderStepUps,
    apis: matter,
    leftOut: [
      ...apis
        .filter((api) => !matter.includes(api))
        .map((api) => ({ what: nameOf(api), why: whyLeftOut(api) })),
      ...own.map((api) => ({
        what: nameOf(api),
        why: /\/(?:me|mfa)\/?$/.test(api.identifier)
          ? "it is Auth0's own, and need not be there; anyone who can enrol a factor with it passes every later step-up, so see `own-factors` in docs/policy.md"
          : "it is Auth0's own, and need not be there",
      })),
      ...found.actions
        .filter(({ code = '' }) => authorshipOf(code) === 'foreign')
        .map(({ name }) => ({
          what: `Action "${name}"`,
          why: 'not ours, so it is left alone, and its binding too',
        })),
      ...found.sections.map((what) => ({
        what,
        why: OWN_SECTIONS.some((own) => own === what)
          ? 'left alone, except for what you add to the tenant file'
          : 'never touched by a deploy',
      })),
    ],
    remarks: [
      ...found.remarks,
      ...found.apis.flatMap(remarksOn),
      ...apis.flatMap(unnameable),
      ...found.actions.flatMap((action) =>
        olderStepUps.some((older) => older.action === action.name) ? [] : unreadCode(action),
      ),
      ...(found.enabledFactors?.length === 0
        ? [
            'No factor is on, so nobody could satisfy a rule: `plan` says so, and `deploy` stops before it writes. Switch one on in the tenant, or under `guardianFactors` in the tenant file.',
          ]
        : []),
    ],
  }
}

/** An API by both of its names. */
export function nameOf({ name, identifier }: Api): string {
  return `${name} (${identifier})`
}

function whyLeftOut({ hasAllScopes, scopes }: Api): string {
  if (!hasAllScopes) return 'not all of its scopes are known'
  return scopes.some(({ value }) => highValueWordIn(value) !== undefined)
    ? 'no policy can name those of its scopes that look high-value'
    : 'none of its scopes looks high-value'
}

function unnameable(api: Api): readonly string[] {
  return api.scopes
    .filter(({ value }) => !isScope(value) && highValueWordIn(value) !== undefined)
    .map(
      ({ value }) =>
        `\`${value}\` of ${nameOf(api)} looks high-value, and no policy can name it: a rule names scopes in full, in ASCII without \`*\`, blanks and quotes. Give it another name, and that one a rule.`,
    )
}

function unreadCode({ name, code, isPostLogin }: FoundAction): readonly string[] {
  if (code === undefined)
    return [`Action "${name}": its code is missing here, so init did not look into it.`]
  if (!isPostLogin || authorshipOf(code) !== 'foreign') return []
  const [why] = readAction(code).unclear
  return why === undefined
    ? []
    : [`Action "${name}": nobody can tell whether it demands MFA, and for what, as ${why}.`]
}

function remarksOn(api: Api): readonly string[] {
  const { signingAlg = '', tokenDialect = '' } = api
  return [
    ...(signingAlg.startsWith('HS')
      ? [
          `${nameOf(api)}: its tokens are signed with ${signingAlg}, a secret that is shared: each API that verifies one can also make one.`,
        ]
      : []),
    ...(tokenDialect.endsWith('_authz')
      ? [
          `${nameOf(api)}: by \`${tokenDialect}\` every token lists all permissions of the user, so an API that goes by \`permissions\` lets protected operations pass without MFA. Have it go by \`scope\`, or switch it off.`,
        ]
      : []),
  ]
}

/** Or a keyword, by which auth0-deploy-cli puts one in. */
const LIKE_A_SCOPE = /^(?!https?:|urn:)[a-z][\w.-]*:[\w.:*-]*$|##[\w-]+##/i
const DEMANDS_MFA = /^(?:multifactor\.enable|authentication\.(?:challenge|enroll)With(?:Any)?)$/

function olderStepUp(
  { name, code = '', isBound }: FoundAction,
  apis: readonly Api[],
): OlderStepUp[] {
  if (authorshipOf(code) !== 'foreign') return []
  const { calls, texts } = readAction(code)
  if (!calls.some(({ method }) => DEMANDS_MFA.test(method))) return []
  const known = new Set(apis.flatMap(({ scopes }) => scopes.map(({ value }) => value)))
  const claims = calls
    .filter(({ method }) => method.endsWith('setCustomClaim'))
    .map(({ args: [first] = [] }) => first && constantText(first))
  const acrs = texts.filter(
    (text) =>
      text === MULTI_FACTOR ||
      (/acr_values/.test(code) && /^(?:https?:|urn:)/.test(text) && !claims.includes(text)),
  )
  return [
    {
      action: name,
      isBound,
      scopes: [...new Set(texts)].filter((text) => known.has(text)),
      acrs: [...new Set(acrs)],
      others: [...new Set(texts)].filter(
        (text) => LIKE_A_SCOPE.test(text) && !known.has(text) && !acrs.includes(text),
      ),
    },
  ]
}

function rulesFor(
  apis: readonly Api[],
  olderStepUps: readonly OlderStepUp[],
): readonly ProposedRule[] {
  const ids = new Set<string>()
  const byScope = apis.flatMap((api) =>
    api.scopes.flatMap((scope): readonly ProposedRule[] => {
      const because = whyProtect(scope.value, olderStepUps)
      if (because === undefined || !isScope(scope.value)) return []
      return [{ id: freeId(scope.value, ids), because, protects: { api, scope } }]
    }),
  )
  const byAcr = [...new Set(olderStepUps.flatMap(({ acrs }) => acrs))].map((acr) => ({
    id: freeId(acr === MULTI_FACTOR ? 'multi-factor' : acr, ids),
    because: `The Action ${namesOf(olderStepUps.filter(({ acrs }) => acrs.includes(acr)))} asks for MFA where an app asks for this acr value.`,
    protects: { acr },
  }))
  return [...byScope, ...byAcr]
}

function whyProtect(scope: string, olderStepUps: readonly OlderStepUp[]): string | undefined {
  const older = olderStepUps.filter(({ scopes }) => scopes.includes(scope))
  if (older.length > 0) return `The Action ${namesOf(older)} names this scope, and asks for MFA.`
  const word = highValueWordIn(scope)
  return word === undefined ? undefined : `Its name looks high-value: \`${word}\`.`
}

function namesOf(olderStepUps: readonly OlderStepUp[]): string {
  return olderStepUps.map(({ action }) => `"${action}"`).join(' and ')
}

const ONLY_BY_ACR: ProposedRule = {
  id: 'multi-factor',
  because:
    'No scope that was looked at looks high-value, so this one binds only apps that ask for the acr value. Put a rule for a scope of yours in its place.',
  protects: { acr: MULTI_FACTOR },
}

const LONGEST_ID = 60

function freeId(text: string, taken: Set<string>): string {
  const words = text.toLowerCase().split(/[^a-z0-9]+/)
  const id = words.filter(Boolean).join('-').slice(0, LONGEST_ID)
  const start = /^[a-z]/.test(id) ? id : `rule-${id}`.slice(0, LONGEST_ID)
  const free = [start, ...Array.from({ length: 999 }, (_, i) => `${start}-${i + 2}`)].find(
    (one) => !taken.has(one),
  )
  taken.add(free ?? start)
  return free ?? start
}

/** An Action of that name which is not ours would stop the deploy. */
function freeName(actions: readonly FoundAction[]): string {
  const ours = actions.find(({ code = '' }) => authorshipOf(code) !== 'foreign' && code !== '')
  if (ours !== undefined) return ours.name
  const names = ['Step-up', 'Step-up policy', 'Step-up by policy', 'Step-up of auth0-step-up']
  return names.find((name) => !actions.some((action) => action.name === name)) ?? 'Step-up'
}
