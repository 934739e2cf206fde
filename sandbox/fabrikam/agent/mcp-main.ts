import { usedInMemory } from '../../../express/used-tokens.ts'
import { newBank } from '../bank.ts'
import { followRequirements } from '../requirements.ts'
import { runApp } from '../run-app.ts'
import { newMcp } from './mcp.ts'

await runApp({
  name: 'fabrikam-mcp',
  port: 3003,
  start: (environment, baseUrl) => {
    const common = {
      issuerBaseUrl: environment.issuerBaseUrl(),
      audience: environment.required('AUDIENCE'),
      used: usedInMemory(),
      bank: newBank(),
      resource: `${baseUrl}/mcp`,
    }
    return {
      listener: followRequirements(environment, (requirements) =>
        newMcp({ ...common, requirements }),
      ),
    }
  },
})
