import { StepUpError } from '../../../express/web-app.ts'
import type { ProblemContent } from '../views/problem.ts'

/** Something that a visitor is told in words. */
export class Problem extends Error {
  readonly status: number
  readonly content: ProblemContent

  constructor(status: number, content: ProblemContent) {
    super(content.text)
    this.status = status
    this.content = content
  }
}

type Words = readonly [title: string, text: string]

const UNFINISHED: Words = [
  'The login was not finished',
  'Another tab has begun one since, or it was finished before: coming back to it does nothing. Your accounts show what was done.',
]

/**
 * Errors of an authorization response.
 * @see RFC 6749 section 4.1.2.1 and OpenID Connect Core section 3.1.2.6
 */
const WORDS: ReadonlyMap<string, Words> = new Map<string, Words>([
  ['access_denied', ['Not allowed', 'The login service refused this. Nothing was done.']],
  ['login_required', ['Please log in', 'The login service does not know you any more.']],
  ['interaction_required', ['Please log in', 'The login service has a question for you.']],
  ['consent_required', ['Your consent is needed', 'The login service has to ask you first.']],
  ['invalid_scope', ['Not offered', 'The login service does not know what this page asked for.']],
  ['server_error', ['The login service has a problem', 'Please try again later.']],
  ['temporarily_unavailable', ['The login service is busy', 'Please try again later.']],
])

const UNREADABLE: Words = [
  'The form cannot be read',
  'It did not come from this page, or was damaged on its way. Nothing was done.',
]

const NOT_STEPPED_UP: ProblemContent = {
  title: 'A second factor is needed',
  text: 'The login came back without the second factor that this page demands.',
}

/** By status, what express cannot take in; of its errors some have nothing else to tell them by. */
const UNREAD: ReadonlyMap<number, Words> = new Map<number, Words>([
  [400, UNREADABLE],
  [413, ['The form is too long', 'Shorten it, and send it again. Nothing was done.']],
  [415, UNREADABLE],
])

/** @returns nothing for what no visitor can have caused: a defect, or a service that is down */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error
  if (error instanceof StepUpError) return new Problem(error.status, NOT_STEPPED_UP)
  const {
    status,
    expose,
    error: code,
    error_description: said,
  } = error as Readonly<Record<string, unknown>>
  // express-openid-connect gives what the authorization server sent to an error with status 400.
  if (status === 400 && typeof code === 'string') return refusedLogin(code, said)
  // http-errors exposes what the client has caused.
  return typeof status === 'number' && expose === true ? unreadForm(status) : undefined
}

/** For who comes back from a login that this browser knows nothing of, or nothing more. */
export function unfinishedLogin(): Problem {
  const [title, text] = UNFINISHED
  return new Problem(400, { title, text })
}

function refusedLogin(code: string, said: unknown): Problem {
  const words = WORDS.get(code)
  if (words === undefined) return unfinishedLogin()
  const [title, text] = words
  return new Problem(400, { title, text, ...(typeof said === 'string' && { said }) })
}

function unreadForm(status: number): Problem | undefined {
  const words = UNREAD.get(status)
  if (words === undefined) return undefined
  const [title, text] = words
  return new Problem(status, { title, text })
}
