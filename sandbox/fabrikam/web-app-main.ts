import { EnvironmentError, type Environment } from './environment.ts'
import { followRequirements } from './requirements.ts'
import { runApp } from './run-app.ts'
import { newWebApp } from './web-app.ts'
import { newBanking } from './web/banking.ts'
import type { Demo } from './web/demo.ts'
import { newSpentTokens } from './web/spent-tokens.ts'
import { newWorkbench } from './web/workbench.ts'

await runApp({
  name: 'fabrikam-web',
  port: 3000,
  start: (environment, baseUrl) => {
    const secret = environment.required('SECRET')
    if (secret.length < 32) {
      throw new EnvironmentError(
        'the variable `SECRET` is too short, at least 32 characters are needed',
      )
    }
    const options = {
      baseUrl,
      issuerBaseUrl: environment.issuerBaseUrl(),
      clientId: environment.required('CLIENT_ID'),
      clientSecret: environment.required('CLIENT_SECRET'),
      secret,
      audience: environment.required('AUDIENCE'),
      banking: newBanking(environment.url('API_URL') ?? 'http://localhost:3001'),
      demo: demoIn(environment),
    }
    const listener = followRequirements(environment, (requirements) => {
      if (requirements.id_token_claim === undefined) {
        throw new EnvironmentError(
          'the requirements name no `id_token_claim`, so the salary page cannot open',
        )
      }
      return newWebApp({ ...options, requirements })
    })
    return { listener }
  },
})

function demoIn(environment: Environment): Demo | undefined {
  const url = environment.url('WORKBENCH_URL')
  if (url === undefined) return undefined
  return {
    workbench: newWorkbench(url, environment.required('WORKBENCH_KEY')),
    spent: newSpentTokens(),
    codesUrl: `${environment.issuerBaseUrl()}/`,
    spaUrl: environment.url('SPA_URL'),
  }
}
