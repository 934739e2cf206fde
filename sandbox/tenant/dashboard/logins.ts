// The last logins, each with what its Actions have printed and asked for.
import type { Command, Execution } from '../action-runtime/messages.ts'
import { html, type Html } from '../pages/html.ts'
import type { LogEntry } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import { section, timeOf } from './section.ts'

const MAX_LOGINS = 20

/** Types of the tenant's log in words; what is not here is no login. */
const WORDS: Readonly<Record<string, string>> = {
  s: 'Login',
  f: 'Failed login',
  fp: 'Wrong password',
  ssa: 'Silent login',
  fsa: 'Failed silent login',
  sepft: 'Password exchanged',
  fepft: 'Failed exchange of a password',
  sertft: 'Refresh token exchanged',
  fertft: 'Failed exchange of a refresh token',
  seacft: 'Code exchanged',
  feacft: 'Failed exchange of a code',
  secte: 'Token exchanged',
  fecte: 'Failed exchange of a token',
  seccft: 'Client credentials exchanged',
  feccft: 'Failed exchange of client credentials',
  slo: 'Logout',
}

export function loginsSection({ store, oidc }: Tenant): Html {
  const logged = store.state.logs.filter(({ type }) => type in WORDS)
  const ended = new Set(logged.flatMap(executionsOf))
  const open = oidc.executions.filter(({ id }) => !ended.has(id))
  const items = [
    ...open.slice(-MAX_LOGINS).map(
      (execution) => html`
        <h3>Under way, or a run outside a login</h3>
        <p class="detail">${timeOf(Date.parse(execution.startedAt))}</p>
        ${runDetails(execution)}
      `,
    ),
    ...logged.slice(-MAX_LOGINS).map((entry) => loginItem(entry, oidc.executions)),
  ]
  return section('logins', 'Last logins', items.reverse(), 'Nobody has logged in yet.')
}

function loginItem(entry: LogEntry, executions: readonly Execution[]): Html {
  const runs = executionsOf(entry).flatMap((id) => executions.filter((one) => one.id === id))
  const { type, description, client_name: app, user_name: name } = entry
  return html`
    <h3>${WORDS[type] ?? type} <code>${type}</code></h3>
    <p class="detail">
      ${timeOf(Date.parse(entry.date))}${[name, app]
        .filter((one) => typeof one === 'string')
        .map((one) => html`, ${one}`)}
    </p>
    ${typeof description === 'string' ? html`<p>${description}</p>` : undefined}
    ${runs.map(runDetails)}
  `
}

function runDetails({ id, trigger, result }: Execution): Html {
  const { outcome, reason, logs, commands } = result
  return html`<details id="run-${id}">
    <summary>${trigger}: ${outcome}${reason === undefined ? undefined : html`, ${reason}`}</summary>
    ${logs.map(({ action, lines }) => actionRun(action, lines, commands))}
  </details> `
}

function actionRun(action: string, lines: readonly string[], commands: readonly Command[]): Html {
  const own = commands.filter((command) => command.action === action).map(inCode)
  return html`<h4>${action}</h4>
    ${listed('Asked for', own, 'Asked for nothing')} ${listed('Printed', lines, 'Printed nothing')} `
}

function listed(title: string, lines: readonly string[], none: string): Html {
  return lines.length === 0
    ? html`<p class="quiet">${none}</p>`
    : html`<p>${title}</p>
        <pre tabindex="0">${lines.join('\n')}</pre>`
}

function inCode({ command, arguments: given }: Command): string {
  return `${command}(${given.map((one) => JSON.stringify(one)).join(', ')})`
}

function executionsOf({ details }: LogEntry): readonly string[] {
  const { actions } = (details ?? {}) as { actions?: { executions?: readonly string[] } }
  return actions?.executions ?? []
}
