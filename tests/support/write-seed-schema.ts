// Writes the JSON Schema of a seed.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { seedSchema } from '../../sandbox/tenant/seed-schema.ts'

writeFileSync(join(import.meta.dirname, '../../sandbox/tenant/seed.schema.json'), seedSchema())
