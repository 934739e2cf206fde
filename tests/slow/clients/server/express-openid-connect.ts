import express, { type NextFunction, type Request, type Response } from 'express'
import openIdConnect from 'express-openid-connect'
import { AUDIENCE, errorAnswer, SCOPES } from '../setting.ts'
import { outcomePage } from './outcome.ts'
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
      pushedAuthorizationRequests: way === 'PAR',
      authorizationParams: {
        response_type: 'code',
        audience: AUDIENCE,
        scope: isRefresh ? `${SCOPES.everyday} offline_access` : SCOPES.everyday,
      },
    }),
  )
  app.get('/everyday', (_req, res) => res.oidc.login({ returnTo: '/show' }))
  app.get('/high-value', async (req, res) => {
    const scope = SCOPES['high-value']
    if (!isRefresh) {
      return res.oidc.login({ returnTo: '/show', authorizationParams: { scope } })
    }
    const renewed = await req.oidc.accessToken?.refresh({ tokenEndpointParams: { scope } })
    res.send(outcomePage({ accessToken: String(renewed?.access_token) }))
  })
  app.get('/show', (req, res) => {
    res.send(outcomePage({ accessToken: String(req.oidc.accessToken?.access_token) }))
  })
  app.use((error: Error, _req: Request, res: Response, _next: NextFunction) => {
    res.send(outcomePage(errorAnswer(error)))
  })
  return Promise.resolve(app)
}
