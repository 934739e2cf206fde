import { writeFileSync } from 'node:fs'
import type { Command } from './terminal/command.ts'

const FILE = 'config/step-up.policy.schema.json'

/** `step-up schema` */
export const schema: Command = {
  name: 'schema',
  summary: `Writes ${FILE}, which completes and checks the policy in an editor.`,
  options: {},
  run: async (_flags, terminal) => {
    const { policyJsonSchema } = await import('./policy/schema.ts')
    writeFileSync(FILE, policyJsonSchema())
    terminal.result(`wrote ${FILE}`, { file: FILE })
    return 0
  },
}
