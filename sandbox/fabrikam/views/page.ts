import { html, type Html } from './html.ts'

/** Who is logged in, and the token that their forms carry. */
export interface Visitor {
  readonly name: string
  readonly csrf: string
}

export interface PageContent {
  readonly title: string
  /** The page as the navigation names it. */
  readonly path?: string
  readonly visitor?: Visitor
  readonly body: Html
  /** Shown beside the page, or below it where there is no room */
  readonly aside?: Html | undefined
}

const NAVIGATION = [
  ['/accounts', 'Accounts'],
  ['/transfer', 'Transfer funds'],
  ['/salary', 'Salaries'],
] as const

/** @returns a whole document */
export function page({ title, path, visitor, body, aside }: PageContent): string {
  const { markup } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} – Fabrikam Bank</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/fabrikam.css" />
      </head>
      <body>
        <a class="skip" href="#content">Skip to content</a>
        <header>
          <a class="brand" href="/">Fabrikam <span>Bank</span></a>
          ${visitor && navigation(path)} ${visitor && account(visitor)}
        </header>
        <div class="columns">
          <main id="content">
            <h1>${title}</h1>
            ${body}
          </main>
          ${aside}
        </div>
        <footer>An example of step-up authentication. No bank, no money.</footer>
      </body>
    </html> `
  return markup
}

function navigation(path?: string): Html {
  const items = NAVIGATION.map(([href, name]) =>
    href === path
      ? html`<li><a href="${href}" aria-current="page">${name}</a></li>`
      : html`<li><a href="${href}">${name}</a></li>`,
  )
  return html`<nav aria-label="Main">
    <ul>
      ${items}
    </ul>
  </nav>`
}

function account({ name, csrf }: Visitor): Html {
  return html`<form class="account" method="post" action="/logout">
    ${csrfField(csrf)}
    <span>${name}</span>
    <button class="quiet">Log out</button>
  </form>`
}

/** Every form that changes something carries it. */
export function csrfField(csrf: string): Html {
  return html`<input type="hidden" name="csrf" value="${csrf}" />`
}
