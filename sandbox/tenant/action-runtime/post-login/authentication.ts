import { isFactorType } from '../mfa.ts'
import type { FactorRequest, MfaStep } from '../messages.ts'
import { CHAIN, type ApiContext, type ApiPart } from './context.ts'

/** `api.multifactor`: deferred to the end of the flow; the last call counts (assumed, it is not documented). */
export function multifactorApi({ flow }: ApiContext): ApiPart {
  return {
    enable: (provider: unknown, options?: { allowRememberBrowser?: unknown } | null) => {
      flow.enabledMfa = {
        provider: String(provider),
        allowRememberBrowser: options?.allowRememberBrowser === true,
      }
      return CHAIN
    },
  }
}

/** `api.authentication`: challenges and enrolments that suspend the flow right after the Action. */
export function authenticationApi(context: ApiContext): ApiPart {
  const { flow, fail, entrypoint } = context
  return {
    challengeWith: (factor: unknown, options?: unknown) =>
      ask(context, 'challenge', [factor, ...additionalFactors(options)]),
    challengeWithAny: (factors: unknown) => ask(context, 'challenge', factors),
    enrollWith: (factor: unknown, options?: unknown) =>
      ask(context, 'enroll', [factor, ...additionalFactors(options)]),
    enrollWithAny: (factors: unknown) => ask(context, 'enroll', factors),
    recordMethod: (url: unknown) => {
      if (entrypoint !== 'onContinuePostLogin') {
        fail('An authentication method can be recorded only in onContinuePostLogin.')
      }
      if (typeof url !== 'string' || !URL.canParse(url)) fail('The provider must be a URL.')
      return CHAIN
    },
    setPrimaryUser: (userId: unknown) => {
      if (flow.primaryUserId !== undefined) fail('The primary user can be set only once.')
      if (typeof userId !== 'string' || userId === '' || userId.length > 128) {
        return fail('The primary user id must be a string of 1 to 128 characters.')
      }
      flow.primaryUserId = userId
      return undefined
    },
  }
}

function additionalFactors(options: unknown): readonly unknown[] {
  const factors = (options as { additionalFactors?: unknown } | null | undefined)?.additionalFactors
  return Array.isArray(factors) ? (factors as unknown[]) : []
}

function ask({ flow, fail }: ApiContext, kind: MfaStep['kind'], factors: unknown): void {
  // `Array.isArray` holds for arrays of the Action's own realm, `instanceof` would not.
  if (!Array.isArray(factors) || factors.length === 0) {
    fail('At least one factor must be given.')
    return
  }
  flow.mfaSteps.push({
    kind,
    factors: (factors as unknown[]).map((factor) => readFactor(factor, kind, fail)),
  })
  flow.mfaStepCount += 1
}

function readFactor(
  factor: unknown,
  kind: MfaStep['kind'],
  fail: ApiContext['fail'],
): FactorRequest {
  const { type, options } = (factor ?? {}) as { type?: unknown; options?: unknown }
  if (typeof type !== 'string' || !isFactorType(type) || (kind === 'enroll' && type === 'email')) {
    return fail(`Unsupported factor type: ${String(type)}`)
  }
  return options === undefined ? { type } : { type, options: JSON.parse(JSON.stringify(options)) }
}
