import type { Trigger } from '../messages.ts'
import { accessApi, clientAccessApi, validationApi } from './access.ts'
import { authenticationApi, multifactorApi } from './authentication.ts'
import { cacheApi } from './cache.ts'
import { TRIGGER_OF } from '../entrypoints.ts'
import { CHAIN, fail, type ApiContext, type ApiPart } from './context.ts'
import { exchangeAccessApi, exchangeAuthenticationApi } from './exchange.ts'
import { redirectApi } from './redirect.ts'
import { refreshTokenApi, sessionApi, transactionApi } from './metadata.ts'
import { REFUSED_COMMANDS, refusal } from './refused.ts'
import { samlResponseApi } from './saml-response.ts'
import { accessTokenApi, idTokenApi } from './tokens.ts'
import { userApi } from './user.ts'

/** Questions: they change nothing and are not recorded. */
const QUERIES: ReadonlySet<string> = new Set([
  'api.cache.get',
  'api.redirect.canRedirect',
  'api.redirect.encodeToken',
  'api.redirect.validateToken',
  'api.rules.wasExecuted',
])

/**
 * The parts of `api` that are emulated, of each trigger.
 *
 * @see https://auth0.com/docs/actions/reference/post-login/post-login-api-object
 * @see https://auth0.com/docs/actions/reference/credentials-exchange/credentials-exchange-api-object
 * @see https://auth0.com/docs/actions/reference/custom-token-exchange/custom-token-exchange-api-object
 */
export const API_PARTS: Readonly<
  Record<Trigger, Readonly<Record<string, (context: ApiContext) => ApiPart>>>
> = {
  'post-login': {
    access: accessApi,
    accessToken: accessTokenApi,
    authentication: authenticationApi,
    cache: cacheApi,
    idToken: idTokenApi,
    multifactor: multifactorApi,
    redirect: redirectApi,
    refreshToken: refreshTokenApi,
    rules: () => ({ wasExecuted: () => false }),
    samlResponse: samlResponseApi,
    session: sessionApi,
    transaction: transactionApi,
    user: userApi,
    validation: validationApi,
  },
  'credentials-exchange': {
    access: clientAccessApi,
    accessToken: (context) => ({
      setCustomClaim: accessTokenApi(context)['setCustomClaim'] ?? fail,
    }),
    cache: cacheApi,
  },
  'custom-token-exchange': {
    access: exchangeAccessApi,
    authentication: exchangeAuthenticationApi,
    cache: cacheApi,
    user: userApi,
  },
}

/**
 * Builds the `api` of an Action. Each command is recorded in the flow once its arguments have been accepted; one that
 * is documented and not emulated ends the login in words, also if the Action catches them.
 */
export function actionApi(context: ApiContext): object {
  const trigger = TRIGGER_OF[context.entrypoint]
  const api: Record<string, Record<string, unknown>> = {}
  for (const [name, partOf] of Object.entries(API_PARTS[trigger])) {
    api[name] = recorded(`api.${name}`, partOf(context))
  }
  for (const command of REFUSED_COMMANDS[trigger]) {
    const [, part = '', name = ''] = command.split('.')
    api[part] = { ...api[part], [name]: () => refuse(refusal(command)) }
  }
  return api

  function refuse(words: string): never {
    context.flow.refusal ??= words
    return fail(words)
  }

  function recorded(prefix: string, part: ApiPart): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(part).map(([name, call]) => {
        const command = `${prefix}.${name}`
        return [
          name,
          (...args: unknown[]): unknown => {
            const result = call(...(args as never[]))
            if (!QUERIES.has(command)) {
              context.flow.commands.push({
                action: context.action.name,
                command,
                arguments: toJson(args),
              })
            }
            return result === CHAIN ? api : result
          },
        ]
      }),
    )
  }
}

function toJson(args: readonly unknown[]): readonly unknown[] {
  return JSON.parse(JSON.stringify(args)) as unknown[]
}
