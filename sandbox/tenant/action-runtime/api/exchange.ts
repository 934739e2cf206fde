// What an Action of a custom token exchange says: whose the subject token is, and whether it is any good.
import type { Actor, ExchangedUser } from '../messages.ts'
import { CHAIN, fail, type ApiContext, type ApiPart } from './context.ts'

/** `api.access` of a custom token exchange, whose denial has any error code. */
export function exchangeAccessApi({ flow }: ApiContext): ApiPart {
  return {
    deny: (code: unknown, reason?: unknown) => {
      if (typeof code !== 'string' || code === '') return fail('The code must be a string.')
      flow.denial = { code, reason: typeof reason === 'string' ? reason : code }
      return CHAIN
    },
    rejectInvalidSubjectToken: (reason: unknown) => {
      flow.denial = { code: 'invalid_request', reason: String(reason) }
      flow.exchange.isSubjectTokenInvalid = true
      return CHAIN
    },
  }
}

/** `api.authentication` of a custom token exchange. */
export function exchangeAuthenticationApi({ flow: { exchange } }: ApiContext): ApiPart {
  const setUser = (user: ExchangedUser): typeof CHAIN => {
    // Documented: exactly one of the two is to be called. That a second call fails is assumed.
    if (exchange.user !== undefined) fail('The user has been set already.')
    exchange.user = user
    return CHAIN
  }
  return {
    setUserById: (userId: unknown) => {
      if (typeof userId !== 'string' || userId === '') return fail('The user ID must be a string.')
      return setUser({ by: 'id', userId })
    },
    setUserByConnection: (connection: unknown, attributes: unknown, options: unknown) => {
      if (typeof connection !== 'string') return fail('The connection name must be a string.')
      const { user_id: userId, ...profile } = (attributes ?? {}) as Record<string, unknown>
      if (typeof userId !== 'string' || userId === '') {
        return fail('The user attributes must have a `user_id`.')
      }
      const strange = Object.keys(profile).find((name) => !ATTRIBUTES.has(name))
      if (strange !== undefined) return fail(`Unknown user attribute: ${strange}`)
      // Assumed: without a word nobody is made and nothing is changed.
      const { creationBehavior = 'none', updateBehavior = 'none' } = (options ?? {}) as Options
      if (creationBehavior !== 'none' && creationBehavior !== 'create_if_not_exists') {
        return fail(`Unknown creationBehavior: ${String(creationBehavior)}`)
      }
      if (updateBehavior !== 'none' && updateBehavior !== 'replace') {
        return fail(`Unknown updateBehavior: ${String(updateBehavior)}`)
      }
      return setUser({
        by: 'connection',
        connection,
        userId,
        profile: JSON.parse(JSON.stringify(profile)) as Record<string, unknown>,
        isCreated: creationBehavior === 'create_if_not_exists',
        isReplaced: updateBehavior === 'replace',
      })
    },
    setOrganization: (organization: unknown) => {
      if (typeof organization !== 'string') return fail('The organization must be a string.')
      exchange.organization = organization
      return CHAIN
    },
    setActor: (actor: unknown) => {
      exchange.actor = readActor(actor, MAX_ACTORS)
      return CHAIN
    },
  }
}

interface Options {
  readonly creationBehavior?: unknown
  readonly updateBehavior?: unknown
}

const ATTRIBUTES: ReadonlySet<string> = new Set(
  `email email_verified family_name given_name name nickname phone_number phone_verified picture username
   verify_email`.split(/\s+/),
)

/** Documented, with the first. */
const MAX_ACTORS = 5
const MAX_PROPERTIES = 5

function readActor(actor: unknown, levels: number): Actor {
  const { sub, act, ...more } = (actor ?? {}) as Record<string, unknown>
  if (levels === 0) return fail(`An actor can have at most ${MAX_ACTORS - 1} others below it.`)
  if (typeof sub !== 'string' || sub === '') return fail('An actor must have a `sub`.')
  if (Object.keys(more).length > MAX_PROPERTIES) {
    return fail(`An actor can have at most ${MAX_PROPERTIES} properties of its own.`)
  }
  const odd = Object.entries(more).find(([, value]) => !PRIMITIVES.has(typeof value))
  if (odd !== undefined) return fail(`The property of an actor cannot be an object: ${odd[0]}`)
  return { ...more, sub, ...(act === undefined ? {} : { act: readActor(act, levels - 1) }) }
}

const PRIMITIVES: ReadonlySet<string> = new Set(['string', 'boolean', 'number'])
