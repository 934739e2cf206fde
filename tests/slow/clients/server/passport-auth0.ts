import express, { type NextFunction, type Request, type Response } from 'express'
import passport from 'passport'
import Auth0Strategy from 'passport-auth0'
import { AUDIENCE, errorAnswer, SCOPES, type CallName } from '../setting.ts'
import { outcomePage } from './outcome.ts'
import type { StartApp } from './start-app.ts'

export const passportAuth0: StartApp = (setting) => {
  const { issuer, baseUrl, clientId, clientSecret } = setting
  const strategy = new Auth0Strategy(
    {
      domain: new URL(issuer).host,
      clientID: clientId,
      clientSecret,
      callbackURL: `${baseUrl}/callback`,
    },
    (accessToken: string, _refreshToken: string, _extra: object, _profile: object, done: Done) =>
      done(null, { accessToken }),
  )
  // One visitor has one session, and an app has one visitor.
  const session = {}
  const app = express()
  app.use((req, _res, next) => {
    Object.assign(req, { session })
    next()
  })
  const login = (name: CallName) =>
    passport.authenticate(strategy, { audience: AUDIENCE, scope: SCOPES[name], session: false })
  app.get('/everyday', login('everyday'))
  app.get('/high-value', login('high-value'))
  app.get('/callback', (req, res, next) => {
    passport.authenticate(strategy, (error: unknown, user: Visitor | false, said: unknown) => {
      if (error !== null) return next(error)
      res.send(outcomePage(user === false ? { error: String(said) } : user))
    })(req, res, next)
  })
  app.use((error: Error, _req: Request, res: Response, _next: NextFunction) => {
    res.send(outcomePage(errorAnswer(error)))
  })
  return Promise.resolve(app)
}

interface Visitor {
  readonly accessToken: string
}

type Done = (error: null, user: Visitor) => void
