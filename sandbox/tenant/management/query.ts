import { ApiError, type TenantRequest } from '../http.ts'
import { notEmulated } from '../not-emulated.ts'

/** The one parameter of a change. */
const OF_CHANGES: ReadonlySet<string> = new Set(['force'])

/**
 * Lets an endpoint answer and sees to it that it has looked at every parameter: a filter that nobody reads would be
 * a list of too much.
 *
 * @throws ApiError 501 that names the parameter; for a change before anything is done
 */
export async function withWholeQuery<T>(
  request: TenantRequest,
  answer: (request: TenantRequest) => T | Promise<T>,
): Promise<T> {
  const { method, query } = request
  if (method !== 'GET') refuse([...query.keys()].find((name) => !OF_CHANGES.has(name)))
  const read = new Set<string>()
  const watched = new URLSearchParams(query)
  const watch =
    <R>(look: (name: string) => R) =>
    (name: string): R => {
      read.add(name)
      return look(name)
    }
  Object.assign(watched, {
    get: watch((name) => query.get(name)),
    getAll: watch((name) => query.getAll(name)),
    has: watch((name) => query.has(name)),
  })
  const answered = await answer({ ...request, query: watched })
  if (method === 'GET') refuse([...query.keys()].find((name) => !read.has(name)))
  return answered
}

function refuse(name: string | undefined): void {
  if (name !== undefined) {
    throw new ApiError(501, notEmulated(`The query parameter \`${name}\``), 'not_emulated')
  }
}
