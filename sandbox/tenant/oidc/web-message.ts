import type { KoaContextWithOIDC } from 'oidc-provider'

const TO_BE_ESCAPED = /[<>&\u2028\u2029]/g

/**
 * Answers an authorization request to the window that asked, by `response_mode=web_message`. The page stays open, as that
 * window closes it: one that closes itself can be gone before its message is read, and then counts as given up.
 * @see https://datatracker.ietf.org/doc/html/draft-sakimura-oauth-wmrm-01
 */
export function webMessage(
  ctx: KoaContextWithOIDC,
  redirectUri: string,
  response: Readonly<Record<string, unknown>>,
): void {
  const message = inScript({ type: 'authorization_response', response })
  ctx.type = 'html'
  if (![200, 400, 500].includes(ctx.status)) ctx.status = 'error' in response ? 400 : 200
  // The window that asks may be a frame of another origin.
  ctx.response.remove('x-frame-options')
  ctx.body = `<!doctype html>
<meta charset="utf-8">
<title>Answer to the app</title>
<script>(window.opener || window.parent).postMessage(${message}, ${inScript(redirectUri)})</script>
`
}

function inScript(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    TO_BE_ESCAPED,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
