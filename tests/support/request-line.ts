const IDS = /(?<=\/)([0-9a-f-]{36}|[0-9a-f]{24}|\w{32})(?=\/|$)/g

/** @returns a request to the Management API with its ids replaced, `PATCH /actions/actions/{id}` */
export function requestLine(method: string, path: string): string {
  return `${method} ${path.replace('/api/v2', '').replace(IDS, '{id}')}`
}
