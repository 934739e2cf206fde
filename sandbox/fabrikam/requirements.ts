import { readFileSync, statSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { resolve } from 'node:path'
import { readRequirements, type Requirements } from '../../express/requirements.ts'
import { EnvironmentError, type Environment } from './environment.ts'

const BUILT = resolve(import.meta.dirname, '../../dist/step-up.requirements.json')

/**
 * What the policy demands: the file that `REQUIREMENTS_FILE` names, or else the one of the last build.
 * @throws EnvironmentError
 */
export function requirementsIn(environment: Environment): Requirements {
  const file = fileOf(environment)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new EnvironmentError(`cannot read \`${file}\`; \`step-up build\` writes it`)
  }
  try {
    return readRequirements(JSON.parse(text))
  } catch (error) {
    const { message } = error as Error
    throw new EnvironmentError(`\`${file}\` is not what \`step-up build\` writes: ${message}`)
  }
}

/**
 * An app that is made anew when the file of the requirements has changed: a deploy changes what is demanded, and
 * must not leave an app that demands what was. While the file cannot be read, nothing is answered.
 * @throws EnvironmentError for a file that cannot be read now
 */
export function followRequirements(
  environment: Environment,
  make: (requirements: Requirements) => RequestListener,
): RequestListener {
  const file = fileOf(environment)
  let known = changedAt(file)
  let app = make(requirementsIn(environment))
  return (request, response) => {
    try {
      const changed = changedAt(file)
      if (changed !== known) {
        app = make(requirementsIn(environment))
        known = changed
      }
    } catch (error) {
      process.stderr.write(`fabrikam: ${(error as Error).message}\n`)
      response.writeHead(503).end()
      return
    }
    app(request, response)
  }
}

function fileOf(environment: Environment): string {
  return environment.optional('REQUIREMENTS_FILE') ?? BUILT
}

/** Nothing where there is no file. */
function changedAt(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs
}
