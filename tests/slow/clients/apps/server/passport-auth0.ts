import express, { type RequestHandler } from 'express'
import passport from 'passport'
import Auth0Strategy from 'passport-auth0'
import { AUDIENCE, SCOPES, type CallName } from '../setting.ts'
import { outcomePage, showError } from './outcome.ts'
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
  passport.use(strategy)
  // One visitor has one session, and an app has one visitor.
  const session = {}
  const app = express()
  app.use((req, _res, next) => {
    Object.assign(req, { session })
    next()
  })
  const login = (name: CallName): RequestHandler => {
    const options: object = { audience: AUDIENCE, scope: SCOPES[name], session: false }
    return passport.authenticate('auth0', options) as RequestHandler
  }
  app.get('/everyday', login('everyday'))
  app.get('/high-value', login('high-value'))
  app.get('/callback', (req, res, next) => {
    const finish = (error: unknown, user: Visitor | false, said: unknown): void => {
      if (error !== null) next(error)
      else res.send(outcomePage(user === false ? { error: String(said) } : user))
    }
    const handler = passport.authenticate('auth0', finish) as RequestHandler
    void handler(req, res, next)
  })
  app.use(showError)
  return Promise.resolve(app)
}

interface Visitor {
  readonly accessToken: string
}

type Done = (error: null, user: Visitor) => void
