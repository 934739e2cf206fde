// What an app writes for each way of auth0-spa-js, which auth0-react wraps.
import type { Auth0ClientOptions, GetTokenSilentlyOptions } from '@auth0/auth0-spa-js'
import { AUDIENCE, SCOPES, type CallName, type Setting } from '../setting.ts'
import type { Driver } from './driver.ts'

const WAYS: Readonly<Record<string, Partial<Auth0ClientOptions>>> = {
  redirect: {},
  popup: {},
  silent: {},
  'silent, or popup': { interactiveErrorHandler: 'popup' },
  refresh: { useRefreshTokens: true },
  'refresh, or frame, or popup': {
    useRefreshTokens: true,
    useRefreshTokensFallback: true,
    interactiveErrorHandler: 'popup',
  },
  'multi-resource refresh': { useRefreshTokens: true, useMrrt: true },
  'multi-resource refresh, or popup': {
    useRefreshTokens: true,
    useMrrt: true,
    interactiveErrorHandler: 'popup',
  },
}

const WITH_DPOP = ', with DPoP'

const basicWay = ({ way }: Setting): string => way.replace(WITH_DPOP, '')

/** The login of a multi-resource refresh is for no API: the refresh is. */
const isMultiResource = ({ way }: Setting): boolean => way.startsWith('multi-resource')

export function optionsFor(setting: Setting): Auth0ClientOptions {
  return {
    domain: setting.issuer,
    clientId: setting.clientId,
    authorizationParams: {
      redirect_uri: location.origin,
      ...(isMultiResource(setting) ? {} : { audience: AUDIENCE }),
    },
    ...WAYS[basicWay(setting)],
    ...(setting.way.endsWith(WITH_DPOP) ? { useDpop: true } : {}),
  }
}

/** What both clients can do, each in its own words. */
interface Calls {
  redirect(options: GetTokenSilentlyOptions): Promise<void>
  finishRedirect(): Promise<void>
  popup(options: GetTokenSilentlyOptions): Promise<string | undefined>
  silently(options: GetTokenSilentlyOptions): Promise<string | undefined>
}

export function driverOf(setting: Setting, calls: Calls): Driver {
  const way = basicWay(setting)
  const isInteractive = way === 'redirect' || way === 'popup'
  const forCall = (name: CallName) => ({
    authorizationParams: { audience: AUDIENCE, scope: SCOPES[name] },
  })
  const silently = async (name: CallName) => {
    // A token of a redirect is in the cache; the other ways renew an everyday token, too.
    const cacheMode = isInteractive ? 'on' : 'off'
    return { accessToken: String(await calls.silently({ ...forCall(name), cacheMode })) }
  }
  return {
    call: async (name) => {
      if (way === 'popup') return { accessToken: String(await calls.popup(forCall(name))) }
      if (!isInteractive && name === 'high-value') return silently(name)
      await calls.redirect(isMultiResource(setting) ? {} : forCall(name))
      return 'left'
    },
    comeBack: async (name) => {
      await calls.finishRedirect()
      return silently(name)
    },
  }
}
