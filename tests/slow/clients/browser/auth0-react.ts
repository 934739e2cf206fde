import { Auth0Provider, useAuth0, type Auth0ContextInterface } from '@auth0/auth0-react'
import { createElement, useEffect } from 'react'
import { createRoot } from 'react-dom/client'
import { AUDIENCE, SCOPES, type CallName } from '../setting.ts'
import { OPTIONS } from './auth0-spa-js.ts'
import type { Start } from './driver.ts'

export const auth0React: Start = async (setting) => {
  const { issuer, clientId, way } = setting
  const isMultiResource = way.startsWith('multi-resource')
  const hook = await mount({
    domain: issuer,
    clientId,
    authorizationParams: { redirect_uri: location.origin, ...(isMultiResource ? {} : { audience: AUDIENCE }) },
    ...OPTIONS[way],
  })
  const forCall = (name: CallName) => ({
    authorizationParams: { audience: AUDIENCE, scope: SCOPES[name] },
  })
  const silently = async (name: CallName) => ({
    accessToken: await hook().getAccessTokenSilently(forCall(name)),
  })
  return {
    call: async (name) => {
      if (way === 'popup') {
        return { accessToken: String(await hook().getAccessTokenWithPopup(forCall(name))) }
      }
      if (way !== 'redirect' && name === 'high-value') return silently(name)
      await hook().loginWithRedirect(isMultiResource ? {} : forCall(name))
      return 'left'
    },
    comeBack: async (name) => {
      const { error } = hook()
      if (error !== undefined) throw error
      return silently(name)
    },
  }
}

/** Renders a provider, and waits until the hook in it has settled who is logged in. */
function mount(options: Parameters<typeof Auth0Provider>[0]): Promise<() => Auth0ContextInterface> {
  return new Promise((resolve) => {
    let latest: Auth0ContextInterface
    const Probe = () => {
      const auth = useAuth0()
      useEffect(() => {
        latest = auth
        if (!auth.isLoading) resolve(() => latest)
      }, [auth])
      return null
    }
    const root = document.createElement('main')
    document.body.append(root)
    createRoot(root).render(createElement(Auth0Provider, options, createElement(Probe)))
  })
}
