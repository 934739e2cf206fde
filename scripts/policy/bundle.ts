import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { inspect } from 'node:util'
import { createContext, runInContext } from 'node:vm'
import { build } from 'esbuild'
import type { Policy, Rule } from '../../actions/step-up/policy.ts'
import type { Requirements } from '../../express/requirements.ts'
import { UserError } from '../terminal/user-error.ts'
import { withBanner } from './banner.ts'
import { compilePolicy } from './compile.ts'
import { groupName, splitAtPolicy } from './bundle-parts.ts'
import { judgePolicy, readPolicy, type Surroundings } from './load.ts'
import { namedValues, type NamedValue } from './policy-keywords.ts'
import { REQUIREMENTS_FILE, requirementsOf } from './requirements.ts'
import type { PolicyFile, PolicyRule } from './schema.ts'
import { packageVersion } from './version.ts'
import { parseYaml } from './yaml-source.ts'

/** Auth0: an Action's code "should not exceed 100 kB" (Actions limitations). */
const MAX_BYTES = 100_000

/** Where tenant.yaml expects the code of the Action. */
export const BUNDLE_FILE = 'dist/step-up.js'

/** The Action as it is shipped, and what a person needs to recognise it. */
export interface Bundle {
  readonly code: string
  /** SHA-256 of the code, in hex. */
  readonly sha256: string
  readonly bytes: number
  /** SHA-256 of the compiled policy, in hex: the same for a policy that is only laid out anew. */
  readonly policyHash: string
  /** Version of this package. */
  readonly version: string
  readonly rules: readonly { readonly id: string; readonly protects: string }[]
  /** What resource servers demand, from the same policy. */
  readonly requirements: Requirements
  /** The policy file that it was built from, with the values of keywords in it. */
  readonly policy: PolicyFile
  /** The keywords of that file, and what they stand for. */
  readonly keywords: readonly NamedValue[]
}

export interface BundleOptions extends Surroundings {
  readonly policyFile: string
  /** What the file is about to hold; what it holds, if left out. */
  readonly policyText?: string
}

const ROOT = resolve(import.meta.dirname, '../..')

/**
 * Builds the Action from a policy file. The same input gives the same bytes.
 * @throws UserError for mistakes in the policy, and for a bundle that Auth0 would not run
 */
export async function buildBundle(options: BundleOptions): Promise<Bundle> {
  const { policyFile, policyText } = options
  const source =
    policyText === undefined ? readPolicy(policyFile) : parseYaml(policyFile, policyText)
  const file = judgePolicy(source, options)
  const policy = compilePolicy(file)
  const version = packageVersion()
  const policyHash = sha256(JSON.stringify(policy))
  const code = withBanner(await bundlePolicy(policy, ''), { version, policyHash })
  assertShippable(code, policyFile)
  return {
    code,
    sha256: sha256(code),
    bytes: Buffer.byteLength(code),
    policyHash,
    version,
    rules: file.rules.map((rule) => ({ id: rule.id, protects: describeTarget(rule) })),
    requirements: requirementsOf(policy, policyHash),
    policy: file,
    keywords: namedValues(source, options),
  }
}

/** Writes {@link BUNDLE_FILE} and {@link REQUIREMENTS_FILE}, below the current folder. */
export function writeBundle({ code, requirements }: Pick<Bundle, 'code' | 'requirements'>): void {
  mkdirSync(dirname(BUNDLE_FILE), { recursive: true })
  writeFileSync(BUNDLE_FILE, code)
  writeFileSync(REQUIREMENTS_FILE, `${JSON.stringify(requirements, null, 2)}\n`)
}

/** Bundles the Action around a compiled policy into one readable CommonJS file. */
export async function bundlePolicy(policy: Policy, firstLines: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    stdin: {
      contents: `import { postLogin } from './actions/step-up/post-login.ts'\n${callWith(policy)}\n`,
      resolveDir: ROOT,
      sourcefile: 'policy',
    },
    banner: { js: firstLines },
    bundle: true,
    charset: 'utf8',
    format: 'cjs',
    // Neutral, so that an import of a Node module fails the build.
    platform: 'neutral',
    target: 'node22',
    // The same bytes, whatever lies in the folders above.
    tsconfigRaw: {},
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}

// `exports.x =` and not `export`: esbuild then adds no helper, and the file ends with the policy.
function callWith({ rules, ...claims }: Policy): string {
  const named = Object.entries(claims).map(([name, claim]) => `, ${name}: ${literal(claim)}`)
  return [
    ...rulesInCode(rules),
    `exports.onExecutePostLogin = postLogin({ rules${named.join('')} })`,
  ].join('\n')
}

/** From how many rules on what they share is written once: two are read more easily side by side. */
const SHARED_BY = 3

/** The declaration of the rules, after those of what many of them have in common. */
function rulesInCode(rules: readonly Rule[]): readonly string[] {
  const alike = new Map<string, Rule[]>()
  for (const rule of rules) {
    const shared = JSON.stringify(sharedPart(rule))
    alike.set(shared, [...(alike.get(shared) ?? []), rule])
  }
  const groups = [...alike.values()].filter((group) => group.length >= SHARED_BY)
  const nameOf = new Map(groups.flatMap((group, i) => group.map((rule) => [rule, groupName(i)])))
  const items = rules.map((rule) => {
    const group = nameOf.get(rule)
    return group === undefined ? literal(rule) : `{ ...${group}, ${short(ownPart(rule)).slice(2)}`
  })
  return [
    ...groups.map(([first], i) => `const ${groupName(i)} = ${literal(first && sharedPart(first))}`),
    `const rules = [\n${items.join(',\n')}\n]`,
  ]
}

function ownPart(rule: Rule): object {
  return 'scopes' in rule ? { id: rule.id, scopes: rule.scopes } : { id: rule.id, acr: rule.acr }
}

function sharedPart(rule: Rule): object {
  const own = ownPart(rule)
  return Object.fromEntries(Object.entries(rule).filter(([key]) => !(key in own)))
}

const LINE = 100

// A rule takes a few lines, and not one for each word in it.
function literal(value: unknown): string {
  const everything = { depth: null, maxArrayLength: null, maxStringLength: null }
  return inspect(value, { ...everything, breakLength: LINE, compact: 1 })
}

/** The same on one line, where that is not too long to be read. */
function short(value: object): string {
  const line = literal(value).replaceAll(/\n */g, ' ')
  return line.length <= LINE ? line : literal(value)
}

// What stands before the policy is code; the policy itself may use any word as a name.
const FORBIDDEN = /\b(require|import|process|eval|Function|fetch|globalThis|setTimeout|Buffer)\b/
const PLACEHOLDER = /##\w[\w-]*##|@@\w[\w-]*@@/

/** Refuses what Auth0 would not run, or what a deploy tool would change. @throws UserError */
export function assertShippable(code: string, policyFile: string): void {
  const bytes = Buffer.byteLength(code)
  if (bytes > MAX_BYTES) {
    throw new UserError({
      where: policyFile,
      message: `bundle is ${bytes} bytes long, Auth0 takes ${MAX_BYTES}`,
      hint: 'split the policy, or shorten the names of its scopes',
    })
  }
  const placeholder = PLACEHOLDER.exec(code)
  if (placeholder !== null) {
    throw new UserError({
      where: policyFile,
      message: `\`${placeholder[0]}\` would be taken for a keyword and replaced by auth0-deploy-cli`,
      hint: 'write the value itself',
    })
  }
  const forbidden = FORBIDDEN.exec(splitAtPolicy(code).engine)
  if (forbidden !== null) {
    throw new UserError({ message: `bundle uses \`${forbidden[0]}\`, which the Action may not` })
  }
  assertLoadable(code)
}

// The runtime wants `constructor.name` to be AsyncFunction (loader of @auth0/actions).
function assertLoadable(code: string): void {
  const module = { exports: {} as Record<string, unknown> }
  try {
    runInContext(code, createContext({ module, exports: module.exports, console }))
  } catch (error) {
    throw new UserError({ message: `bundle cannot be loaded: ${(error as Error).message}` })
  }
  if (module.exports['onExecutePostLogin']?.constructor.name !== 'AsyncFunction') {
    throw new UserError({ message: 'bundle exports no async function `onExecutePostLogin`' })
  }
}

// Not whether it is enforced by now, as what is said of a build has to stay true.
function describeTarget({ protects, report }: PolicyRule): string {
  const { audience = '', scopes = [], acr } = protects
  const target = acr === undefined ? `${scopes.join(' ')} on ${audience}` : `acr ${acr}`
  return report === undefined ? target : `${target}, enforced from ${report.until} on`
}

/** SHA-256 of a text, in hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
