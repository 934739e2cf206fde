import type { Request, RequestHandler, Response } from 'express'
import type { GetCertificate } from 'express-oauth2-jwt-bearer'
import { judge, type Demands } from './judge.ts'
import { metadataRoute, metadataUrlOf } from './metadata.ts'
import { answer, invalidToken, type Dpop, type Refusal } from './refusal.ts'
import { isText, knownKeys, readRequirements, type Requirements } from './requirements.ts'
import type { IssuedToken, UsedTokens } from './used-tokens.ts'
import { tokenVerifier } from './verify-token.ts'

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

export interface StepUp {
  /** Tells clients where to log in (RFC 9728); stands before everything that needs a token. */
  readonly metadata: RequestHandler
  /** Lets in who has a token of the API, whatever its scopes. */
  readonly requireToken: RequestHandler
  /** Lets in who was granted the scope. If it is high-value, the token is used up by the request. */
  readonly requireScope: (scope: string) => RequestHandler
  /** Lets in who was granted all of them; also then a token is used up but once. */
  readonly requireScopes: (scopes: readonly string[]) => RequestHandler
}

/**
 * Makes the middleware of an API that demands what the policy does. It verifies tokens itself, and refuses:
 *
 * - no token, or one that is not valid, not for this API or bound to a key that was not shown: 401 or 400
 * - no such scope: 403 `insufficient_scope`. To ask for it is all the client has to do, as the authorization
 *   server challenges whoever asks
 * - a high-value scope with no user behind it, or an MFA too long ago: 401 `insufficient_user_authentication`
 * - a high-value token that was used before, or that may have been: 401 `invalid_token`
 * - not known whether it was used before: 503
 *
 * @throws TypeError for options that would protect less than they seem to
 * @see RFC 6750, RFC 9470, RFC 9728
 */
export function stepUp(options: StepUpOptions): StepUp {
  const { audience, used, dpop = 'accepted', delegated = 'refused' } = checked(options)
  const { resource = audience, getCertificate } = options
  const requirements = readRequirements(options.requirements)
  const demanded = new Map(Object.entries(requirements.audiences[audience] ?? {}))
  const everydayScopes = new Set<string>()
  const verifyToken = tokenVerifier({
    issuerBaseUrl: options.issuerBaseUrl,
    audience,
    signingAlg: options.signingAlg ?? 'RS256',
    dpop,
    getCertificate,
  })

  // Of one request each is done but once, however many guards it passes.
  const verified = oncePerRequest(verifyToken)
  const usedUp = oncePerRequest((_req, _res, token: IssuedToken) => useUp(used, token))

  const guard = (examine: (req: Request, res: Response) => Promise<Refusal | undefined>) => {
    const handler: RequestHandler = async (req, res, next) => {
      const refusal = (await verified(req, res)) ?? (await examine(req, res))
      if (refusal === undefined) next()
      else answer(refusal, res, { dpop, metadataUrl: metadataUrlOf(resource) })
    }
    return handler
  }

  const requireAll = (scopes: readonly string[]): RequestHandler => {
    const demands: Demands = {
      scopes,
      requirements: scopes.flatMap((scope) => demanded.get(scope) ?? []),
      audience,
      claim: requirements.claim,
      delegated,
    }
    for (const scope of scopes) if (!demanded.has(scope)) everydayScopes.add(scope)
    return guard(async (req, res) => {
      const judgement = judge(req.auth?.payload ?? {}, demands, Date.now())
      switch (judgement.outcome) {
        case 'everyday':
          return undefined
        case 'refused':
          return judgement.refusal
        case 'high-value':
          return usedUp(req, res, judgement.token)
      }
    })
  }

  return {
    metadata: metadataRoute({
      resource,
      issuer: new URL(options.issuerBaseUrl).href,
      dpop,
      isCertificateBound: getCertificate !== undefined,
      everydayScopes,
    }),
    requireToken: guard(() => Promise.resolve(undefined)),
    requireScope: (...given: readonly unknown[]) => {
      if (given.length === 1 && isScope(given[0])) return requireAll([given[0]])
      throw new TypeError(
        "requireScope takes one scope; for more there is requireScopes(['a', 'b'])",
      )
    },
    requireScopes: (...given: readonly unknown[]) => {
      const [scopes] = given
      if (
        given.length === 1 &&
        Array.isArray(scopes) &&
        scopes.length > 0 &&
        scopes.every(isScope)
      ) {
        return requireAll(scopes)
      }
      throw new TypeError("requireScopes takes one list of scopes, such as ['a', 'b']")
    },
  }
}

async function useUp(used: UsedTokens, token: IssuedToken): Promise<Refusal | undefined> {
  let use: unknown
  try {
    use = await used.use(token)
  } catch {
    // Not known: refused below.
  }
  switch (use) {
    case 'first-use':
      return undefined
    case 'used-before':
      return invalidToken('The token was used before')
    case 'not-remembered':
      return invalidToken('The token may have been used before: get a new one')
    default: {
      // Also what a store of somebody's own must not say.
      const description = 'It cannot be known whether the token was used before'
      return { status: 503, error: 'temporarily_unavailable', description }
    }
  }
}

function oncePerRequest<Rest extends readonly unknown[], T>(
  work: (req: Request, res: Response, ...rest: Rest) => Promise<T>,
): (req: Request, res: Response, ...rest: Rest) => Promise<T> {
  const begun = new WeakMap<Request, Promise<T>>()
  return (req, res, ...rest) => {
    const result = begun.get(req) ?? work(req, res, ...rest)
    begun.set(req, result)
    return result
  }
}

/** RFC 6749 section 3.3 */
function isScope(value: unknown): value is string {
  return isText(value) && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(value)
}

const isUrl = (value: unknown): boolean =>
  isText(value) && /^https?:\/\//.test(value) && URL.canParse(value)

const OPTIONS = {
  issuerBaseUrl: isUrl,
  audience: isText,
  requirements: () => true,
  used: (value: unknown) => typeof (value as UsedTokens | null)?.use === 'function',
  resource: isText,
  dpop: (value: unknown) => ['accepted', 'required', 'refused'].includes(value as string),
  getCertificate: (value: unknown) => typeof value === 'function',
  delegated: (value: unknown) => ['accepted', 'refused'].includes(value as string),
  signingAlg: (value: unknown) => ['RS256', 'PS256'].includes(value as string),
}

/** Where the compiler is not asked, whatever is wrong is said when the API starts. */
function checked(options: StepUpOptions): StepUpOptions {
  const given = knownKeys(options, 'the options of stepUp', OPTIONS)
  for (const key of ['issuerBaseUrl', 'audience', 'requirements', 'used']) {
    if (given[key] === undefined) throw new TypeError(`the options of stepUp have no \`${key}\``)
  }
  const { audience, requirements, resource = audience } = options
  const { audiences } = readRequirements(requirements)
  if (!Object.hasOwn(audiences, audience) || Object.keys(audiences[audience] ?? {}).length === 0) {
    throw new TypeError(`no requirements for the audience \`${audience}\``)
  }
  if (!isUrl(resource) || resource.includes('#')) {
    throw new TypeError(`\`resource\` is missing: clients find no API at \`${resource}\``)
  }
  return options
}
