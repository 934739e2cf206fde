import { CLOCK, PROTOCOL, REQUEST, REQUESTED_SCOPES } from './partition.ts'

/** A region of the combinations: these fields together with each other, the rest as far as it costs. */
export interface Focus {
  readonly name: string
  /** How many classes of a field are combined with everything; one (the ordinary) if not named. */
  readonly free: ReadonlyMap<string, number>
  /** How many fields may be beyond their free classes at once. */
  readonly deviations: number
  /** Whether each request is also compared with itself and one more scope. */
  readonly comparesScopes: boolean
  /** Given up where it takes more cases than its unit may; the others have few enough by themselves. */
  readonly isWide?: true
  /** Whether units that meet the same events in it share them out by their protocols. */
  readonly isDividedByProtocol?: true
}

const ALL = Infinity
const EVERY_PROTOCOL = [PROTOCOL, ALL] as const

/** Every way to ask, in every flow: all places of scopes, other APIs, actors, with and without MFA. */
const REQUESTS: Focus = {
  name: 'requests',
  free: new Map([
    EVERY_PROTOCOL,
    [REQUESTED_SCOPES, ALL],
    [REQUEST, ALL],
    ['refresh_token', ALL],
    ['client.refresh_token', ALL],
    ['resource_server', 3],
    ['transaction.acr_values', 2],
    ['transaction.actor', 2],
    ['organization', 2],
    ['authentication.methods', 2],
  ]),
  deviations: 0,
  comparesScopes: true,
}

/** Every MFA of the session, with every set of enrolled factors, risk and prompt, in every flow. */
const PROOFS: Focus = {
  name: 'proofs',
  free: new Map([
    EVERY_PROTOCOL,
    ['authentication.methods', ALL],
    ['user', 5],
    ['authentication.riskAssessment', 3],
    ['transaction.prompt', 2],
  ]),
  deviations: 0,
  comparesScopes: false,
}

/** Every client, organization and time, in every flow, with and without scopes and MFA. */
const EXCEPTIONS: Focus = {
  name: 'exceptions',
  free: new Map([
    EVERY_PROTOCOL,
    [CLOCK, ALL],
    ['client.client_id', ALL],
    ['organization', ALL],
    [REQUESTED_SCOPES, 4],
    [REQUEST, 3],
  ]),
  deviations: 0,
  comparesScopes: true,
}

/** Every field at every class, all together: nothing is left out. */
const EVERYTHING: Focus = {
  name: 'everything',
  free: new Map(),
  deviations: ALL,
  comparesScopes: true,
  isWide: true,
  isDividedByProtocol: true,
}

/** Any three fields, whatever they are, at any of their classes, in every flow. */
const TRIPLES: Focus = {
  name: 'triples',
  free: new Map([EVERY_PROTOCOL]),
  deviations: 3,
  comparesScopes: false,
  isWide: true,
}

/** Any two fields, whatever they are, at any of their classes, in every flow. */
const PAIRS: Focus = {
  name: 'pairs',
  free: new Map([EVERY_PROTOCOL]),
  deviations: 2,
  comparesScopes: false,
}

/** Every flow, and on top of it any one field at any of its classes. */
const SINGLES: Focus = {
  name: 'singles',
  free: new Map([EVERY_PROTOCOL, [REQUEST, 3], [CLOCK, ALL]]),
  deviations: 1,
  comparesScopes: true,
}

/** The least that tells whether a scope is under its rule: every flow, fresh, stale and no MFA. */
const SAMPLE: Focus = {
  name: 'sample',
  free: new Map([
    EVERY_PROTOCOL,
    [REQUESTED_SCOPES, 4],
    [REQUEST, 4],
    ['authentication.methods', 3],
    ['user', 2],
  ]),
  deviations: 0,
  comparesScopes: false,
}

/** For the first rule of its kind: each where the one before takes too many cases. */
export const WHOLE: readonly (readonly Focus[])[] = [
  [EVERYTHING],
  [REQUESTS, PROOFS, EXCEPTIONS, TRIPLES],
  [PAIRS],
]
/** For a first look. */
export const QUICK: readonly (readonly Focus[])[] = [[SINGLES]]
/** For a rule that differs from an explored one in names only. */
export const ALIKE: readonly (readonly Focus[])[] = [[SINGLES, SAMPLE]]
/** For the other scopes of a rule. */
export const FURTHER_SCOPE: readonly (readonly Focus[])[] = [[SAMPLE]]

/** Each value that only code can tell from others, by itself and in every flow. */
export const MORE: Focus = {
  name: 'more values',
  free: new Map([
    [PROTOCOL, 20],
    [REQUEST, 2],
  ]),
  deviations: 1,
  comparesScopes: false,
}
/** Two such values at once, in the flows that most people use. */
export const MORE_PAIRS: Focus = {
  name: 'pairs of more values',
  free: new Map([[PROTOCOL, 2]]),
  deviations: 2,
  comparesScopes: false,
  isWide: true,
}

/** What no single unusual field brings about: grants of a refresh, and several MFA for several scopes. */
const REFRESHES: Focus = {
  name: 'refreshes',
  free: new Map([
    [PROTOCOL, 2],
    ['refresh_token', ALL],
    ['client.refresh_token', ALL],
    ['resource_server', 3],
    [REQUEST, 4],
    [REQUESTED_SCOPES, 3],
  ]),
  deviations: 0,
  comparesScopes: false,
}
const SEVERAL_PROOFS: Focus = {
  name: 'several proofs',
  free: new Map([
    [REQUESTED_SCOPES, 5],
    ['authentication.methods', ALL],
  ]),
  deviations: 0,
  comparesScopes: false,
}
const FEW_MORE: Focus = {
  name: 'few more values',
  free: new Map([[PROTOCOL, 2]]),
  deviations: 1,
  comparesScopes: false,
}
/** What takes every turn of a sound engine, with the policies of a rehearsal. */
export const REHEARSAL: readonly Focus[] = [SINGLES, REFRESHES, SEVERAL_PROOFS]
export const MORE_REHEARSAL: readonly Focus[] = [FEW_MORE]
