import { writeFileSync } from 'node:fs'
import { policyJsonSchema } from './policy/schema.ts'
import { runCommand } from './terminal/command.ts'

const FILE = 'config/step-up.policy.schema.json'

await runCommand({
  name: 'schema',
  summary: `Writes ${FILE}, which completes and checks the policy in an editor.`,
  options: {},
  run: (_flags, terminal) => {
    writeFileSync(FILE, policyJsonSchema())
    terminal.result(`wrote ${FILE}`, { file: FILE })
    return Promise.resolve(0)
  },
})
