import { runApp } from './run-app.ts'
import { newSpa } from './spa.ts'

await runApp({
  name: 'fabrikam-spa',
  port: 3002,
  start: async (environment) => {
    const listener = await newSpa({
      issuerBaseUrl: environment.issuerBaseUrl(),
      clientId: environment.required('CLIENT_ID'),
      audience: environment.required('AUDIENCE'),
      apiUrl: environment.url('API_URL') ?? 'http://localhost:3001',
    })
    return { listener }
  },
})
