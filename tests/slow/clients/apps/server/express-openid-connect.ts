import express, { type Request, type Response } from 'express'
import openIdConnect from 'express-openid-connect'
import { AUDIENCE, SCOPES, type CallName } from '../setting.ts'
import { outcomePage, showError } from './outcome.ts'
import type { StartApp } from './start-app.ts'

const { auth } = openIdConnect

export const expressOpenIdConnect: StartApp = (setting) => {
  const { issuer, baseUrl, clientId, clientSecret, way } = setting
  const isRefresh = way === 'refresh'
  const app = express()
  app.use(
    auth({
      issuerBaseURL: issuer,
      baseURL: baseUrl,
      clientID: clientId,
      clientSecret,
      secret: clientSecret,
      authRequired: false,
      pushedAuthorizationRequests: way.endsWith('with PAR'),
      authorizationParams: {
        response_type: 'code',
        audience: AUDIENCE,
        scope: isRefresh ? `${SCOPES.everyday} offline_access` : SCOPES.everyday,
      },
    }),
  )
  const showRenewed = async (req: Request, res: Response, name: CallName): Promise<void> => {
    const tokenEndpointParams = { scope: SCOPES[name] }
    const renewed = await req.oidc.accessToken?.refresh({ tokenEndpointParams })
    res.send(outcomePage({ accessToken: String(renewed?.access_token) }))
  }
  app.get('/everyday', (_req, res) => res.oidc.login({ returnTo: '/show' }))
  app.get('/high-value', async (req, res) => {
    if (isRefresh) return showRenewed(req, res, 'high-value')
    const authorizationParams = { scope: SCOPES['high-value'] }
    return res.oidc.login({ returnTo: '/show', authorizationParams })
  })
  app.get('/show', async (req, res) => {
    if (isRefresh) return showRenewed(req, res, 'everyday')
    res.send(outcomePage({ accessToken: String(req.oidc.accessToken?.access_token) }))
  })
  app.use(showError)
  return Promise.resolve(app)
}
