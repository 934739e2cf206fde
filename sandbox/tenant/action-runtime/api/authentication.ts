import { isFactorType } from '../mfa.ts'
import type { FactorRequest, MfaStep } from '../messages.ts'
import { CHAIN, fail, type ApiContext, type ApiPart } from './context.ts'

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
  const { flow, entrypoint } = context
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
      if (typeof url !== 'string' || !/^https?:/.test(url) || !URL.canParse(url)) {
        return fail('The provider must be a URL.')
      }
      flow.recordedMethods.push(url)
      return CHAIN
    },
  }
}

function additionalFactors(options: unknown): readonly unknown[] {
  const factors = (options as { additionalFactors?: unknown } | null | undefined)?.additionalFactors
  return Array.isArray(factors) ? (factors as unknown[]) : []
}

function ask({ flow }: ApiContext, kind: MfaStep['kind'], factors: unknown): void {
  if (!Array.isArray(factors) || factors.length === 0) {
    return fail('At least one factor must be given.')
  }
  flow.mfaSteps.push({
    kind,
    factors: (factors as unknown[]).map((factor) => readFactor(factor, kind)),
  })
  flow.mfaStepCount += 1
}

function readFactor(factor: unknown, kind: MfaStep['kind']): FactorRequest {
  const { type, options } = (factor ?? {}) as { type?: unknown; options?: unknown }
  if (typeof type !== 'string' || !isFactorType(type) || (kind === 'enroll' && type === 'email')) {
    return fail(`Unsupported factor type: ${String(type)}`)
  }
  return options === undefined ? { type } : { type, options: JSON.parse(JSON.stringify(options)) }
}
