import { Auth0Provider, useAuth0, type Auth0ContextInterface } from '@auth0/auth0-react'
import { createElement, useEffect } from 'react'
import { createRoot } from 'react-dom/client'
import { driverOf, optionsFor } from './auth0-ways.ts'
import type { Start } from './driver.ts'

export const auth0React: Start = async (setting) => {
  const hook = await mount(optionsFor(setting))
  return driverOf(setting, {
    redirect: (options) => hook().loginWithRedirect(options),
    // The provider has done that.
    finishRedirect: () => {
      const { error } = hook()
      return error === undefined ? Promise.resolve() : Promise.reject(error)
    },
    popup: (options) => hook().getAccessTokenWithPopup(options),
    silently: (options) => hook().getAccessTokenSilently(options),
  })
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
