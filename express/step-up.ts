import type { Request, RequestHandler, Response } from 'express'
import { judge, type Claims, type Demands } from './judge.ts'
import { metadataRoute, metadataUrlOf } from './metadata.ts'
import { checkOptions, type StepUpOptions } from './options.ts'
import { withPatience } from './patience.ts'
import { answer, invalidToken, unavailable, type Refusal } from './refusal.ts'
import { isScope, onlyOne } from './shape.ts'
import type { IssuedToken, UsedTokens } from './used-tokens.ts'
import { tokenVerifier } from './verify-token.ts'

export type { StepUpOptions } from './options.ts'

export interface StepUp {
  /** Tells clients where to log in (RFC 9728); goes before everything that needs a token. */
  readonly metadata: RequestHandler
  /** Lets in who has a token of the API, whatever its scopes. */
  readonly requireToken: RequestHandler
  /** Lets in who was granted the scope. If it is high-value, the token is used up by the request. */
  readonly requireScope: (scope: string) => RequestHandler
  /** Lets in who was granted all of them; also then the token is used up once. */
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
 * - not known whether it is valid, or was used before: 503
 *
 * @throws TypeError for options that would protect less than they seem to
 * @see RFC 6750, RFC 9470, RFC 9728
 */
export function stepUp(...given: readonly [StepUpOptions]): StepUp {
  const api = checkOptions(onlyOne(given, 'stepUp takes one object of options'))
  const everydayScopes = new Set<string>()
  const challenger = { dpop: api.dpop, metadataUrl: metadataUrlOf(api.resource) }

  // Each is done once for a request, however many guards it passes.
  const verified = oncePerRequest(tokenVerifier(api))
  const usedUp = oncePerRequest((_req, _res, token: IssuedToken) => useUp(api.used, token))

  type Examine = (claims: Claims, req: Request, res: Response) => Promise<Refusal | undefined>
  const guard = (examine: Examine) => {
    const handler: RequestHandler = async (req, res, next) => {
      const outcome = await verified(req, res)
      const refusal = outcome.refusal ?? (await examine(outcome.claims, req, res))
      if (refusal === undefined) next()
      else answer(refusal, res, challenger)
    }
    return handler
  }

  const requireAll = (scopes: readonly string[]): RequestHandler => {
    const demands: Demands = {
      scopes,
      requirements: scopes.flatMap((scope) => api.demanded.get(scope) ?? []),
      audience: api.audience,
      claim: api.requirements.claim,
      delegated: api.delegated,
    }
    for (const scope of scopes) if (!api.demanded.has(scope)) everydayScopes.add(scope)
    return guard(async (claims, req, res) => {
      const judgement = judge(claims, demands, Date.now())
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
      resource: api.resource,
      issuer: new URL(api.issuerBaseUrl).href,
      dpop: api.dpop,
      isCertificateBound: api.getCertificate !== undefined,
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
      const [list] = given
      // A copy, which nobody changes later, and in which a hole is `undefined`.
      const scopes: unknown[] = Array.isArray(list) ? [...(list as unknown[])] : []
      if (given.length === 1 && scopes.length > 0 && scopes.every(isScope))
        return requireAll(scopes)
      throw new TypeError("requireScopes takes one list of scopes, such as ['a', 'b']")
    },
  }
}

async function useUp(used: UsedTokens, token: IssuedToken): Promise<Refusal | undefined> {
  let use: unknown
  try {
    use = await withPatience(Promise.resolve(used.use(token)), 'The store')
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
    default:
      // Also what a store of somebody's own must not say.
      return unavailable('It cannot be known whether the token was used before')
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
