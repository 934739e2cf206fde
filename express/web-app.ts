import type { RequestHandler } from 'express'
import type {} from 'express-openid-connect'
import { demandedNow, readRequirements, type Requirements } from './requirements.ts'
import { checkShape, isText, OBJECT, onlyOne, wholeNumber } from './shape.ts'
import { CLOCK_TOLERANCE } from './used-tokens.ts'

export interface WebStepUpOptions {
  /** Content of `dist/step-up.requirements.json` */
  readonly requirements: Requirements
  /** For how long a page stays open after its login; 300 unless given, and at most a day */
  readonly openSeconds?: number
}

/** A login came back that was not held to the rule of a page, or what is no page was asked for without one. */
export class StepUpError extends Error {
  readonly status = 403
  readonly expose = true
}

/** Added to the URL of a page while its login is asked for. */
const ASKED = 'step_up'

/**
 * Makes `requireStepUp(rule)` for a web app without an API: a middleware, behind `auth()` of
 * express-openid-connect, that lets in whose login was held to a rule of the policy, moments ago. Others are
 * sent to log in with the acr value of the rule, and come back to the page.
 *
 * What counts is the ID-token claim that the Action sets. That `amr` says `mfa` proves nothing: the acr value
 * is in the address bar, and another one leads to another MFA.
 *
 * @throws TypeError when the requirements do not know the rule
 */
export function webStepUp(
  ...objects: readonly [WebStepUpOptions]
): (rule: string) => RequestHandler {
  const options = onlyOne(objects, 'webStepUp takes one object of options')
  checkShape(options, 'options of webStepUp', {
    requirements: OBJECT,
    openSeconds: wholeNumber(86_400),
  })
  const { openSeconds = 300 } = options
  const requirements = readRequirements(options.requirements)
  const claim = requirements.id_token_claim
  if (claim === undefined) throw new TypeError('the policy names no `idTokenClaim` to look at')

  return (...given: readonly unknown[]) => {
    const [rule] = given
    if (given.length !== 1 || !isText(rule)) throw new TypeError('requireStepUp takes one rule')
    const { logins = {} } = requirements
    const requirement = Object.hasOwn(logins, rule) ? logins[rule] : undefined
    if (requirement === undefined) throw new TypeError(`the policy has no acr rule \`${rule}\``)

    return async (req, res, next) => {
      if (!('oidc' in req)) throw new Error('requireStepUp has to come after auth()')
      const { idTokenClaims } = req.oidc
      const isOpen =
        idTokenClaims !== undefined &&
        (demandedNow(requirement) === undefined ||
          (isHeldTo(idTokenClaims[claim], rule) && isRecent(idTokenClaims['iat'], openSeconds)))
      const page = readPage(req.originalUrl)
      const isBrowsing = req.method === 'GET' && req.accepts('html') !== false
      if (isOpen) {
        if (page.isAsked && isBrowsing) res.redirect(page.with())
        else next()
        return
      }
      if (page.isAsked || !isBrowsing) {
        next(new StepUpError(`no login of moments ago was held to \`${rule}\``))
        return
      }
      const { acr_values } = requirement
      await res.oidc.login({
        returnTo: page.with([ASKED, rule]),
        authorizationParams: { acr_values },
      })
    }
  }
}

function isHeldTo(rules: unknown, rule: string): boolean {
  return Array.isArray(rules) && rules.includes(rule)
}

function isRecent(iat: unknown, openSeconds: number): boolean {
  if (typeof iat !== 'number') return false
  const age = Date.now() / 1000 - iat
  return age <= openSeconds && age >= -CLOCK_TOLERANCE
}

/** The page of a request, on this very host: a second slash at the start would name another one, as a URL does. */
function readPage(originalUrl: string) {
  const [path = '/', query = ''] = originalUrl
    .replace(/^[a-z][a-z\d+.-]*:\/\/[^/?]*/i, '')
    .replace(/^[/\\]*/, '/')
    .split(/\?(.*)/s)
  const parameters = [...new URLSearchParams(query)]
  const own = parameters.filter(([name]) => name !== ASKED)
  return {
    isAsked: own.length < parameters.length,
    with: (...more: [string, string][]): string => {
      const changed = new URLSearchParams([...own, ...more])
      return changed.size > 0 ? `${path}?${changed.toString()}` : path
    },
  }
}
