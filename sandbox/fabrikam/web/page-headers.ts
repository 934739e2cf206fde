import type { RequestHandler } from 'express'

/**
 * The headers of every page: nothing from elsewhere, no inline script or style, no frame, no cache. Forms may
 * lead to the authorization server, since browsers apply `form-action` to the redirects that follow a form.
 */
export function pageHeaders(issuerBaseUrl: string): RequestHandler {
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    'img-src data:',
    `form-action 'self' ${new URL(issuerBaseUrl).origin}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')
  return (_req, res, next) => {
    res.set({
      'content-security-policy': policy,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
    next()
  }
}
