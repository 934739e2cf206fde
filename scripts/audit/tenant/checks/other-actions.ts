import { finding } from '../../finding.ts'
import { callsIn, normalizeSource, stringsIn, type Call } from '../action-source.ts'
import { protectedAudiences, protectedScopes, type AuditContext, type Check } from '../context.ts'
import { known } from '../facts.ts'

/** Customize MFA Selection: for all Actions of a login together. */
const MAX_CHALLENGE_COMMANDS = 4

export const OTHER_ACTION_CHECKS: readonly Check[] = [
  nobodySwitchesMfaOff,
  nobodyRedirectsAfterUs,
  nobodyAddsProtectedScopes,
  nobodyAddsUnknownScopes,
  nobodySetsTargetScopes,
  challengeCommandsSuffice,
  sourcesAreVisible,
]

const MODULE_PREFIX = 'actions:'

function nobodySwitchesMfaOff(context: AuditContext) {
  return callsOfOthers(context, String.raw`multifactor\.enable`).flatMap(
    ({ action, call, runs }) =>
      runs === 'after' && mayBe('none', call)
        ? [finding('later-action-switches-mfa-off', action, { action, call: call.text })]
        : [],
  )
}

function nobodyRedirectsAfterUs(context: AuditContext) {
  return callsOfOthers(context, String.raw`redirect\.sendUserTo`).flatMap(
    ({ action, call, runs }) =>
      runs === 'after'
        ? [finding('later-action-redirects', action, { action, call: call.text })]
        : [],
  )
}

// Also before ours: what is added was not requested, and rules go by what is requested.
function nobodyAddsProtectedScopes(context: AuditContext) {
  return addedScopes(context).flatMap(({ action, call, scopes }) =>
    scopes.length === 0
      ? []
      : [finding('action-adds-protected-scope', action, { action, call, scopes })],
  )
}

function nobodyAddsUnknownScopes(context: AuditContext) {
  return addedScopes(context).flatMap(({ action, call, scopes, isKnown }) =>
    scopes.length > 0 || isKnown
      ? []
      : [finding('action-adds-unknown-scope', action, { action, call })],
  )
}

function nobodySetsTargetScopes(context: AuditContext) {
  return callsOfOthers(context, '(?:set|add)TargetScopes?').map(({ action, call }) =>
    finding('action-sets-target-scopes', action, { action, call: call.text }),
  )
}

function challengeCommandsSuffice(context: AuditContext) {
  const commands = new Map<string, number>()
  for (const { action } of callsOfOthers(context, '(?:challenge|enroll)With(?:Any)?')) {
    commands.set(action, (commands.get(action) ?? 0) + 1)
  }
  const others = [...commands].map(([action, count]) => ({ action, commands: count }))
  const ours = ourChallengeCommands(context)
  const total = others.reduce((sum, { commands: count }) => sum + count, ours)
  if (ours === 0 || total <= MAX_CHALLENGE_COMMANDS) return []
  return [finding('too-many-challenge-commands', 'post-login', { ours, others })]
}

// For `any` factor ours uses `multifactor.enable`, which does not count.
function ourChallengeCommands({ policy }: AuditContext): number {
  const rules = policy.rules.filter(({ requires, whenConfidenceIsLow: low }) =>
    [requires, low].some((requirement) => Array.isArray(requirement?.factors)),
  )
  if (rules.length === 0) return 0
  return rules.some(({ whenNotEnrolled }) => whenNotEnrolled === 'enroll') ? 2 : 1
}

// Modules are required as `actions:NAME` (Actions Modules), and are stored apart from the Action.
function sourcesAreVisible(context: AuditContext) {
  return othersInFlow(context).flatMap(({ action, source }) => {
    const modules = stringsIn(source)
      .filter((text) => text.startsWith(MODULE_PREFIX))
      .map((text) => text.slice(MODULE_PREFIX.length))
    if (source !== '' && modules.length === 0) return []
    return [finding('action-source-hidden', action, { action, modules })]
  })
}

interface OtherInFlow {
  readonly action: string
  readonly runs: 'before' | 'after'
  /** Normalized. */
  readonly source: string
}

// An Action that is not bound runs nowhere; where ours is not bound, all others count as before it.
function othersInFlow({ facts }: AuditContext): readonly OtherInFlow[] {
  const flow = known(facts.flow) ?? []
  const ours = known(facts.ourAction)?.name
  const place = flow.findIndex(({ name }) => name === ours)
  return flow.flatMap(({ name: action, code }, i) => {
    if (action === ours) return []
    const runs = place !== -1 && i > place ? 'after' : 'before'
    return [{ action, runs, source: normalizeSource(code) }]
  })
}

interface CallOfOther extends OtherInFlow {
  readonly call: Call
}

function callsOfOthers(context: AuditContext, name: string): readonly CallOfOther[] {
  return othersInFlow(context).flatMap((other) =>
    callsIn(other.source, name).map((call) => ({ ...other, call })),
  )
}

function addedScopes(context: AuditContext) {
  const allProtected = protectedAudiences(context).flatMap((audience) =>
    protectedScopes(context, audience),
  )
  return callsOfOthers(context, String.raw`accessToken\.addScope`).map(
    ({ action, call, source }) => {
      // A variable may hold whatever the source names elsewhere.
      const isKnown = isLiteral(call.args)
      const named = stringsIn(isKnown ? call.args : source).map((text) => text.trim())
      const scopes = allProtected.filter((scope) => named.includes(scope))
      return { action, call: call.text, scopes, isKnown }
    },
  )
}

// Whatever is no plain string may come to be any, such as `none` in `event.secrets.PROVIDER || "any"`.
function mayBe(value: string, { args }: Call): boolean {
  const [first = ''] = args.split(',')
  return stringsIn(first).includes(value) || !isLiteral(first)
}

function isLiteral(argument: string): boolean {
  const [only] = stringsIn(argument)
  return only !== undefined && only.length + 2 === argument.length && !argument.includes('${')
}
