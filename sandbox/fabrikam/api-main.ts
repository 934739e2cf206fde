import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { newApi } from './api.ts'
import { consumedInMemory, consumedInRedis } from './consumed-tokens.ts'
import { EnvironmentError } from './environment.ts'
import { runApp } from './run-app.ts'
import type { Requirements } from './step-up-middleware.ts'

const BUILT = resolve(import.meta.dirname, '../../dist/step-up.requirements.json')

await runApp({
  name: 'fabrikam-api',
  port: 3001,
  start: (environment) => {
    const issuerBaseUrl = environment.issuerBaseUrl()
    const audience = environment.required('AUDIENCE')
    const requirements = readRequirements(environment.optional('REQUIREMENTS_FILE') ?? BUILT)
    if (!Object.hasOwn(requirements.audiences, audience)) {
      throw new EnvironmentError(`the requirements do not name the audience \`${audience}\``)
    }
    const spaOrigin = environment.url('SPA_URL')
    const redisUrl = environment.optional('REDIS_URL')
    const shared = redisUrl === undefined ? undefined : consumedInRedis(redisUrl, say)
    const listener = newApi({
      issuerBaseUrl,
      audience,
      requirements,
      consumed: shared ?? consumedInMemory(),
      ...(spaOrigin !== undefined && { spaOrigin }),
    })
    return { listener, close: () => shared?.close() }
  },
})

function readRequirements(file: string): Requirements {
  let read: Partial<Requirements> | null
  try {
    read = JSON.parse(readFileSync(file, 'utf8')) as typeof read
  } catch {
    throw new EnvironmentError(`cannot read \`${file}\`; \`npm run build\` writes it`)
  }
  if (read?.version === 1 && read.audiences !== undefined) return read as Requirements
  throw new EnvironmentError(`\`${file}\` has no requirements; \`npm run build\` writes them`)
}

let said = ''

/** Once for each reason: a client that reconnects fails many times a minute. */
function say(reason: string): void {
  if (reason !== said) process.stderr.write(`fabrikam-api: cannot reach Redis: ${reason}\n`)
  said = reason
}
