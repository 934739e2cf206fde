import { stripVTControlCharacters } from 'node:util'
import { UserError } from '../terminal/user-error.ts'

const MAX_LENGTH = 500

/** What auth0-deploy-cli said when it failed. */
export interface DeployCliFailure {
  /** All that it printed, or its error. */
  readonly output: string
  /** Does not appear in the sentence, whatever was printed. */
  readonly secret: string
  /** In which it failed, where that is known. */
  readonly section?: string | undefined
  /** Whether it had begun to write. */
  readonly stage: 'check' | 'write'
}

/** Says in a sentence why auth0-deploy-cli has failed. */
export function explainDeployCliFailure(failure: DeployCliFailure): UserError {
  const { output, secret, stage } = failure
  const printed = stripVTControlCharacters(output).replaceAll(secret, '***')
  const entries = printed.split(/^(?=\S+Z - \w+: )/m)
  const errors = entries.flatMap((entry) => /^\S+ - error: ([^]+)$/.exec(entry)?.[1] ?? [])
  const section = failure.section ?? /processing type (\w+)/.exec(errors.join('\n'))?.[1]
  const what = section === undefined ? 'the settings' : `\`${section}\``
  return new UserError({
    message: `auth0-deploy-cli ${stage === 'write' ? 'could not write' : 'does not accept'} ${what}: ${reasonIn(errors.at(-1) ?? printed)}`,
    hint:
      stage === 'write'
        ? 'the Action is live and bound; put right what it says and run the same command again'
        : 'nothing was written; put right what it says and run the same command again',
  })
}

// An answer of Auth0 is printed as indented JSON after the name of an error class, and so is what breaks a schema.
function reasonIn(text: string): string {
  const [, path = ''] = /"dataPath": "\.([^"]*)"/.exec(text) ?? []
  const message = /"message": ("(?:[^"\\]|\\.)*")/.exec(text)?.[1]
  const reason = message === undefined ? text : (JSON.parse(message) as string)
  const line = reason.replace(/\s+/g, ' ').trim().replace(/\.$/, '').slice(0, MAX_LENGTH)
  if (line === '') return 'it gave no reason'
  return path === '' ? line : `\`${path}\` ${line}`
}
