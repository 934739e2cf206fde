import { stripVTControlCharacters } from 'node:util'
import { UserError } from '../terminal/user-error.ts'

const MAX_LENGTH = 500

/**
 * Says in a sentence why auth0-deploy-cli has failed, from all that it printed.
 * @param secret does not appear in the sentence, whatever was printed
 */
export function explainImportFailure(output: string, secret: string): UserError {
  const entries = stripVTControlCharacters(output)
    .replaceAll(secret, '***')
    .split(/^(?=\S+Z - \w+: )/m)
  const errors = entries.flatMap((entry) => /^\S+ - error: ([^]+)$/.exec(entry)?.[1] ?? [])
  const section = /processing type (\w+)/.exec(errors.join('\n'))?.[1]
  return new UserError({
    message: `auth0-deploy-cli could not write ${section === undefined ? 'the settings' : `\`${section}\``}: ${reasonIn(errors.at(-1) ?? output)}`,
    hint: 'the Action is live and bound; put right what it says and run the same command again',
  })
}

// An answer of Auth0 is printed as indented JSON after the name of an error class.
function reasonIn(text: string): string {
  const message = /"message": ("(?:[^"\\]|\\.)*")/.exec(text)?.[1]
  const reason = message === undefined ? text : (JSON.parse(message) as string)
  const line = reason.replace(/\s+/g, ' ').trim().replace(/\.$/, '').slice(0, MAX_LENGTH)
  return line === '' ? 'it gave no reason' : line
}
