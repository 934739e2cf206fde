import { Auth0Client } from '@auth0/auth0-spa-js'
import { driverOf, optionsFor } from './auth0-ways.ts'
import type { Start } from './driver.ts'

export const auth0SpaJs: Start = (setting) => {
  const client = new Auth0Client(optionsFor(setting))
  const driver = driverOf(setting, {
    redirect: (options) => client.loginWithRedirect(options),
    finishRedirect: async () => {
      await client.handleRedirectCallback()
    },
    popup: (options) => client.getTokenWithPopup(options),
    silently: (options) => client.getTokenSilently(options),
  })
  return Promise.resolve(driver)
}
