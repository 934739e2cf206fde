import { createRequire } from 'node:module'
import type { Assets } from './deploy-cli-assets.ts'

/** The part of auth0-deploy-cli that validates and writes. */
interface Engine {
  readonly handlers: readonly { readonly type: string }[]
  validate(): Promise<void>
  processChanges(): Promise<void>
}

type NewEngine = new (client: unknown, assets: Assets, config: (key: string) => unknown) => Engine

interface Parts {
  readonly Auth0: NewEngine
  readonly ManagementClient: new (options: object) => unknown
  /** Of each section what auth0-deploy-cli accepts in it. */
  readonly schema: { properties: Readonly<Record<string, object>> }
}

/** What an import of auth0-deploy-cli tries again for a rate limit. */
const MAX_RETRIES = 10

/**
 * Opens the engine that auth0-deploy-cli exports, for some sections alone. What takes its import half a minute and
 * 2 GB is to compile the schemas of all its sections: here they are those that are written.
 * @returns what writes them
 * @throws UnknownEngine where the engine is not as we know it; Error where it does not accept the assets
 */
export async function openEngine(
  assets: Assets,
  { domain, accessToken: token }: { readonly domain: string; readonly accessToken: string },
): Promise<() => Promise<void>> {
  const { Auth0, ManagementClient, schema } = knownParts(requireFromDeployCli)
  const sections = Object.keys(assets)
  const settings: Assets = { AUTH0_DOMAIN: domain, AUTH0_INCLUDED_ONLY: sections }
  const client = new ManagementClient({ domain, token, maxRetries: MAX_RETRIES })
  const open = (content: Assets) => new Auth0(client, content, (key) => settings[key])
  const { engine, handled } = opened(() => open(assets))
  const { properties } = schema
  const known = Object.entries(properties).filter(([section]) => sections.includes(section))
  if (!isSame(handled, sections) || known.length < sections.length) {
    throw new UnknownEngine(`it would write ${handled.join(', ') || 'nothing'}`)
  }
  schema.properties = Object.fromEntries(known)
  try {
    // On a copy, because validation puts defaults in, which would replace what the tenant has.
    await open(structuredClone(assets)).validate()
  } finally {
    schema.properties = properties
  }
  return () => engine.processChanges()
}

// Before anything is validated or written, nothing but another engine is a reason to fail.
function opened(open: () => Engine): { readonly engine: Engine; readonly handled: string[] } {
  try {
    const engine = open()
    return { engine, handled: engine.handlers.map(({ type }) => type) }
  } catch (error) {
    throw new UnknownEngine(`it does not open: ${String(error).split('\n')[0] ?? ''}`)
  }
}

/** The engine of the installed auth0-deploy-cli has changed, and with it what we know of it. */
export class UnknownEngine extends Error {
  override readonly name = 'UnknownEngine'
}

/** @throws UnknownEngine where a part is missing */
export function knownParts(load: (module: string) => unknown): Parts {
  const [deployCli, sdk, schemas] = [
    'auth0-deploy-cli',
    'auth0',
    'auth0-deploy-cli/lib/tools/auth0/schema',
  ].map((module) => {
    try {
      return load(module)
    } catch (error) {
      throw new UnknownEngine(`${module} cannot be loaded: ${String(error).split('\n')[0] ?? ''}`)
    }
  }) as [
    { readonly default?: { readonly tools?: { readonly Auth0?: NewEngine } } },
    Partial<Parts>,
    { readonly default?: Partial<Parts['schema']> },
  ]
  const Auth0 = deployCli.default?.tools?.Auth0
  const { ManagementClient } = sdk
  const { properties } = schemas.default ?? {}
  const methods = Auth0?.prototype as Partial<Engine> | undefined
  if (
    Auth0 === undefined ||
    ManagementClient === undefined ||
    properties === undefined ||
    typeof methods?.validate !== 'function' ||
    typeof methods.processChanges !== 'function'
  ) {
    throw new UnknownEngine('it no longer exports what validates and writes')
  }
  return { Auth0, ManagementClient, schema: schemas.default as Parts['schema'] }
}

// It has an SDK of its own, in another version than ours.
function requireFromDeployCli(module: string): unknown {
  const require = createRequire(import.meta.url)
  return module === 'auth0'
    ? createRequire(require.resolve('auth0-deploy-cli'))(module)
    : require(module)
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.toSorted().join() === other.toSorted().join()
}
