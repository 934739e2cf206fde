import type { GetCertificate } from 'express-oauth2-jwt-bearer'
import type { Dpop } from './refusal.ts'
import { readRequirements, type Requirements } from './requirements.ts'
import { checkShape, OBJECT, oneOf, TEXT, urlOf, type Shape } from './shape.ts'
import type { UsedTokens } from './used-tokens.ts'

export interface StepUpOptions {
  /** Issuer of the tokens, such as `https://acme.eu.auth0.com` */
  readonly issuerBaseUrl: string
  /** Identifier of the API at Auth0 */
  readonly audience: string
  /** Content of `dist/step-up.requirements.json` */
  readonly requirements: Requirements
  /** `usedInRedis(…)`, or `usedInMemory()` where one instance runs */
  readonly used: UsedTokens
  /** URL at which clients find the API; the audience unless given */
  readonly resource?: string
  /** Tokens that are bound to a key of the client (RFC 9449); `accepted` unless given, beside bearer tokens */
  readonly dpop?: Dpop
  /** The client's certificate of a request (RFC 8705); without it, tokens bound to one are refused */
  readonly getCertificate?: GetCertificate
  /** Whether another party may act for the user (`act`, RFC 8693) in what is high-value; `refused` unless given */
  readonly delegated?: 'accepted' | 'refused'
  /** `RS256` unless given */
  readonly signingAlg?: 'RS256' | 'PS256'
}

const WEB_URL = urlOf('https', 'http')

const OPTIONS: Readonly<Record<keyof StepUpOptions, Shape>> = {
  issuerBaseUrl: WEB_URL,
  audience: TEXT,
  requirements: OBJECT,
  used: {
    fits: (value) => typeof (value as UsedTokens | null)?.use === 'function',
    words: '`usedInRedis(…)` or `usedInMemory()`',
  },
  resource: WEB_URL,
  dpop: oneOf('accepted', 'required', 'refused'),
  getCertificate: { fits: (value) => typeof value === 'function', words: 'a function' },
  delegated: oneOf('accepted', 'refused'),
  signingAlg: oneOf('RS256', 'PS256'),
}

/**
 * Checks the options, and fills in what they leave out.
 * @throws TypeError for what would protect less than it seems to
 */
export function checkOptions(given: StepUpOptions) {
  const own = checkShape(given, 'options of stepUp', OPTIONS)
  for (const key of ['issuerBaseUrl', 'audience', 'requirements', 'used']) {
    if (own[key] === undefined) throw new TypeError(`options of stepUp: no \`${key}\``)
  }
  const options = own as unknown as StepUpOptions
  const { audience, resource = audience } = options
  const requirements = readRequirements(options.requirements)
  const { audiences } = requirements
  const demanded = Object.hasOwn(audiences, audience) ? audiences[audience] : undefined
  if (demanded === undefined || Object.keys(demanded).length === 0) {
    throw new TypeError(`requirements: nothing about the audience \`${audience}\``)
  }
  if (!WEB_URL.fits(resource)) {
    throw new TypeError(
      `options of stepUp: no \`resource\`, and clients find no API at \`${resource}\``,
    )
  }
  return {
    ...options,
    resource,
    requirements,
    demanded: new Map(Object.entries(demanded)),
    // Not by spreading: what is given as `undefined` is left out as well.
    dpop: options.dpop ?? 'accepted',
    delegated: options.delegated ?? 'refused',
    signingAlg: options.signingAlg ?? 'RS256',
  }
}
