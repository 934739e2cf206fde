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
  'It was started in another tab, or was finished before. Nothing was done.',
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

/** @returns nothing for what no visitor can have caused: a defect, or a service that is down */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error
  // express-openid-connect gives what the authorization server sent to an error with status 400.
  const {
    status,
    error: code,
    error_description: said,
  } = error as Readonly<Record<string, unknown>>
  if (status !== 400 || typeof code !== 'string') return undefined
  const words = WORDS.get(code)
  const [title, text] = words ?? UNFINISHED
  return new Problem(400, { title, text, ...(words && typeof said === 'string' && { said }) })
}
