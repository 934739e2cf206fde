import { Auth0Client, type Auth0ClientOptions } from '@auth0/auth0-spa-js'
import { AUDIENCE, SCOPES, type CallName } from '../setting.ts'
import type { Start } from './driver.ts'

/** What the app writes for each way. */
export const OPTIONS: Readonly<Record<string, Partial<Auth0ClientOptions>>> = {
  redirect: {},
  popup: {},
  silent: {},
  'silent, or popup': { interactiveErrorHandler: 'popup' },
  refresh: { useRefreshTokens: true },
  'refresh, or popup': { useRefreshTokens: true, interactiveErrorHandler: 'popup' },
  'multi-resource refresh': { useRefreshTokens: true, useMrrt: true },
  'multi-resource refresh, or popup': {
    useRefreshTokens: true,
    useMrrt: true,
    interactiveErrorHandler: 'popup',
  },
}

export const auth0SpaJs: Start = (setting) => {
  const { issuer, clientId, way } = setting
  const isMultiResource = way.startsWith('multi-resource')
  const client = new Auth0Client({
    domain: issuer,
    clientId,
    authorizationParams: { redirect_uri: location.origin, ...(isMultiResource ? {} : { audience: AUDIENCE }) },
    ...OPTIONS[way],
  })
  const forCall = (name: CallName) => ({
    authorizationParams: { audience: AUDIENCE, scope: SCOPES[name] },
  })
  const silently = async (name: CallName) => ({
    accessToken: String(await client.getTokenSilently(forCall(name))),
  })
  return Promise.resolve({
    call: async (name) => {
      if (way === 'popup') {
        return { accessToken: String(await client.getTokenWithPopup(forCall(name))) }
      }
      if (way !== 'redirect' && name === 'high-value') return silently(name)
      await client.loginWithRedirect(isMultiResource ? {} : forCall(name))
      return 'left'
    },
    comeBack: async (name) => {
      await client.handleRedirectCallback()
      return silently(name)
    },
  })
}
