import type { ManagementClient } from './management.ts'
import { statusOf } from './tenant-error.ts'

/** What a user could be challenged with, by the names of factors in a policy. */
export type Enrolment = ReadonlySet<string>

export interface Enrolments {
  /** One for each user that was read. */
  readonly users: readonly Enrolment[]
  /** How many users the tenant has. */
  readonly total: number
}

export interface EnrolmentOptions {
  /** How many users to read at most. */
  readonly most: number
  /** Says how far it is. */
  readonly progress: (text: string) => void
}

/** The authentication methods of the Management API that are factors of a policy. */
const FACTOR_OF: ReadonlyMap<string, string> = new Map([
  ['totp', 'otp'],
  ['phone', 'phone'],
  ['email', 'email'],
  ['push', 'push-notification'],
  ['webauthn-roaming', 'webauthn-roaming'],
  ['webauthn-platform', 'webauthn-platform'],
])

/** Auth0 lists no more users than this by pages (Retrieve Users with the Get Users Endpoint). */
export const MOST_USERS = 1_000

const PER_PAGE = 100
/** Requests at once: the SDK waits and repeats where Auth0 says that they are too many. */
const AT_ONCE = 4

/**
 * Reads which factors users have enrolled, one request for each user. Evenly spread over the users that
 * Auth0 lists where not all are read.
 * @throws ManagementError
 */
export async function readEnrolments(
  management: ManagementClient,
  { most, progress }: EnrolmentOptions,
): Promise<Enrolments> {
  const { listed, total } = await listUsers(management)
  const chosen = spread(listed, most)
  const users: Enrolment[] = []
  const queue = chosen.values()
  const readOn = async (): Promise<void> => {
    for (const user of queue) {
      const factors = await readFactors(management, user)
      if (factors !== undefined) users.push(factors)
      progress(`reading the factors of users: ${users.length} of ${chosen.length}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, readOn))
  return { users, total }
}

interface ListedUser {
  readonly id: string
  readonly isEmailVerified: boolean
}

async function listUsers(
  management: ManagementClient,
): Promise<{ readonly listed: readonly ListedUser[]; readonly total: number }> {
  const listed: ListedUser[] = []
  for (let page = 0; ; page++) {
    const { data, response } = await management.users.list({
      ...{ page, per_page: PER_PAGE, include_totals: true },
      ...{ fields: 'user_id,email_verified', include_fields: true },
    })
    for (const { user_id: id, email_verified: verified } of data) {
      if (id !== undefined) listed.push({ id, isEmailVerified: verified === true })
    }
    const { total = listed.length } = response
    if (data.length < PER_PAGE || listed.length >= total) return { listed, total }
    if (listed.length >= MOST_USERS) return { listed, total }
  }
}

/** @returns `undefined` where the user has been deleted since the list was read */
async function readFactors(
  management: ManagementClient,
  { id, isEmailVerified }: ListedUser,
): Promise<Enrolment | undefined> {
  try {
    const { data } = await management.users.authenticationMethods.list(id, { per_page: PER_PAGE })
    const factors = data.flatMap(({ type, confirmed }) =>
      confirmed === false ? [] : (FACTOR_OF.get(type) ?? []),
    )
    // Documented: a verified address is an email factor by itself where the tenant has that one enabled.
    return new Set(isEmailVerified ? ['email', ...factors] : factors)
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    throw error
  }
}

/** At most `most` of the items, evenly spread. */
function spread<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items
  return Array.from(
    { length: most },
    (_, i) => items[Math.floor((i * items.length) / most)],
  ).filter((item) => item !== undefined)
}
