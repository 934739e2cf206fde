import type { Request, RequestHandler, Response } from 'express'
import type { Visitor } from '../views/page.ts'
import { askAgain } from './login.ts'
import { Problem } from './problem.ts'
import { visitorOf } from './session.ts'
import { readIdToken, type LoginFacts } from './token-facts.ts'

/** Who is logged in, and how. */
export interface Customer {
  readonly visitor: Visitor
  readonly login: LoginFacts
}

type Page = (req: Request, res: Response, customer: Customer) => void | Promise<void>

/** A page for those who are logged in. Others log in first and come back to it. */
export function forCustomers(page: Page): RequestHandler {
  return async (req, res) => {
    const visitor = visitorOf(req)
    const { idToken } = req.oidc
    if (visitor !== undefined && idToken !== undefined) {
      await page(req, res, { visitor, login: readIdToken(idToken) })
      return
    }
    if (req.method === 'GET') {
      await askAgain(res, { returnTo: req.path })
      return
    }
    const text = 'Your session has ended. Nothing was done.'
    throw new Problem(401, { title: 'Please log in again', text })
  }
}
