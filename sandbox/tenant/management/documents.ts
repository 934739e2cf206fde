import { z } from 'zod'
import { ok, type Endpoint, type Handler } from '../http.ts'
import type { Entity } from '../state.ts'
import { noteDocument, readBody } from './validation.ts'

interface Document {
  readonly path: string
  /** what comes after `read:` and `update:` */
  readonly scope: string
  /** how it is written */
  readonly method: 'PATCH' | 'PUT'
  readonly initial: Entity
}

/** Settings that are kept and shown, and have no effect: what a tenant has whether or not anybody has set it. */
const DOCUMENTS: readonly Document[] = [
  {
    path: '/attack-protection/breached-password-detection',
    scope: 'attack_protection',
    method: 'PATCH',
    initial: { enabled: false, shields: [], admin_notification_frequency: [], method: 'standard' },
  },
  {
    path: '/attack-protection/brute-force-protection',
    scope: 'attack_protection',
    method: 'PATCH',
    initial: {
      enabled: true,
      shields: ['block', 'user_notification'],
      mode: 'count_per_identifier_and_ip',
      allowlist: [],
      max_attempts: 10,
    },
  },
  {
    path: '/attack-protection/suspicious-ip-throttling',
    scope: 'attack_protection',
    method: 'PATCH',
    initial: { enabled: false, shields: [], allowlist: [], stage: {} },
  },
  {
    path: '/attack-protection/bot-detection',
    scope: 'attack_protection',
    method: 'PATCH',
    initial: { bot_detection_level: 'medium', challenge_password_policy: 'never' },
  },
  {
    path: '/attack-protection/captcha',
    scope: 'attack_protection',
    method: 'PATCH',
    initial: {},
  },
  { path: '/branding', scope: 'branding', method: 'PATCH', initial: {} },
  {
    path: '/guardian/factors/phone/selected-provider',
    scope: 'guardian_factors',
    method: 'PUT',
    initial: { provider: 'auth0' },
  },
  {
    path: '/guardian/factors/phone/providers/twilio',
    scope: 'guardian_factors',
    method: 'PUT',
    initial: {},
  },
  {
    path: '/guardian/factors/phone/templates',
    scope: 'guardian_factors',
    method: 'PUT',
    initial: {},
  },
  {
    path: '/guardian/factors/sms/selected-provider',
    scope: 'guardian_factors',
    method: 'PUT',
    initial: { provider: 'auth0' },
  },
  {
    path: '/guardian/factors/sms/providers/twilio',
    scope: 'guardian_factors',
    method: 'PUT',
    initial: {},
  },
  {
    path: '/guardian/factors/sms/templates',
    scope: 'guardian_factors',
    method: 'PUT',
    initial: {},
  },
  {
    path: '/guardian/factors/push-notification/selected-provider',
    scope: 'guardian_factors',
    method: 'PUT',
    initial: { provider: 'guardian' },
  },
  {
    path: '/guardian/factors/push-notification/providers/apns',
    scope: 'guardian_factors',
    method: 'PUT',
    initial: {},
  },
  {
    path: '/guardian/factors/push-notification/providers/sns',
    scope: 'guardian_factors',
    method: 'PUT',
    initial: {},
  },
  {
    path: '/prompts',
    scope: 'prompts',
    method: 'PATCH',
    initial: { universal_login_experience: 'new', identifier_first: false },
  },
  {
    path: '/risk-assessments/settings',
    scope: 'attack_protection',
    method: 'PATCH',
    initial: { enabled: false },
  },
  {
    path: '/risk-assessments/settings/new-device',
    scope: 'attack_protection',
    method: 'PATCH',
    initial: { remember_for: 30 },
  },
  {
    path: '/supplemental-signals',
    scope: 'attack_protection',
    method: 'PATCH',
    initial: { akamai_enabled: false },
  },
]

export const DOCUMENT_ENDPOINTS: readonly Endpoint[] = DOCUMENTS.flatMap((document): Endpoint[] => {
  const { path, scope, method } = document
  return [
    [
      'GET',
      path,
      `read:${scope}`,
      ({ store }) => ok(store.state.documents[path] ?? document.initial),
    ],
    [method, path, `update:${scope}`, writer(document), `Update ${path.slice(1)}`],
  ]
})

/** The scopes that these endpoints ask for. */
export const DOCUMENT_SCOPES: readonly string[] = [
  ...new Set(DOCUMENT_ENDPOINTS.map(([, , scope]) => scope)),
]

const body = z.record(z.string(), z.unknown())

function writer({ path, method, initial }: Document): Handler {
  return (tenant, request) => {
    const given = readBody(body, request.body)
    noteDocument(tenant, path)
    const document = tenant.store.update((state) => {
      const before = method === 'PATCH' ? (state.documents[path] ?? initial) : {}
      const after = { ...before, ...given }
      state.documents[path] = after
      return after
    })
    return ok(document)
  }
}
