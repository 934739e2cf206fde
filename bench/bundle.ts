import { compileFunction, createContext } from 'node:vm'
import {
  BUDGET,
  byteLength,
  bundleSizes,
  bytesPerScope,
  minify,
  shippedCode,
} from './bundle-size.ts'
import { format } from './format.ts'
import { countingApi, eventOf, type Handler } from './peers/action.ts'
import { NO_MFA, type Question } from './peers/peer.ts'
import { sampleForApisCode } from './peers/published-samples.ts'
import { policyOf, rulesFor, type ScopeRule } from './policies.ts'
import type { Section } from './section.ts'
import { percentile } from './timing.ts'

const COLD_STARTS = 100

/** Code of an Action. */
interface Candidate {
  readonly name: string
  readonly code: string
  readonly perScope?: number
}

/** Weighs the bundle, and times its cold start beside that of the published sample. */
export async function bundle(coldStarts = COLD_STARTS): Promise<Section> {
  const [rule] = rulesFor(1)
  const login = loginFor(rule)
  const candidates: readonly Candidate[] = [
    { name: 'published sample for APIs, 1 scope', code: sampleForApisCode(login.scopes[0] ?? '') },
    { name: 'bundle without a policy', code: await shippedCode(policyOf([])) },
    { name: 'bundle, 1 scope', code: await shippedCode(policyOf(rulesFor(1))) },
    await bundleOf1000Scopes('rules of five', 5),
    await bundleOf1000Scopes('rules of one', 1),
  ]
  const starts = coldStart(candidates, { login, times: coldStarts })
  const [sample] = starts
  const rows = []
  for (const [i, { name, code, perScope }] of candidates.entries()) {
    const { loadUs = NaN, firstLoginUs = NaN } = starts[i] ?? {}
    rows.push({
      code: name,
      bytes: format(byteLength(code)),
      'minified bytes': format(byteLength(await minify(code))),
      'bytes per scope beyond its name': perScope === undefined ? '–' : format(perScope),
      'load p50 µs': format(loadUs),
      'load and first login p50 µs': format(loadUs + firstLoginUs),
      'load ÷ sample': format(loadUs / (sample?.loadUs ?? NaN)),
    })
  }
  return { title: 'Bundle', about: ABOUT, rows, goals: await goals(starts.slice(2)) }
}

const ABOUT = `What stands in the dashboard, and what a cold start costs: compiling and loading the code in a fresh VM context
of a process that is warm, and then the first login, which is challenged. The peer is the sample Action that Auth0 publishes.
The bundle is shipped readable; minified it is only weighed. The sizes are with the banner.`

async function bundleOf1000Scopes(rules: string, scopesPerRule: number): Promise<Candidate> {
  return {
    name: `bundle, 1,000 scopes in ${rules}`,
    code: await shippedCode(policyOf(rulesFor(1_000, scopesPerRule))),
    perScope: await bytesPerScope(1_000, scopesPerRule),
  }
}

function loginFor(rule: ScopeRule | undefined): Question {
  const { audience = '', scopes = [] } = rule?.protects ?? {}
  return { audience, scopes, acrValues: [], mfaAgeSeconds: NO_MFA, needsChallenge: true }
}

interface ColdStart {
  readonly loadUs: number
  readonly firstLoginUs: number
}

/** The medians, in the order of the candidates, which take turns. */
function coldStart(
  candidates: readonly Candidate[],
  { login, times }: { readonly login: Question; readonly times: number },
): readonly ColdStart[] {
  const event = eventOf(login)
  const { api } = countingApi()
  const seen: ColdStart[][] = candidates.map(() => [])
  for (let turn = 0; turn < times; turn++) {
    for (const [i, { code }] of candidates.entries()) {
      // V8 keeps what it has compiled, by the text: the number makes each text a new one.
      seen[i]?.push(startOnce(`${code}\n// ${turn}`, (handler) => handler(event, api)))
    }
  }
  return seen.map((starts) => ({
    loadUs: percentile(
      0.5,
      starts.map((start) => start.loadUs),
    ),
    firstLoginUs: percentile(
      0.5,
      starts.map((start) => start.firstLoginUs),
    ),
  }))
}

function startOnce(code: string, logIn: (handler: Handler) => unknown): ColdStart {
  const parsingContext = createContext({})
  const module = { exports: {} as { onExecutePostLogin: Handler } }
  const startedAt = performance.now()
  const define = compileFunction(code, ['exports', 'module', 'console'], {
    parsingContext,
  }) as (...given: readonly unknown[]) => void
  define(module.exports, module, { log: () => undefined })
  const loadedAt = performance.now()
  logIn(module.exports.onExecutePostLogin)
  const endedAt = performance.now()
  return { loadUs: (loadedAt - startedAt) * 1_000, firstLoginUs: (endedAt - loadedAt) * 1_000 }
}

/** A cold start may cost this much, at which nobody notices it. */
const LOAD_MS = 2

async function goals(starts: readonly ColdStart[]): Promise<Section['goals']> {
  const [own = NaN, ofFive = NaN, ofOne = NaN] = starts.map(({ loadUs }) => loadUs / 1_000)
  const sizes = await bundleSizes()
  const goal = (what: string, name: keyof typeof BUDGET) => ({
    text: `${what} at most ${format(BUDGET[name])} bytes: ${format(sizes[name])}`,
    isMet: sizes[name] <= BUDGET[name],
  })
  return [
    goal('for each of 1,000 scopes in rules of five, besides its name,', 'perScopeBeyondItsName'),
    goal('with 1,000 scopes in rules of five, as Auth0 asks,', 'of1000ScopesInRulesOfFive'),
    goal('with 1,000 scopes in rules of one, as Auth0 asks,', 'of1000ScopesInRulesOfOne'),
    {
      text: `compiled and loaded in less than ${LOAD_MS} ms: ${format(own)}; with 1,000 scopes in rules of five ${format(ofFive)}, of one ${format(ofOne)}`,
      isMet: own < LOAD_MS,
    },
  ]
}
