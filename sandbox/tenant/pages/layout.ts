import { html, type Html } from './html.ts'

export interface PageContent {
  /** names the step; the only heading of the page */
  readonly title: string
  /** what the user is to do, in a sentence */
  readonly lead?: Html | string
  readonly body: Html
  /** said at the foot of the page, after what it is */
  readonly hint?: Html
  /** loads the script that talks to a security key, waits for a device, or shows a password */
  readonly script?: 'webauthn' | 'poll' | 'password'
}

const LOGO = html`<svg class="logo" viewBox="0 0 48 48" aria-hidden="true">
  <path d="M24 3 6 9v15c0 11 8 18 18 21 10-3 18-10 18-21V9Z" />
  <path class="keyhole" d="M24 16a5 5 0 0 0-2.5 9.3L20 33h8l-1.5-7.7A5 5 0 0 0 24 16Z" />
</svg>`

/** @returns a whole document */
export function page({ title, lead, body, hint, script }: PageContent): string {
  const { markup } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/u/assets/login.css" />
        ${script === undefined ? undefined : html`<script src="/u/assets/${script}.js" defer></script>`}
      </head>
      <body>
        <main>
          ${LOGO}
          <h1>${title}</h1>
          ${lead === undefined ? undefined : html`<p class="lead">${lead}</p>`} ${body}
        </main>
        <footer>Sandbox tenant, for development only${hint && html`<br />${hint}`}</footer>
      </body>
    </html> `
  return markup
}
