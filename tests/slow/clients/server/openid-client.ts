import express, { type NextFunction, type Request, type Response } from 'express'
import * as client from 'openid-client'
import { AUDIENCE, errorAnswer, SCOPES, type CallName } from '../setting.ts'
import { outcomePage } from './outcome.ts'
import type { StartApp } from './start-app.ts'

export const openidClient: StartApp = async (setting) => {
  const { issuer, baseUrl, clientId, clientSecret, way } = setting
  const config = await client.discovery(new URL(issuer), clientId, clientSecret)
  const isRefresh = way === 'refresh'
  let checks: client.AuthorizationCodeGrantChecks = {}
  let refreshToken = ''

  const login = async (name: CallName): Promise<URL> => {
    const pkceCodeVerifier = client.randomPKCECodeVerifier()
    checks = { pkceCodeVerifier, expectedState: client.randomState() }
    const parameters = {
      redirect_uri: `${baseUrl}/callback`,
      audience: AUDIENCE,
      scope: isRefresh ? `${SCOPES[name]} offline_access` : SCOPES[name],
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: checks.expectedState ?? '',
    }
    return way === 'PAR'
      ? client.buildAuthorizationUrlWithPAR(config, parameters)
      : client.buildAuthorizationUrl(config, parameters)
  }

  const app = express()
  app.get('/everyday', async (_req, res) => {
    res.redirect((await login('everyday')).href)
  })
  app.get('/high-value', async (_req, res) => {
    if (!isRefresh) return res.redirect((await login('high-value')).href)
    const scope = SCOPES['high-value']
    const tokens = await client.refreshTokenGrant(config, refreshToken, { scope })
    res.send(outcomePage({ accessToken: tokens.access_token }))
  })
  app.get('/callback', async (req, res) => {
    const tokens = await client.authorizationCodeGrant(config, new URL(req.url, baseUrl), checks)
    refreshToken = tokens.refresh_token ?? ''
    res.send(outcomePage({ accessToken: tokens.access_token }))
  })
  app.use((error: Error, _req: Request, res: Response, _next: NextFunction) => {
    res.send(outcomePage(errorAnswer(error)))
  })
  return app
}
