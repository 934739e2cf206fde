import { accessApi } from './access.ts'
import { authenticationApi, multifactorApi } from './authentication.ts'
import { cacheApi } from './cache.ts'
import { CHAIN, type ApiContext, type ApiPart } from './context.ts'
import { redirectApi } from './redirect.ts'
import { passiveApi } from './passive.ts'
import { sessionApi, refreshTokenApi, transactionApi } from './metadata.ts'
import { accessTokenApi, idTokenApi } from './tokens.ts'

/** Questions: they change nothing and are not recorded. */
const QUERIES: ReadonlySet<string> = new Set([
  'api.cache.get',
  'api.redirect.canRedirect',
  'api.redirect.encodeToken',
  'api.redirect.validateToken',
  'api.rules.wasExecuted',
  'api.groups.getUserGroups',
  'api.groups.hasGroupMembership',
  'api.roles.getUserEffectiveRoles',
  'api.roles.getUserEffectiveRolesByIds',
  'api.roles.getUserEffectiveRolesByNames',
])

/**
 * Builds the `api` of a post-login Action. Each command is recorded in the flow once its arguments have
 * been accepted.
 *
 * @see https://auth0.com/docs/actions/reference/post-login/post-login-api-object
 */
export function postLoginApi(context: ApiContext): object {
  const parts: Record<string, ApiPart> = {
    access: accessApi(context),
    accessToken: accessTokenApi(context),
    idToken: idTokenApi(context),
    authentication: authenticationApi(context),
    multifactor: multifactorApi(context),
    redirect: redirectApi(context),
    cache: cacheApi(context),
    session: sessionApi(context),
    refreshToken: refreshTokenApi(context),
    transaction: transactionApi(context),
    ...passiveApi(context),
  }
  const api: Record<string, object> = {}
  for (const [name, part] of Object.entries(parts)) api[name] = recorded(`api.${name}`, part)
  return api

  function recorded(prefix: string, part: ApiPart): object {
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
