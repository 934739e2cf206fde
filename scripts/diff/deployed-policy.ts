import { createContext, runInContext } from 'node:vm'
import type { ManagementClient } from 'auth0'
import { z } from 'zod'
import type { Policy } from '../../actions/step-up/policy.ts'
import { authorshipOf } from '../policy/banner.ts'
import { splitAtPolicy } from '../policy/bundle.ts'
import { findAction } from '../tenant/read.ts'
import { UserError } from '../terminal/user-error.ts'
import type { Side } from './sides.ts'

/**
 * Reads the deployed code of our Action, which is run as it is, whatever version it has.
 * @param name of the Action in tenant.yaml
 * @throws UserError where the tenant has no code of ours that is as it was built; ManagementError
 */
export async function deployedSide(management: ManagementClient, name: string): Promise<Side> {
  const action = await findAction(management, name)
  const code = action?.deployed_version?.code
  if (code === undefined) {
    throw new UserError({
      message: `the tenant has no deployed Action \`${name}\``,
      hint: 'there is nothing to compare with before the first `npm run deploy`',
    })
  }
  return sideOf(code, name)
}

/**
 * Deployed code with the policy in it. Code that was edited in the tenant is no side, as a side is run and
 * nobody has reviewed that.
 * @throws UserError where it was edited, or has no policy of this package
 */
export function sideOf(code: string, name: string): Side {
  const authorship = authorshipOf(code)
  if (authorship === 'edited') {
    throw new UserError({
      message: 'the deployed code was edited',
      hint: 'see the edit with `npm run plan`',
    })
  }
  const policy = authorship === 'ours' ? policyIn(code) : undefined
  if (policy !== undefined) return { code, policy }
  throw new UserError({
    message: `the deployed Action \`${name}\` has no policy of this package in it`,
    hint: 'see what is deployed with `npm run verify`',
  })
}

const requirement = z.looseObject({
  factors: z.union([z.literal('any'), z.array(z.string())]),
  maxAgeSeconds: z.number(),
})

// What the classes of a comparison are made from; the rest is the business of the code itself.
const compiledPolicy = z.looseObject({
  rules: z.array(
    z.looseObject({
      id: z.string(),
      audience: z.string().optional(),
      scopes: z.array(z.string()).optional(),
      acr: z.string().optional(),
      requires: requirement,
      whenConfidenceIsLow: requirement.optional(),
      withoutBrowser: z.record(z.string(), z.string()),
      exceptions: z.array(z.looseObject({ untilMs: z.number() })).optional(),
    }),
  ),
})

// What the last lines of a bundle do with the policy is left out, in a context without anything of ours.
const INSTEAD = 'const exports = {}; const postLogin = (policy) => policy\n'

/** The policy at the end of a bundle; undefined where there is none. */
export function policyIn(code: string): Policy | undefined {
  const { policy } = splitAtPolicy(code)
  if (policy === undefined) return undefined
  try {
    const text: unknown = runInContext(
      `${INSTEAD}${policy}\nJSON.stringify(exports.onExecutePostLogin)`,
      createContext({}),
      { timeout: 1_000 },
    )
    return compiledPolicy.parse(JSON.parse(String(text))) as unknown as Policy
  } catch {
    return undefined
  }
}
