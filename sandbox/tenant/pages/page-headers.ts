/**
 * The headers of every page of the login: nothing from elsewhere, no inline script or style, no frame, no cache.
 *
 * There is no `form-action`: Chromium applies it to the redirects that follow a form too, and the last of them
 * goes to the callback of any application, be it `http://localhost:3000` or `com.example.app://`.
 *
 * @see https://github.com/w3c/webappsec-csp/issues/8
 */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self' data:",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; '),
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}
