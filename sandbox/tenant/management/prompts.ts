import { ok, type Endpoint, type Reply } from '../http.ts'

// prettier-ignore
export const PROMPT_ENDPOINTS: readonly Endpoint[] = [
  ['GET', '/prompts', 'read:prompts', show],
]

/** The pages here are those of Universal Login; there are no others to choose. */
function show(): Reply {
  return ok({ universal_login_experience: 'new', identifier_first: false })
}
