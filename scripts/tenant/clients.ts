import type { Management } from 'auth0'
import type { ManagementClient } from './management.ts'
import { UnexpectedAnswer } from './tenant-error.ts'

const PER_PAGE = 100

/** The SDK asks for pages with numbers, unless it is told not to. */
const NO_NUMBERS = { page: null, per_page: null, include_totals: null }

/**
 * Every client of a tenant, page by page.
 * @param fields Auth0's names of what is to be read of each, or of what is not: a client has secrets,
 *   which we need not see
 * @throws ManagementError
 * @see https://auth0.com/docs/api/management/v2#pagination: pages with numbers are for about 1,000 items
 *   at most, checkpoints for any number
 */
export async function* listClients(
  management: ManagementClient,
  fields: readonly string[] | { readonly but: readonly string[] },
): AsyncGenerator<Management.Client> {
  const request = {
    ...NO_NUMBERS,
    fields: ('but' in fields ? fields.but : fields).join(','),
    include_fields: !('but' in fields),
    is_global: false,
  }
  let from: string | undefined
  do {
    const queryParams = { take: PER_PAGE, from }
    const { response } = await management.clients.list(request, { queryParams })
    const { clients, next } = pageIn(response)
    yield* clients
    from = next ?? ''
  } while (from !== '')
}

interface Page {
  readonly clients: readonly Management.Client[]
  /** Where the next page begins; absent from the last one. */
  readonly next?: string | null
}

// The SDK does not know `next`. An answer in another shape is an error: no client may seem to be missing.
function pageIn(body: object): Page {
  if ('clients' in body && Array.isArray(body.clients)) return body as Page
  throw new UnexpectedAnswer(200, body)
}
