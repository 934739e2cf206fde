import type { RequestHandler } from 'express'
import { DPOP_ALGORITHMS, type Dpop } from './refusal.ts'

const WELL_KNOWN = '/.well-known/oauth-protected-resource'

/** @see RFC 9728 section 3.1 @param resource the URL of the API */
export function metadataUrlOf(resource: string): string {
  const { origin, pathname, search } = new URL(resource)
  return `${origin}${WELL_KNOWN}${pathname === '/' ? '' : pathname}${search}`
}

export interface ProtectedResource {
  readonly resource: string
  readonly issuer: string
  readonly dpop: Dpop
  readonly isCertificateBound: boolean
  /** A high-value scope is asked for when it is needed, and not with the first login. */
  readonly everydayScopes: ReadonlySet<string>
}

/** Answers where RFC 9728 has a client look for the authorization server of an API. */
export function metadataRoute(api: ProtectedResource): RequestHandler {
  const { pathname } = new URL(metadataUrlOf(api.resource))
  return (req, res, next) => {
    const [path] = req.originalUrl.split('?')
    if (path !== pathname || !['GET', 'HEAD'].includes(req.method)) {
      next()
      return
    }
    res.json({
      resource: api.resource,
      authorization_servers: [api.issuer],
      bearer_methods_supported: ['header'],
      // RFC 9728 section 3.2: what has no values is left out.
      ...(api.everydayScopes.size > 0 && { scopes_supported: [...api.everydayScopes] }),
      ...(api.dpop !== 'refused' && { dpop_signing_alg_values_supported: DPOP_ALGORITHMS }),
      ...(api.dpop === 'required' && { dpop_bound_access_tokens_required: true }),
      ...(api.isCertificateBound && { tls_client_certificate_bound_access_tokens: true }),
    })
  }
}
