import { usedInRedis } from '../../express/used-in-redis.ts'
import { usedInMemory } from '../../express/used-tokens.ts'
import { newApi } from './api.ts'
import { newBank } from './bank.ts'
import { EnvironmentError } from './environment.ts'
import { followRequirements } from './requirements.ts'
import { runApp } from './run-app.ts'

await runApp({
  name: 'fabrikam-api',
  port: 3001,
  start: (environment, baseUrl) => {
    const issuerBaseUrl = environment.issuerBaseUrl()
    const audience = environment.required('AUDIENCE')
    const spaOrigin = environment.url('SPA_URL')
    const redisUrl = environment.optional('REDIS_URL')
    const shared = redisUrl === undefined ? undefined : usedInRedis(redisUrl, say)
    const used = shared ?? usedInMemory()
    const bank = newBank()
    const listener = followRequirements(environment, (requirements) => {
      if (!Object.hasOwn(requirements.audiences, audience)) {
        throw new EnvironmentError(`the requirements do not name the audience \`${audience}\``)
      }
      return newApi({
        issuerBaseUrl,
        audience,
        requirements,
        used,
        bank,
        resource: baseUrl,
        ...(spaOrigin !== undefined && { spaOrigin }),
      })
    })
    return { listener, close: () => shared?.close() }
  },
})

let said = ''

/** Once for each reason: a client that reconnects fails many times a minute. */
function say(reason: string): void {
  if (reason !== said) process.stderr.write(`fabrikam-api: cannot reach Redis: ${reason}\n`)
  said = reason
}
