import { UserManager, type User } from 'oidc-client-ts'
import { AUDIENCE, SCOPES, type CallName } from '../setting.ts'
import type { Start } from './driver.ts'

export const oidcClientTs: Start = async (setting, isBack) => {
  const { issuer, clientId, way } = setting
  const isRefresh = way === 'refresh'
  const here = `${location.origin}/`
  const manager = new UserManager({
    authority: issuer,
    client_id: clientId,
    redirect_uri: here,
    popup_redirect_uri: here,
    silent_redirect_uri: here,
    extraQueryParams: { audience: AUDIENCE },
    automaticSilentRenew: false,
  })
  // The same page is where a popup and a frame come back to.
  if (isBack && (window.opener !== null || window.parent !== window)) {
    await manager.signinCallback()
    return new Promise(() => undefined)
  }
  const scopeOf = (name: CallName) => ({
    scope: isRefresh && name === 'everyday' ? `${SCOPES[name]} offline_access` : SCOPES[name],
  })
  const tokenOf = (user: User | null | undefined) => ({
    accessToken: user?.access_token ?? 'nobody is logged in',
  })
  const silently = async (name: CallName) =>
    tokenOf(
      await manager.signinSilent(
        isRefresh
          ? { extraTokenParams: scopeOf(name) }
          : { ...scopeOf(name), forceIframeAuth: true },
      ),
    )
  return {
    call: async (name) => {
      if (way === 'popup') return tokenOf(await manager.signinPopup(scopeOf(name)))
      if (way !== 'redirect' && name === 'high-value') return silently(name)
      await manager.signinRedirect(scopeOf(name))
      return 'left'
    },
    comeBack: async (name) => {
      const user = await manager.signinCallback()
      return way === 'redirect' ? tokenOf(user) : silently(name)
    },
  }
}
