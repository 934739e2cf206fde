import type { Handler } from './http.ts'

export interface Route {
  readonly method: string
  /** `/api/v2/actions/actions/{id}` */
  readonly path: string
  readonly handler: Handler
}

export interface Match {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
}

/**
 * Finds the route of a request; a literal segment wins over a `{…}` segment because it is listed first.
 *
 * @param path as it came, still percent-encoded, so that an encoded slash stays inside its segment
 */
export function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): Match | undefined {
  const segments = path.split('/')
  for (const route of routes) {
    if (route.method !== method) continue
    const params = matchSegments(route.path.split('/'), segments)
    if (params !== undefined) return { route, params }
  }
  return undefined
}

function matchSegments(
  pattern: readonly string[],
  segments: readonly string[],
): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? ''
    if (part.startsWith('{')) {
      const value = decodeSegment(segment)
      if (value === undefined || value === '') return undefined
      params[part.slice(1, -1)] = value
    } else if (part !== segment) return undefined
  }
  return params
}

function decodeSegment(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}
