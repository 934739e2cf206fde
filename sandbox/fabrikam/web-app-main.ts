import { EnvironmentError } from './environment.ts'
import { requirementsIn } from './requirements.ts'
import { runApp } from './run-app.ts'
import { newWebApp } from './web-app.ts'
import { newBanking } from './web/banking.ts'

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
    const requirements = requirementsIn(environment)
    if (requirements.id_token_claim === undefined) {
      throw new EnvironmentError(
        'the requirements name no `id_token_claim`, so the salary page cannot open',
      )
    }
    const listener = newWebApp({
      baseUrl,
      issuerBaseUrl: environment.issuerBaseUrl(),
      clientId: environment.required('CLIENT_ID'),
      clientSecret: environment.required('CLIENT_SECRET'),
      secret,
      audience: environment.required('AUDIENCE'),
      requirements,
      banking: newBanking(environment.url('API_URL') ?? 'http://localhost:3001'),
    })
    return { listener }
  },
})
