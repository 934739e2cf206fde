import type { SpentTokens } from './spent-tokens.ts'
import type { Workbench } from './workbench.ts'

/** What the pages of `npm start` show beside the app itself; without it the app is the app. */
export interface Demo {
  readonly workbench: Workbench
  readonly spent: SpentTokens
  /** Where the codes of the tenant's users can be read. */
  readonly codesUrl: string
  readonly spaUrl: string | undefined
}
