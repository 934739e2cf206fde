import type { Policy } from '../../actions/step-up/policy.ts'
import { policyIn } from '../../scripts/policy/policy-data.ts'
import { assertShippable, bundlePolicy } from '../../scripts/policy/bundle.ts'
import { compilePolicy } from '../../scripts/policy/compile.ts'
import { parsePolicy } from '../../scripts/policy/load.ts'
import type { PolicyFile } from '../../scripts/policy/schema.ts'
import { UserError, type Where } from '../../scripts/terminal/user-error.ts'
import { fuzz } from './fuzz.ts'
import { DECLARED, policyTexts, VALID } from './policy-texts.ts'

const MAX_CPU_MS = 1_000
const FILE = 'policy.yaml'

type Loaded =
  | { readonly policy: PolicyFile }
  | { readonly places: readonly (Where | undefined)[]; readonly message: string }

/** @throws what is no error for users */
function load(text: string): Loaded {
  try {
    return { policy: parsePolicy(FILE, text, { declaredScopes: DECLARED }) }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { places: error.problems.map(({ where }) => where), message: error.message }
  }
}

/** Places that are not in the text. */
function placesOutside(text: string, places: readonly (Where | undefined)[]) {
  const lines = text.split('\n')
  return places.filter((place) => {
    if (typeof place !== 'object' || place.file !== FILE) return true
    const { line, column } = place
    const length = lines[line - 1]?.length ?? 0
    return line < 1 || line > lines.length || column < 1 || column > length + 1
  })
}

/** Why Auth0 or a deploy tool would not take a bundle; nothing where they would. */
function refusalOf(code: string): string {
  try {
    assertShippable(code, FILE)
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

// Only the words of a policy can bring a refusal about.
const SUITABLE_OR_NOT = /^$|would be taken for a keyword|bytes long, Auth0 takes/

async function checkBundle(policy: Policy): Promise<void> {
  const code = await bundlePolicy(policy, '')
  expect(policyIn(code)).toEqual(policy)
  expect(refusalOf(code)).toMatch(SUITABLE_OR_NOT)
}

test('the policies that texts are made of have no mistake', () => {
  expect(VALID.map((text) => Object.keys(load(text)))).toEqual([['policy'], ['policy']])
})

fuzz('policy-loader', {
  inputs: policyTexts,
  check: async (text) => {
    const before = process.cpuUsage()
    const loaded = load(text)
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1_000).toBeLessThan(MAX_CPU_MS)
    if ('policy' in loaded) await checkBundle(compilePolicy(loaded.policy))
    else {
      expect(placesOutside(text, loaded.places)).toEqual([])
      expect(loaded.message).not.toMatch(/undefined|\[object|NaN/)
    }
  },
})
