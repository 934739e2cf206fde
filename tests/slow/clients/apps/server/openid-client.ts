import express, { type Response } from 'express'
import * as client from 'openid-client'
import { AUDIENCE, SCOPES, type CallName } from '../setting.ts'
import { outcomePage, showError } from './outcome.ts'
import type { StartApp } from './start-app.ts'

export const openidClient: StartApp = async (setting) => {
  const { issuer, baseUrl, clientId, clientSecret, way } = setting
  const config = await client.discovery(new URL(issuer), clientId, clientSecret)
  const isRefresh = way === 'refresh'
  const options = way.endsWith('with DPoP')
    ? { DPoP: client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256')) }
    : {}
  let checks: client.AuthorizationCodeGrantChecks = {}
  let refreshToken = ''

  const login = async (name: CallName): Promise<URL> => {
    const pkceCodeVerifier = client.randomPKCECodeVerifier()
    const state = client.randomState()
    checks = { pkceCodeVerifier, expectedState: state }
    const parameters = {
      redirect_uri: `${baseUrl}/callback`,
      audience: AUDIENCE,
      scope: isRefresh ? `${SCOPES[name]} offline_access` : SCOPES[name],
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state,
    }
    return way.endsWith('with PAR')
      ? client.buildAuthorizationUrlWithPAR(config, parameters)
      : client.buildAuthorizationUrl(config, parameters)
  }

  const showRenewed = async (res: Response, name: CallName): Promise<void> => {
    const scope = SCOPES[name]
    const tokens = await client.refreshTokenGrant(config, refreshToken, { scope })
    res.send(outcomePage({ accessToken: tokens.access_token }))
  }

  const app = express()
  app.get('/everyday', async (_req, res) => {
    res.redirect((await login('everyday')).href)
  })
  app.get('/high-value', async (_req, res) => {
    if (isRefresh) return showRenewed(res, 'high-value')
    res.redirect((await login('high-value')).href)
  })
  app.get('/callback', async (req, res) => {
    const tokens = await client.authorizationCodeGrant(
      config,
      new URL(req.url, baseUrl),
      checks,
      undefined,
      options,
    )
    refreshToken = tokens.refresh_token ?? ''
    if (isRefresh) return showRenewed(res, 'everyday')
    res.send(outcomePage({ accessToken: tokens.access_token }))
  })
  app.use(showError)
  return app
}
