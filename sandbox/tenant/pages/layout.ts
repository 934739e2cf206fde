import { html, type Html } from './html.ts'

export interface PageContent {
  /** names the step; the only heading of the page */
  readonly title: string
  /** what the user is to do, in a sentence */
  readonly lead?: Html | string
  readonly body: Html
  /** loads the script that talks to a security key, or waits for a device */
  readonly script?: 'webauthn' | 'poll'
}

/** @returns a whole document */
export function page({ title, lead, body, script }: PageContent): string {
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
          <h1>${title}</h1>
          ${lead === undefined ? undefined : html`<p class="lead">${lead}</p>`} ${body}
        </main>
        <footer>Sandbox tenant, for development only</footer>
      </body>
    </html> `
  return markup
}
