import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { readRequirements, type Requirements } from '../../express/requirements.ts'
import { EnvironmentError, type Environment } from './environment.ts'

const BUILT = resolve(import.meta.dirname, '../../dist/step-up.requirements.json')

/**
 * What the policy demands: the file that `REQUIREMENTS_FILE` names, or else the one of the last build.
 * @throws EnvironmentError
 */
export function requirementsIn(environment: Environment): Requirements {
  const file = environment.optional('REQUIREMENTS_FILE') ?? BUILT
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
