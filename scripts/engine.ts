import { writeFileSync } from 'node:fs'
import { bundlePolicy } from './policy/bundle.ts'
import { engineOf, readReleases, recorded, RELEASES_FILE } from './policy/engine.ts'
import { packageVersion } from './policy/version.ts'
import { confine } from './reading/confine.ts'
import type { Command } from './terminal/command.ts'
import { UserError } from './terminal/user-error.ts'

/** `step-up engine` */
export const engine: Command = {
  name: 'engine',
  summary: `Records in ${RELEASES_FILE} which engine this version of the package builds.`,
  options: {
    check: { type: 'boolean', help: 'write nothing; exit code 2 where another one is recorded' },
  },
  run: async ({ check }, terminal) => {
    const code = await bundlePolicy({ rules: [] }, '')
    const [breach] = confine(code)
    if (breach !== undefined) {
      const { line, column, what } = breach
      throw new UserError({
        message: `the engine uses ${what}, in line ${line}, column ${column} of the bundle`,
        hint: 'see what it may use in scripts/reading/allowed.ts',
      })
    }
    const version = packageVersion()
    const { sha256 } = engineOf(code)
    const releases = readReleases()
    const before = releases.find((each) => each.version === version)
    const now = `${version}, sha-256 ${sha256}`
    if (check !== true) {
      const file = { releases: recorded(releases, { version, sha256 }) }
      writeFileSync(RELEASES_FILE, `${JSON.stringify(file, null, 2)}\n`)
      terminal.result(`recorded engine ${now}`, { version, sha256 })
      return 0
    }
    if (before?.sha256 === sha256) {
      terminal.result(`engine ${now}, as recorded`, { version, sha256 })
      return 0
    }
    const text = `engine ${now}, but ${RELEASES_FILE} has ${before?.sha256 ?? 'none for it'}`
    const remedy = 'record it with `npm run engine`, once its tests pass'
    terminal.result(`${text}\n${remedy}`, { version, sha256, recorded: before?.sha256 ?? null })
    return 2
  },
}
