import type { PageHandler } from './page.ts'

export const consentHandler: PageHandler = () => ({
  kind: 'abort',
  error: 'server_error',
  description: 'not there yet',
})
