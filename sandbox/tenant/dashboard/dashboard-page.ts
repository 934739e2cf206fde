// The page at `/`: what whoever develops against the tenant wants to see of it. It shows no secrets, but codes.
import { boundActions } from '../action-execution.ts'
import { html, type Html } from '../pages/html.ts'
import { appsBeingSetUp, personOf } from '../people.ts'
import type { Factor } from '../person.ts'
import type { Client, Entity } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import { loginsSection } from './logins.ts'
import { section, timeOf } from './section.ts'

/** @returns a whole document */
export function dashboardPage(tenant: Tenant): string {
  const { state } = tenant.store
  const { markup } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Sandbox tenant ${tenant.domain}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/u/assets/login.css" />
        <link rel="stylesheet" href="/u/assets/dashboard.css" />
        <script src="/u/assets/dashboard.js" defer></script>
      </head>
      <body class="dashboard">
        <header>
          <h1>Sandbox tenant</h1>
          <p class="lead">
            Issuer <code>https://${tenant.domain}/</code><br />
            Clock <span id="clock" data-live>${timeOf(tenant.now())}</span>
          </p>
        </header>
        <main>
          ${usersSection(tenant)} ${inboxSection(tenant)} ${loginsSection(tenant)}
          ${clientsSection(state.clients)} ${actionsSection(tenant)}
        </main>
        <footer>An emulated Auth0, for development only</footer>
      </body>
    </html> `
  return markup
}

function usersSection(tenant: Tenant): Html {
  const people = tenant.store.state.users.map((user) => {
    const person = personOf(tenant, user)
    return { ...person, factors: [...person.factors, ...appsBeingSetUp(tenant, user)] }
  })
  const items = people.map(
    ({ user_id, email, username, isBlocked, factors }) => html`
      <h3>${email ?? username ?? user_id}${isBlocked ? html` <em>blocked</em>` : undefined}</h3>
      <p class="detail"><code>${user_id}</code></p>
      ${
        factors.length === 0
          ? html`<p>No factor</p>`
          : html`<ul class="factors">
              ${factors.map(factorItem)}
            </ul>`
      }
    `,
  )
  return section('users', 'Users', items, 'No users: a seed or the Management API makes some.')
}

function factorItem({ type, name, phone_number, email, code, isCodeUsed }: Factor): Html {
  const where = name ?? phone_number ?? email
  return html`<li>
    ${type} ${where === undefined ? undefined : html`<span class="quiet">${where}</span>`}
    ${code === undefined ? undefined : html`<code class="otp">${code}</code>`}
    ${isCodeUsed && html`<span class="quiet">used: wait for the next one</span>`}
  </li> `
}

function inboxSection(tenant: Tenant): Html | undefined {
  const messages = tenant.oidc.inbox.slice(-20).reverse()
  if (messages.length === 0) return undefined
  return section(
    'inbox',
    'Inbox',
    messages.map(
      ({ to, text }) =>
        html`<h3>${to}</h3>
          <p>${text}</p> `,
    ),
  )
}

function clientsSection(clients: readonly Client[]): Html {
  const own = clients.filter((client) => client['global'] !== true)
  const items = own.map(
    (client) => html`
      <h3>${client.name}</h3>
      <p class="detail"><code>${client.client_id}</code></p>
      <p class="detail">${wordsOf(client, 'app_type', 'grant_types')}</p>
      ${listOf(client['callbacks']).map((url) => html`<p class="detail">${url}</p> `)}
    `,
  )
  return section('clients', 'Applications', items)
}

function wordsOf(entity: Entity, ...fields: readonly string[]): string {
  return fields.flatMap((field) => listOf(entity[field])).join(', ')
}

function listOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string')
}

function actionsSection(tenant: Tenant): Html {
  const { bindings, actions } = tenant.store.state
  const items = Object.keys(bindings).flatMap((trigger) =>
    boundActions(tenant, trigger).map(({ name, versionId }, index) => {
      const action = actions.find((one) => one.name === name)
      const version = action?.versions.find(({ id }) => id === versionId)
      return html`
        <h3>${name}</h3>
        <p class="detail">${trigger}, place ${index + 1}, version ${version?.number}</p>
      `
    }),
  )
  return section('actions', 'Bound Actions', items, 'No Action is bound to a trigger.')
}
