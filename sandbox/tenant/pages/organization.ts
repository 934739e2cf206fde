import { findClient } from '../login/clients.ts'
import { PERSONAL_ACCOUNT } from '../login/organization-choice.ts'
import { notEmulated } from '../not-emulated.ts'
import type { Client, Organization } from '../state.ts'
import type { Tenant } from '../tenant.ts'
import { button, errorAlert, field, form } from './form.ts'
import { html, type Html } from './html.ts'
import { page } from './layout.ts'
import type { PageHandler, PageOutcome, PageRequest } from './page.ts'

/** Documented. */
const MAX_ORGANIZATIONS = 20

const UNKNOWN = 'There is no such organization'

/** Asks for the name of the organization before anybody logs in. */
export const organizationHandler: PageHandler = (tenant, request) => {
  const { form: sent } = request
  const client = findClient(tenant, request.clientId)
  const methods = client?.['organization_discovery_methods']
  if (Array.isArray(methods) && methods.includes('email')) {
    const description = notEmulated('The way `email` of `organization_discovery_methods`')
    return { kind: 'abort', error: 'not_emulated', description }
  }
  if (sent === undefined) return namePage(request, client)
  if (isPersonal(sent, client)) return { kind: 'organization', choice: PERSONAL_ACCOUNT }
  const name = sent.get('organization') ?? ''
  const found = tenant.store.state.organizations.find((one) => one.name === name.toLowerCase())
  return found === undefined
    ? namePage(request, client, name)
    : { kind: 'organization', choice: found.id }
}

/** Lets a user who has logged in choose one of their organizations. */
export const organizationPickerHandler: PageHandler = (tenant, request) => {
  const { form: sent, userId } = request
  const client = findClient(tenant, request.clientId)
  const own = organizationsOf(tenant, userId).slice(0, MAX_ORGANIZATIONS)
  if (sent !== undefined) {
    if (isPersonal(sent, client)) return { kind: 'organization', choice: PERSONAL_ACCOUNT }
    const chosen = own.find(({ id }) => id === sent.get('organization'))
    if (chosen !== undefined) return { kind: 'organization', choice: chosen.id }
  }
  return pickerPage(request, client, own)
}

/** @returns the organizations that a user is a member of, in the order in which they were made */
function organizationsOf({ store }: Tenant, userId: string | undefined): readonly Organization[] {
  return store.state.organizations.filter(({ members }) =>
    members.some(({ user_id }) => user_id === userId),
  )
}

function isPersonal(sent: URLSearchParams, client: Client | undefined): boolean {
  return sent.get('organization') === PERSONAL_ACCOUNT && client?.['organization_usage'] === 'allow'
}

function namePage(request: PageRequest, client: Client | undefined, wrong?: string): PageOutcome {
  const error = wrong === undefined ? undefined : UNKNOWN
  const spec = {
    name: 'organization',
    label: 'Organization name',
    autocomplete: 'off',
    ...(wrong === undefined ? {} : { value: wrong }),
  } as const
  return {
    kind: 'page',
    html: page({
      title: 'Enter your organization',
      lead: html`Log in through your organization to go on to <b>${nameOf(request, client)}</b>.`,
      body: html`${form(
        request,
        html`${errorAlert(error)} ${field(spec, error)} ${button('Continue')}`,
      )}
      ${personalForm(request, client)}`,
    }),
    ...(error === undefined ? {} : { status: 400 }),
  }
}

function pickerPage(
  request: PageRequest,
  client: Client | undefined,
  organizations: readonly Organization[],
): PageOutcome {
  return {
    kind: 'page',
    html: page({
      title: 'Select an organization',
      lead: html`Choose the organization in which you use <b>${nameOf(request, client)}</b>.`,
      body: html`${form(
        request,
        html`<ul class="choices">
          ${organizations.map(
            ({ id, display_name: name }) =>
              html`<li>
                <button type="submit" class="choice" name="organization" value="${id}">
                  <b>${name}</b>
                </button>
              </li>`,
          )}
        </ul>`,
      )}
      ${personalForm(request, client)}`,
    }),
  }
}

/** A form of its own, because the name of an organization is required in the other one. */
function personalForm(request: PageRequest, client: Client | undefined): Html | undefined {
  if (client?.['organization_usage'] !== 'allow') return undefined
  const spec = { name: 'organization', value: PERSONAL_ACCOUNT, look: 'secondary' } as const
  return form(request, button('Use a personal account', spec))
}

function nameOf({ clientId }: PageRequest, client: Client | undefined): string {
  return client?.name ?? clientId
}
