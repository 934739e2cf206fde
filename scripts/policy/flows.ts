/**
 * Every way in which Auth0 runs a post-login Action, as far as a policy can tell them apart: by whether
 * somebody sits at a page, by the protocol, and by whether the user is there or somebody acts for them.
 * Written from the documentation; it shares nothing with the Action's own table.
 * @see https://auth0.com/docs/actions/reference/post-login/post-login-event-object (transaction.protocol)
 */
export type FlowId =
  | 'browser'
  | 'silent'
  | 'refresh-token'
  | (typeof WITHOUT_BROWSER)[number][0]
  | 'token-exchange-in-organization'
  | 'other'

export interface Flow {
  readonly id: FlowId
  /** Somebody acts for the user (session delegation, actor token), so nobody can be challenged. */
  readonly isActing: boolean
}

/** The protocols that show a page; SAML and WS-Federation carry acr values and no OAuth scopes. */
export const BROWSER_PROTOCOLS = [
  'oidc-basic-profile',
  'oidc-implicit-profile',
  'oidc-hybrid-profile',
  'oidc-ciba-web-link',
  'samlp',
  'wsfed',
] as const

export const REFRESH_PROTOCOL = 'oauth2-refresh-token'

// Each with its name for people, and whether `api.multifactor.enable` is documented to hold its token back.
const WITHOUT_BROWSER = [
  ['oauth2-password', 'password', true],
  ['oauth2-resource-owner', 'legacy resource owner', true],
  ['oauth2-device-code', 'device code', true],
  ['oauth2-token-exchange', 'token exchange', true],
  ['oidc-ciba', 'CIBA', false],
  ['oauth2-resource-owner-jwt-bearer', 'legacy resource owner by JWT bearer', false],
  ['oauth2-access-token', 'legacy social access token', false],
  ['oauth2-webauthn', 'WebAuthn grant', false],
  ['wstrust-usernamemixed', 'WS-Trust', false],
] as const

/** The documented protocols that show no page, refresh tokens apart. */
export const PROTOCOLS_WITHOUT_BROWSER: readonly string[] = WITHOUT_BROWSER.map(([name]) => name)

const OTHERS: readonly FlowId[] = [
  'refresh-token',
  ...WITHOUT_BROWSER.map(([name]) => name),
  'token-exchange-in-organization',
  'other',
]

/** All flows, the most ordinary first. */
export const FLOWS: readonly Flow[] = [
  ...(['browser', 'silent', ...OTHERS] as const).map((id) => ({ id, isActing: false })),
  // A silent login that nobody can be challenged in, or an organization, makes no further difference.
  ...(['browser', ...OTHERS] as const)
    .filter((id) => id !== 'token-exchange-in-organization')
    .map((id) => ({ id, isActing: true })),
]

/** The protocol whose answer a rule gives in a flow; undefined where only `others` speaks of it. */
export function answeredAs({ id }: Flow): string | undefined {
  if (id === 'refresh-token') return REFRESH_PROTOCOL
  if (id === 'token-exchange-in-organization') return 'oauth2-token-exchange'
  return PROTOCOLS_WITHOUT_BROWSER.includes(id) ? id : undefined
}

/** Whether Auth0 withholds the token of a flow without a browser until MFA is passed. */
export function canHoldBack({ id, isActing }: Flow): boolean {
  if (isActing) return false
  return (
    id === 'refresh-token' || WITHOUT_BROWSER.some(([name, , canWait]) => name === id && canWait)
  )
}

/**
 * Whether a token can carry scopes of its API that its request does not name. A refresh can as well, where
 * its event does not show what was granted.
 */
export function mayCarryUnasked({ id }: Flow): boolean {
  return !['browser', 'silent', 'refresh-token', 'wstrust-usernamemixed'].includes(id)
}

/** A flow for people, to follow "by": `password`. */
export function nameOfFlow(id: FlowId): string {
  switch (id) {
    case 'browser':
      return 'browser login'
    case 'silent':
      return 'silent login (`prompt=none`)'
    case 'refresh-token':
      return 'refresh token'
    case 'token-exchange-in-organization':
      return 'token exchange in an organization'
    case 'other':
      return 'a protocol that is not known'
    default:
      return WITHOUT_BROWSER.find(([name]) => name === id)?.[1] ?? id
  }
}

/** Names a set of flows in words that are true by themselves: `in a browser and by refresh token`. */
export function flowsInWords(flows: readonly Flow[]): string {
  const has = (id: FlowId, isActing = false) =>
    flows.some((flow) => flow.id === id && flow.isActing === isActing)
  if (FLOWS.every(({ id, isActing }) => has(id, isActing))) return 'in every flow'
  const without = OTHERS.filter((id) => has(id))
  const acting = actingInWords(flows, without)
  return joined([
    ...browserInWords(has('browser'), has('silent')),
    ...othersInWords(without),
    ...acting,
  ])
}

function browserInWords(isPage: boolean, isSilent: boolean): readonly string[] {
  if (isPage && isSilent) return ['in a browser']
  if (isPage) return ['on a page in a browser']
  return isSilent ? ['in a silent login (`prompt=none`)'] : []
}

function othersInWords(ids: readonly FlowId[]): readonly string[] {
  if (ids.length === 0) return []
  const missing = OTHERS.filter((id) => !ids.includes(id))
  if (missing.length === 0) return ['in every flow without a browser']
  if (!ids.includes('other')) return [`by ${joined(namesOf(ids))}`]
  const [only] = missing
  return only === 'refresh-token' && missing.length === 1
    ? ['by every grant and protocol without a browser but refresh tokens']
    : [`in every flow without a browser except ${joined(namesOf(missing))}`]
}

// Where a flow is named, whoever acts in it for somebody else is in it too, unless told apart here.
function actingInWords(flows: readonly Flow[], named: readonly FlowId[]): readonly string[] {
  const acting = flows.filter(({ isActing }) => isActing).map(({ id }) => id)
  const all = FLOWS.filter(({ isActing }) => isActing).map(({ id }) => id)
  if (acting.every((id) => named.includes(id))) return []
  const missing = all.filter((id) => !acting.includes(id))
  // Nobody who acts in a token exchange is told apart by organization.
  const who = 'for whoever acts for somebody else'
  if (missing.length === 0) return [who]
  return acting.length > missing.length
    ? [`${who} except by ${joined(missing.map(nameOfFlow))}`]
    : [`${who} by ${joined(acting.filter((id) => !named.includes(id)).map(nameOfFlow))}`]
}

function namesOf(ids: readonly FlowId[]): readonly string[] {
  const isWhole =
    ids.includes('oauth2-token-exchange') && ids.includes('token-exchange-in-organization')
  return ids
    .filter((id) => !(isWhole && id === 'token-exchange-in-organization'))
    .map((id) =>
      id === 'oauth2-token-exchange' && !isWhole
        ? 'token exchange outside organizations'
        : nameOfFlow(id),
    )
}

function joined(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`
}
