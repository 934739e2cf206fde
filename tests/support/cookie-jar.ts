/** Keeps cookies as a browser does, for one origin. */
export interface CookieJar {
  /** value of the `Cookie` header for a path */
  headerFor(path: string): string
  keep(headers: Headers): void
  remove(name: string): void
}

interface Cookie {
  readonly name: string
  readonly path: string
  readonly value: string
}

export function newCookieJar(): CookieJar {
  let cookies: readonly Cookie[] = []
  const isFor = (path: string, cookie: Cookie): boolean =>
    cookie.path === '/' || path === cookie.path || path.startsWith(`${cookie.path}/`)

  return {
    headerFor: (path) =>
      cookies
        .filter((cookie) => isFor(path, cookie))
        .map(({ name, value }) => `${name}=${value}`)
        .join('; '),
    keep: (headers) => {
      for (const header of headers.getSetCookie()) {
        const [pair = '', ...attributes] = header.split(/; */)
        const [name = '', value = ''] = pair.split(/=(.*)/s)
        const path = attributes.find((one) => /^path=/i.test(one))?.slice(5) ?? '/'
        const isGone = attributes.some((one) => /^expires=Thu, 01 Jan 1970/i.test(one))
        cookies = [
          ...cookies.filter((one) => one.name !== name || one.path !== path),
          ...(isGone ? [] : [{ name, path, value }]),
        ]
      }
    },
    remove: (name) => {
      cookies = cookies.filter((one) => one.name !== name)
    },
  }
}
