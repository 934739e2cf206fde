import { MULTI_FACTOR } from './event.ts'

// The two samples of Auth0's documentation (Configure Step-up Authentication for APIs, for Web Apps), retold.
export const SAMPLE_FOR_APIS = `exports.onExecutePostLogin = async (event, api) => {
  if (!['a-web-application'].includes(event.client.client_id)) return
  if (event.transaction.requested_scopes.indexOf('transfer:funds') < 0) return
  api.multifactor.enable('any', { allowRememberBrowser: false })
}`

export const SAMPLE_FOR_WEB_APPS = `exports.onExecutePostLogin = async (event, api) => {
  if (!['a-web-application'].includes(event.client.client_id)) return
  if (!event.transaction?.acr_values.includes('${MULTI_FACTOR}')) return
  api.multifactor.enable('any', { allowRememberBrowser: false })
}`
