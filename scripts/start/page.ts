import { decisionLine, type LoggedDecision } from '../fabrikam/decisions.ts'
import type { ExampleUser } from '../fabrikam/users.ts'
import { html, type Markup } from '../report/markup.ts'
import type { Ask, AskGroup } from './asks.ts'

/** How a request ended. */
export interface Answer {
  readonly how: string
  readonly ask: Ask
  /** In the words of the tenant. */
  readonly error?: string
  readonly granted: readonly string[]
  /** Of the ID token, such as `acr`. */
  readonly claims: Readonly<Record<string, unknown>>
  /** What the Action logged of it. */
  readonly decisions: readonly LoggedDecision[]
}

export interface Shown {
  readonly groups: readonly AskGroup[]
  readonly answer: Answer | undefined
  readonly canRefresh: boolean
  readonly users: readonly ExampleUser[]
  /** Where the sandbox shows its users' one-time codes. */
  readonly tenantUrl: string
}

/** The one page of the app: what can be asked for, and how the last request ended. */
export function page(shown: Shown): string {
  const { groups, answer, users, tenantUrl } = shown
  const all = groups.flatMap(({ asks }) => asks)
  return html`<!doctype html>
    <html lang="en">
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width" />
      <title>Your policy in the sandbox</title>
      <style>
        body {
          font:
            1rem/1.5 system-ui,
            sans-serif;
          max-width: 50rem;
          margin: 2rem auto;
          padding: 0 1rem;
        }
        section {
          border-top: 1px solid #aaa;
        }
        a,
        button {
          margin-right: 1rem;
        }
        li,
        dd {
          overflow-wrap: anywhere;
        }
      </style>
      <h1>Your policy in the sandbox</h1>
      <p>
        Each link asks the tenant as an app of yours would. “Silent” is <code>prompt=none</code>,
        which shows no page.
      </p>
      ${answer === undefined ? [] : answerSection(answer, shown.canRefresh)}
      ${groups.map(
        ({ title, words, asks }) =>
          html`<section>
            <h2>${title}</h2>
            ${words.map((each) => html`<p>${each}</p>`)}
            <ul>
              ${asks.map((ask) => askItem(ask, all.indexOf(ask)))}
            </ul>
          </section> `,
      )}
      <section>
        <h2>Log in as</h2>
        <ul>
          ${users.map(userItem)}
        </ul>
        <p>
          <a href="${tenantUrl}" target="_blank">The tenant</a> shows their one-time codes.
          <a href="/logout">Log out</a>
        </p>
      </section>
    </html> `.markup
}

function askItem(ask: Ask, index: number): Markup {
  return html`<li>
    <a href="/ask/${index}">${ask.label}</a> <a href="/silent/${index}">silent</a>
  </li>`
}

function userItem({ email, password, otpSecret }: ExampleUser): Markup {
  return html`<li>
    ${email}, password <code>${password}</code>,
    ${otpSecret === undefined ? 'no factor yet' : 'has an authenticator app'}
  </li>`
}

function answerSection(answer: Answer, canRefresh: boolean): Markup {
  const { how, ask, error, granted, claims, decisions } = answer
  const told = Object.entries(claims).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  return html`<section id="answer">
    <h2>${ask.label}, ${how}</h2>
    <dl>
      ${
        error === undefined
          ? html`<dt>Granted</dt>
              <dd>${granted.join(' ') || 'no scope'}</dd>`
          : html`<dt>Refused</dt>
              <dd>${error}</dd>`
      }
      ${
        told.length === 0
          ? []
          : html`<dt>In the ID token</dt>
              <dd>${told.join(', ')}</dd>`
      }
      <dt>The Action logged</dt>
      <dd>${decisions.map(decisionLine).join('; ') || 'nothing: it let the request pass'}</dd>
    </dl>
    ${canRefresh ? html`<form method="post" action="/refresh"><button>Ask again by the refresh token</button></form>` : []}
  </section> `
}
