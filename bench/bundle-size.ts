import { transform } from 'esbuild'
import type { Policy } from '../actions/step-up/policy.ts'
import { withBanner } from '../scripts/policy/banner.ts'
import { bundlePolicy } from '../scripts/policy/bundle.ts'
import { policyOf, rulesFor } from './policies.ts'

/** What a bundle may weigh, in bytes. A reviewer reads it in a dashboard; Auth0 takes 100 kB. */
export const BUDGET = {
  withoutPolicy: 19_200,
  perScopeBeyondItsName: 40,
  of1000ScopesInRulesOfFive: 100_000,
  of1000ScopesInRulesOfOne: 100_000,
}

/** The bundle as it is shipped, with a banner of the usual length. */
export async function shippedCode(policy: Policy): Promise<string> {
  return withBanner(await bundlePolicy(policy, ''), {
    version: '0.1.0',
    policyHash: '0'.repeat(64),
  })
}

/** What {@link BUDGET} limits, measured. */
export async function bundleSizes(): Promise<typeof BUDGET> {
  const without = await shippedCode(policyOf([]))
  const of1000Scopes = async (perRule: number) =>
    byteLength(await shippedCode(policyOf(rulesFor(1_000, perRule))))
  return {
    withoutPolicy: byteLength(without),
    perScopeBeyondItsName: await bytesPerScope(1_000, 5),
    of1000ScopesInRulesOfFive: await of1000Scopes(5),
    of1000ScopesInRulesOfOne: await of1000Scopes(1),
  }
}

/** What one scope more adds to a bundle besides its name, in bytes. */
export async function bytesPerScope(scopes: number, scopesPerRule: number): Promise<number> {
  const rules = rulesFor(scopes, scopesPerRule)
  const names = rules.flatMap(({ protects }) => protects.scopes).join('')
  const [without, with_] = await Promise.all([
    shippedCode(policyOf([])),
    shippedCode(policyOf(rules)),
  ])
  return (byteLength(with_) - byteLength(without) - byteLength(names)) / scopes
}

/** The code without what only a reader needs. */
export async function minify(code: string): Promise<string> {
  const options = { minify: true, format: 'cjs', target: 'node22', charset: 'utf8' } as const
  return (await transform(code, options)).code
}

/** Bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text)
}
