import { compileFunction } from 'node:vm'
import type { PostLoginApi, PostLoginEvent } from '../../actions/step-up/event.ts'
import type { Policy } from '../../actions/step-up/policy.ts'
import { bundlePolicy } from '../../scripts/policy/bundle.ts'
import { NO_MFA, type Peer, type Question } from './peer.ts'

export type Handler = (event: PostLoginEvent, api: PostLoginApi) => unknown

const CLIENT_ID = 'a-web-application'

export const STEP_UP_ACTION = 'step-up Action'

/** The Action that the build makes of a policy. */
export async function stepUpAction(policy: Policy): Promise<Peer> {
  return actionPeer(STEP_UP_ACTION, await bundlePolicy(policy, ''), () => true)
}

/** An Action that is loaded from its code, as Node loads a CommonJS module. */
export function actionPeer(name: string, code: string, knows: Peer['knows']): Peer {
  const handler = loadHandler(code)
  const { api, takeChallenges } = countingApi()
  return {
    name,
    knows,
    prepare: (question) => {
      const event = eventOf(question)
      return () => handler(event, api)
    },
    isChallenge: () => takeChallenges() > 0,
  }
}

function loadHandler(code: string): Handler {
  const module = { exports: {} as { onExecutePostLogin?: Handler } }
  const console = { log: () => undefined }
  const define = compileFunction(code, ['exports', 'module', 'console']) as (
    ...given: readonly unknown[]
  ) => void
  define(module.exports, module, console)
  const { onExecutePostLogin } = module.exports
  if (onExecutePostLogin === undefined) throw new Error('the code exports no `onExecutePostLogin`')
  return onExecutePostLogin
}

/** An `api` that does nothing but count challenges. */
export function countingApi(): {
  readonly api: PostLoginApi
  readonly takeChallenges: () => number
} {
  let challenges = 0
  const nothing = () => undefined
  return {
    api: {
      access: { deny: nothing },
      accessToken: { removeScope: nothing, setCustomClaim: nothing },
      idToken: { setCustomClaim: nothing },
      authentication: { challengeWithAny: nothing, enrollWithAny: nothing },
      multifactor: {
        enable: () => {
          challenges += 1
        },
      },
    },
    takeChallenges: () => {
      const taken = challenges
      challenges = 0
      return taken
    },
  }
}

/** The event of a login with a browser, now. */
export function eventOf({ audience, scopes, acrValues, mfaAgeSeconds }: Question): PostLoginEvent {
  const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString()
  return {
    authentication: {
      methods: [
        { name: 'pwd', timestamp: ago(1) },
        ...(mfaAgeSeconds === NO_MFA
          ? []
          : [{ name: 'mfa', timestamp: ago(mfaAgeSeconds), type: 'otp' }]),
      ],
    },
    client: { client_id: CLIENT_ID },
    resource_server: { identifier: audience },
    transaction: {
      protocol: 'oidc-basic-profile',
      acr_values: acrValues,
      prompt: [],
      requested_scopes: scopes,
    },
    user: { enrolledFactors: [{ type: 'otp' }] },
  }
}
