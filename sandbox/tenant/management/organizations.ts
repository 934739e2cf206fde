import { ApiError, type Endpoint } from '../http.ts'

// prettier-ignore
export const ORGANIZATION_ENDPOINTS: readonly Endpoint[] = [
  ['GET', '/organizations/{id}', 'read:organizations', show],
]

/** A tenant here has no organizations. @throws ApiError 404 */
function show(): never {
  throw new ApiError(404, 'No organization found by that id or name', 'inexistent_organization')
}
