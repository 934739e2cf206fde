import { child, constantText, list, nameOf, type Syntax } from '../../reading/syntax.ts'
import { finding, type Check } from './finding.ts'
import { readAction, type ActionReading, type ApiCall } from '../tenant/action-source.ts'
import { protectedAudiences, protectedScopes, type AuditContext } from './context.ts'
import { known } from '../tenant/facts.ts'

/** Customize MFA Selection: for all Actions of a login together. */
const MAX_CHALLENGE_COMMANDS = 4

export const OTHER_ACTION_CHECKS: readonly Check[] = [
  nobodySwitchesMfaOff,
  nobodyElseStepsUp,
  nobodyRedirectsAfterUs,
  nobodyAddsProtectedScopes,
  nobodyAddsUnknownScopes,
  nobodySetsTargetScopes,
  nobodySetsOurClaim,
  nobodyElseEnrols,
  challengeCommandsSuffice,
  nobodyChangesTheEvent,
  everythingIsFollowed,
  sourcesAreVisible,
]

const MODULE_PREFIX = 'actions:'
const ENABLE = 'multifactor.enable'
const ENROLLS = /^authentication\.enrollWith(?:Any)?$/
const CHALLENGES = /^authentication\.(?:challenge|enroll)With(?:Any)?$/

function nobodySwitchesMfaOff(context: AuditContext) {
  return callsOfOthers(context, ENABLE).flatMap(({ action, call, runs }) =>
    runs === 'after' && mayBe('none', call)
      ? [finding('later-action-switches-mfa-off', action, { action, call: call.text })]
      : [],
  )
}

// A step-up of the time before this package: it demands MFA, and names what our rules protect.
function nobodyElseStepsUp(context: AuditContext) {
  const names = protectedNames(context)
  return othersInFlow(context).flatMap(({ action, runs, reading }) => {
    const demands = reading.calls.filter(
      ({ method, args }) =>
        CHALLENGES.test(method) || (method === ENABLE && !isText('none', args?.[0])),
    )
    const remembering = demands.find((call) => mayRemember(call))
    if (runs === 'after' && remembering !== undefined) {
      return [finding('later-action-remembers-browser', action, { action, call: remembering.text })]
    }
    const named = names.filter((name) => reading.texts.includes(name))
    const [first] = demands
    return first === undefined || named.length === 0
      ? []
      : [finding('other-step-up', action, { action, call: first.text, names: named })]
  })
}

function protectedNames(context: AuditContext): readonly string[] {
  const scopes = protectedAudiences(context).flatMap((audience) =>
    protectedScopes(context, audience),
  )
  const acrs = context.policy.rules.flatMap(({ protects }) => protects.acr ?? [])
  return [...new Set([...scopes, ...acrs])]
}

// Left out it is `false`; whatever is not written out may come to be `true`.
function mayRemember({ method, args }: ApiCall): boolean {
  if (method !== ENABLE) return false
  if (args === undefined) return true
  const [, options] = args
  if (options === undefined) return false
  const setting = list(options, 'properties').find(
    (each) => nameOf(each) === 'allowRememberBrowser',
  )
  if (options.type !== 'ObjectExpression') return true
  if (setting === undefined) return list(options, 'properties').some(isSpread)
  return !isFalse(child(setting, 'value'))
}

function isSpread({ type }: Syntax): boolean {
  return type === 'SpreadElement'
}

// esbuild writes `false` as `!1`.
function isFalse(node: Syntax | undefined): boolean {
  if (node?.['value'] === false) return true
  return node?.['operator'] === '!' && child(node, 'argument')?.['value'] === 1
}

function nobodyRedirectsAfterUs(context: AuditContext) {
  return callsOfOthers(context, 'redirect.sendUserTo').flatMap(({ action, call, runs }) =>
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
  return callsOfOthers(context, /^transaction\.(?:set|add)TargetScopes?$/).map(({ action, call }) =>
    finding('action-sets-target-scopes', action, { action, call: call.text }),
  )
}

// Who verifies tokens takes it for a proof of MFA.
function nobodySetsOurClaim(context: AuditContext) {
  const { claim, idTokenClaim } = context.policy
  return [
    { claim, method: 'accessToken.setCustomClaim' },
    { claim: idTokenClaim, method: 'idToken.setCustomClaim' },
  ].flatMap(({ claim: ours, method }) =>
    ours === undefined
      ? []
      : callsOfOthers(context, method).flatMap(({ action, call }) =>
          mayBe(ours, call)
            ? [finding('action-sets-our-claim', action, { action, call: call.text, claim: ours })]
            : [],
        ),
  )
}

// Whoever is denied for want of a factor can come by one there: both commands enrol who has none.
function nobodyElseEnrols(context: AuditContext) {
  const rules = context.policy.rules
    .filter(({ whenNotEnrolled }) => whenNotEnrolled === 'deny')
    .map(({ id }) => id)
  if (rules.length === 0) return []
  return othersInFlow(context).flatMap(({ action, reading }) => {
    const call = reading.calls.find(
      ({ method, args }) =>
        ENROLLS.test(method) || (method === ENABLE && !isText('none', args?.[0])),
    )
    return call === undefined
      ? []
      : [finding('action-lets-enrol', action, { action, call: call.text, rules })]
  })
}

function challengeCommandsSuffice(context: AuditContext) {
  const commands = new Map<string, number>()
  for (const { action } of callsOfOthers(context, CHALLENGES)) {
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

// Only before ours: what comes after can no more change what ours has read.
function nobodyChangesTheEvent(context: AuditContext) {
  return othersInFlow(context).flatMap(({ action, runs, reading: { eventWrites } }) =>
    runs === 'after' || eventWrites.length === 0
      ? []
      : [finding('earlier-action-changes-event', action, { action, places: eventWrites })],
  )
}

function everythingIsFollowed(context: AuditContext) {
  return othersInFlow(context).flatMap(({ action, isHidden, reading }) =>
    isHidden || reading.unclear.length === 0
      ? []
      : [finding('action-not-followed', action, { action, unclear: reading.unclear })],
  )
}

// Modules are required as `actions:NAME` (Actions Modules), and are stored apart from the Action.
function sourcesAreVisible(context: AuditContext) {
  return othersInFlow(context).flatMap(({ action, isHidden, reading }) => {
    const modules = reading.texts
      .filter((text) => text.startsWith(MODULE_PREFIX))
      .map((text) => text.slice(MODULE_PREFIX.length))
    if (!isHidden && modules.length === 0) return []
    return [finding('action-source-hidden', action, { action, modules })]
  })
}

interface OtherInFlow {
  readonly action: string
  readonly runs: 'before' | 'after'
  readonly isHidden: boolean
  readonly reading: ActionReading
}

const READ = new WeakMap<AuditContext, readonly OtherInFlow[]>()

function othersInFlow(context: AuditContext): readonly OtherInFlow[] {
  const others = READ.get(context) ?? readOthers(context)
  READ.set(context, others)
  return others
}

// An Action that is not bound runs nowhere; where ours is not bound, all others count as before it.
function readOthers({ facts }: AuditContext): readonly OtherInFlow[] {
  const flow = known(facts.flow) ?? []
  const ours = known(facts.ourAction)?.name
  const place = flow.findIndex(({ name }) => name === ours)
  return flow.flatMap(({ name: action, code }, i) => {
    if (action === ours) return []
    const runs = place !== -1 && i > place ? 'after' : 'before'
    return [{ action, runs, isHidden: code === '', reading: readAction(code) }]
  })
}

interface CallOfOther extends OtherInFlow {
  readonly call: ApiCall
}

function callsOfOthers(context: AuditContext, method: string | RegExp): readonly CallOfOther[] {
  const isMeant = (call: ApiCall) =>
    typeof method === 'string' ? call.method === method : method.test(call.method)
  return othersInFlow(context).flatMap((other) =>
    other.reading.calls.filter(isMeant).map((call) => ({ ...other, call })),
  )
}

function addedScopes(context: AuditContext) {
  const allProtected = protectedAudiences(context).flatMap((audience) =>
    protectedScopes(context, audience),
  )
  return callsOfOthers(context, 'accessToken.addScope').map(({ action, call, reading }) => {
    // A variable may hold whatever the source names elsewhere.
    const [argument] = call.args ?? []
    const text = argument && constantText(argument)
    const named = (text === undefined ? reading.texts : [text]).map((each) => each.trim())
    const scopes = allProtected.filter((scope) => named.includes(scope))
    return { action, call: call.text, scopes, isKnown: text !== undefined }
  })
}

// Whatever is no plain text may come to be any, such as `none` in `event.secrets.PROVIDER || "any"`.
function mayBe(value: string, { args }: ApiCall): boolean {
  const [first] = args ?? []
  return first === undefined || mayText(value, first)
}

// Of `${event.secrets.NAMESPACE}/tier` the end is known.
function mayText(value: string, node: Syntax): boolean {
  const text = constantText(node)
  if (text !== undefined) return text === value
  const [first, last] = endsOf(node)
  return value.startsWith(first) && value.endsWith(last)
}

/** What the text of an expression is known to begin and to end with. */
function endsOf(node: Syntax): readonly [first: string, last: string] {
  const text = constantText(node)
  if (text !== undefined) return [text, text]
  if (node.type === 'TemplateLiteral') {
    const quasis = list(node, 'quasis').map(({ value }) => (value as { cooked?: string }).cooked)
    return [quasis[0] ?? '', quasis.at(-1) ?? '']
  }
  const [left, right] = [child(node, 'left'), child(node, 'right')]
  if (node.type !== 'BinaryExpression' || node['operator'] !== '+') return ['', '']
  return [left ? endsOf(left)[0] : '', right ? endsOf(right)[1] : '']
}

function isText(value: string, node: Syntax | undefined): boolean {
  return node !== undefined && constantText(node) === value
}
