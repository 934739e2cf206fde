// A tenant that is already as tenant.yaml says, save for the Action: what half a minute of auth0-deploy-cli makes.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

const PROJECT = join(__dirname, '../..')

interface TenantFile {
  readonly resourceServers: readonly object[]
  readonly clients: readonly object[]
  readonly guardianFactors: readonly object[]
  readonly tenant: object
}

/** @param keywords what stands for `##NAME##`, as in an environment */
export function seedOfTenantFile(keywords: Readonly<Record<string, string>>): object {
  const text = Object.entries(keywords).reduce(
    (yaml, [name, value]) => yaml.replaceAll(`##${name}##`, value),
    readFileSync(join(PROJECT, 'tenant.yaml'), 'utf8'),
  )
  const { resourceServers, clients, guardianFactors, tenant } = parse(text) as TenantFile
  return { resourceServers, clients, guardianFactors, tenant }
}

export interface User {
  readonly email: string
  readonly password: string
  readonly authentication_methods?: readonly { readonly totp_secret: string }[]
}

export interface ExampleSeed {
  /** Ada and Bob. */
  readonly users: readonly [User, User]
  readonly actions: readonly object[]
}

/** What the sandbox plants for the example: its users, and an Action of another team. */
export function exampleSeed(): ExampleSeed {
  const file = join(PROJECT, 'sandbox/fabrikam/seed.json')
  return JSON.parse(readFileSync(file, 'utf8')) as ExampleSeed
}

/** Of the environment that the end-to-end tests deploy to. */
export const KEYWORDS = {
  FABRIKAM_URL: 'https://fabrikam.example',
  FABRIKAM_SPA_URL: 'https://app.fabrikam.example',
}
